"""A real HTTP server on 127.0.0.1 that answers as Mailgun would, well or badly."""

import json
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from django.core.mail import EmailMultiAlternatives

from newsletter.announcing import deliver_due
from newsletter.errors import SendDeferred, SendOutcomeUnknown, SendRefused, ServerUnavailable
from newsletter.esp import Outbox
from newsletter.models import Delivery, DeliveryState
from tests.newsletter.factories import ANA, make_subscription
from tests.newsletter.stories import facts, opened

TAKEN = json.dumps({"id": "<20260101.1@mg.testowo.example>", "message": "Queued. Thank you."})


class Mailgun(ThreadingHTTPServer):
    daemon_threads = True
    status, body, headers, wait, truncated = 200, TAKEN, {}, 0.0, False

    def __init__(self):
        self.posted = []
        super().__init__(("127.0.0.1", 0), Answer)

    def answer(self, status, body="", **headers):
        self.status, self.body = status, body
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class Answer(BaseHTTPRequestHandler):
    server: Mailgun

    def do_POST(self):
        self.server.posted.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        time.sleep(self.server.wait)
        body = self.server.body.encode()
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) + 100 * self.server.truncated))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.server.truncated

    def log_message(self, *args):
        pass


@pytest.fixture
def mailgun(settings):
    server = Mailgun()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    use(settings, f"http://127.0.0.1:{server.server_port}/v3")
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def outbox():
    box = Outbox()
    yield box
    box.close()


def use(settings, url):
    settings.NEWSLETTER_EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"
    settings.ANYMAIL = {
        "MAILGUN_API_KEY": "key-test",
        "MAILGUN_API_URL": url,
        "MAILGUN_SENDER_DOMAIN": "mg.testowo.example",
        "REQUESTS_TIMEOUT": 2,
    }


def message():
    letter = EmailMultiAlternatives("Autobus", "Dzień dobry", "list@testowo.example", [ANA])
    letter.attach_alternative("<p>Dzień dobry</p>", "text/html")
    return letter


def test_200_is_a_receipt_with_the_esps_id_and_carries_ours(mailgun, outbox):
    receipt = outbox.send(message(), delivery_id="0b9b0f1e-0000-0000-0000-000000000001")
    assert receipt.message_id == "<20260101.1@mg.testowo.example>"
    assert "v%3Adelivery=0b9b0f1e-0000-0000-0000-000000000001" in mailgun.posted[0]
    assert "o%3Atag=newsletter" in mailgun.posted[0]


def test_the_headers_of_an_announcement_reach_the_esp(mailgun, db):
    make_subscription(ANA)
    opened(facts("Autobus"))
    assert deliver_due().accepted == 1
    delivery = Delivery.objects.get()
    assert delivery.esp_message_id == "<20260101.1@mg.testowo.example>"
    posted = mailgun.posted[0]
    assert "h%3AList-Unsubscribe-Post=List-Unsubscribe%3DOne-Click" in posted
    assert "h%3AList-Unsubscribe=%3Chttp" in posted
    assert str(delivery.id) in posted


@pytest.mark.parametrize("status", [429, 503])
def test_too_many_requests_wait_as_long_as_the_esp_says(mailgun, outbox, status):
    mailgun.answer(status, "slow down", Retry_After="120")
    with pytest.raises(SendDeferred) as deferred:
        outbox.send(message(), delivery_id="1")
    assert deferred.value.retry_after == 120


def test_retry_after_may_be_a_date(mailgun, outbox):
    moment = datetime.now(UTC) + timedelta(minutes=10)
    mailgun.answer(429, Retry_After=format_datetime(moment, usegmt=True))
    with pytest.raises(SendDeferred) as deferred:
        outbox.send(message(), delivery_id="1")
    assert 500 < deferred.value.retry_after <= 600


@pytest.mark.parametrize("value", ["soon", "-1", "", "²", "9" * 400])
def test_a_senseless_retry_after_is_no_error(mailgun, outbox, value):
    mailgun.answer(429, Retry_After=value.encode("utf-8").decode("latin-1"))
    with pytest.raises(SendDeferred) as deferred:
        outbox.send(message(), delivery_id="1")
    assert deferred.value.retry_after in {None, 24 * 60 * 60}


def test_a_rate_limit_stops_the_pass_and_costs_nobody_a_try(mailgun, db):
    for _ in range(5):
        make_subscription()
    opened()
    mailgun.answer(429, "slow down", Retry_After="600")
    tally = deliver_due()
    assert (tally.deferred, len(mailgun.posted)) == (5, 1)
    assert Delivery.objects.filter(state=DeliveryState.DEFERRED, tries=0).count() == 5


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_wrong_key_or_domain_says_nothing_about_the_message(mailgun, outbox, status):
    mailgun.answer(status, "Forbidden")
    with pytest.raises(ServerUnavailable, match=f"HTTP {status} Forbidden"):
        outbox.send(message(), delivery_id="1")


@pytest.mark.parametrize("status", [400, 413, 422])
def test_any_other_4xx_refuses_and_the_answer_names_nobody(mailgun, outbox, status):
    mailgun.answer(status, json.dumps({"message": f"to parameter {ANA} is not valid"}))
    with pytest.raises(SendRefused) as refused:
        outbox.send(message(), delivery_id="1")
    assert ANA not in refused.value.reason
    assert "[address] is not valid" in refused.value.reason


@pytest.mark.parametrize("status", [500, 502, 504])
def test_5xx_is_unknown(mailgun, outbox, status):
    mailgun.answer(status, "oops")
    with pytest.raises(SendOutcomeUnknown):
        outbox.send(message(), delivery_id="1")


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '{"message": "Queued"}', "Mailgun Magnificent API"]
)
def test_a_2xx_with_a_broken_body_is_unknown(mailgun, outbox, body):
    mailgun.answer(200, body)
    with pytest.raises(SendOutcomeUnknown):
        outbox.send(message(), delivery_id="1")


def test_a_body_cut_off_is_unknown(mailgun, outbox):
    mailgun.truncated = True
    with pytest.raises(SendOutcomeUnknown):
        outbox.send(message(), delivery_id="1")


def test_an_answer_that_does_not_come_in_time_is_unknown(mailgun, outbox):
    mailgun.wait = 3.0
    with pytest.raises(SendOutcomeUnknown):
        outbox.send(message(), delivery_id="1")
    assert len(mailgun.posted) == 1


def test_a_connection_cut_without_an_answer_is_unknown(settings, outbox):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        use(settings, f"http://127.0.0.1:{listening.getsockname()[1]}/v3")

        def cut():
            caller, _address = listening.accept()
            caller.recv(100_000)
            caller.close()

        cutter = threading.Thread(target=cut)
        cutter.start()
        with pytest.raises(SendOutcomeUnknown):
            outbox.send(message(), delivery_id="1")
        cutter.join()


def test_no_esp_at_all_is_unavailable(settings, outbox):
    with socket.create_server(("127.0.0.1", 0)) as closed_soon:
        port = closed_soon.getsockname()[1]
    use(settings, f"http://127.0.0.1:{port}/v3")
    with pytest.raises(ServerUnavailable):
        outbox.send(message(), delivery_id="1")


def test_a_name_that_nobody_knows_is_unavailable(settings, outbox):
    use(settings, f"http://{urlsplit('http://esp.invalid').hostname}/v3")
    with pytest.raises(ServerUnavailable):
        outbox.send(message(), delivery_id="1")
