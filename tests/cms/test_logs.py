"""Logs carry ids and event words, never an address and never a token."""

import io
import logging
import uuid
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from pythonjsonlogger.json import JsonFormatter

from cms.logs import KeyValueFormatter, RedactPersonalData
from newsletter import tokens
from newsletter.tokens import Purpose

ADDRESS = "ewa.próbna+praca@urzad.example"


@pytest.fixture(params=["json", "plain"])
def lines(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """What a handler of the site writes, in both formats, for everything that is logged."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    is_json = request.param == "json"
    formatter = JsonFormatter(settings.LOGGING["formatters"]["json"]["format"])
    handler.setFormatter(formatter if is_json else KeyValueFormatter())
    handler.addFilter(RedactPersonalData())
    loggers = [logging.getLogger(name) for name in ("newsletter", "django")]
    for logger in loggers:
        logger.addHandler(handler)
    yield stream
    for logger in loggers:
        logger.removeHandler(handler)


def test_an_address_is_taken_out_wherever_it_stands(lines: io.StringIO) -> None:
    log = logging.getLogger("newsletter")
    log.info("to %s", ADDRESS, extra={"delivery": str(uuid.uuid4()), "answer": f"550 <{ADDRESS}>"})
    try:
        raise ValueError(ADDRESS)
    except ValueError:
        log.exception("failed")
    assert "urzad.example" not in lines.getvalue()
    assert "ValueError" in lines.getvalue()
    assert lines.getvalue().count("[address]") == 3


def test_ids_and_figures_stay(lines: io.StringIO) -> None:
    delivery = str(uuid.uuid4())
    logging.getLogger("newsletter").info("delivery.accepted", extra={"delivery": delivery, "n": 7})
    assert "delivery.accepted" in lines.getvalue()
    assert delivery in lines.getvalue()
    assert "7" in lines.getvalue()


def test_a_token_in_the_path_of_a_request_is_taken_out(lines: io.StringIO) -> None:
    token = tokens.make(Purpose.UNSUBSCRIBE, uuid.uuid4(), uuid.uuid4())
    request = RequestFactory().get(f"/newsletter/u/{token}/")
    logging.getLogger("django").warning("Gone: %s", request.path, extra={"request": request})
    assert token not in lines.getvalue()
    assert lines.getvalue().count("[token]") == 2


@pytest.mark.django_db
def test_following_a_forged_link_logs_no_token(lines: io.StringIO, client: Client) -> None:
    token = tokens.make(Purpose.CONFIRM, uuid.uuid4(), uuid.uuid4())
    assert client.get(f"/newsletter/u/{token}/").status_code == 404
    assert "Not Found" in lines.getvalue()
    assert token not in lines.getvalue()
