"""Guessing a password is slow, says nothing about who exists, and locks nobody out for long."""

import logging
import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.ticking import tick
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
SIGN_IN = "/panel/login/"
RESET = "/panel/password_reset/"


WRONG = "not the password"


def attempt(username: str, password: str = WRONG, *, client: Client | None = None, **extra):
    fields = {"username": username, "password": password}
    return (client or Client()).post(SIGN_IN, fields, **extra)


def lock_out(username: str, times: int = 5, **extra):
    return [attempt(username, **extra) for _ in range(times)][-1]


def test_the_fifth_failure_locks_and_says_until_when_and_whom_to_ask(settings):
    settings.SIGN_IN_CONTACT = "it@biuro.example"
    user = make_user("editor")
    answers = [attempt(user.username) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429]
    page = answers[-1].content.decode()
    assert 0 < int(answers[-1]["Retry-After"]) <= 15 * 60
    again_at = timezone.localtime(AccessAttempt.objects.get().attempt_time) + timedelta(minutes=15)
    assert f"{again_at:%H:%M}" in page
    assert "it@biuro.example" in page
    assert "Zbyt wiele prób" in page
    assert attempt(user.username, PASSWORD).status_code == 429


def test_an_account_that_exists_cannot_be_told_from_one_that_does_not(settings):
    user = make_user("editor")
    answers = {}
    for name in (user.username, "nobody"):
        browser = Client(REMOTE_ADDR="192.0.2.7")
        token = browser.get(SIGN_IN).content  # Both begin with a page of their own.
        assert token
        seen = [attempt(name, client=browser) for _ in range(5)]
        answers[name] = [
            (answer.status_code, without_what_differs(answer, name), sorted(answer.headers))
            for answer in seen
        ]
    assert answers[user.username] == answers["nobody"]


def without_what_differs(answer, name: str) -> str:
    """The page without the name that was typed, the token of this one form and the minute."""
    page = answer.content.decode().replace(name, "NAME")
    page = re.sub(r"<strong>\d\d:\d\d</strong> \([^)]*\)", "TIME", page)
    return re.sub(r'"[A-Za-z0-9]{64}"', "TOKEN", page)


def test_success_forgets_the_failures():
    user = make_user("editor")
    lock_out(user.username, 4)
    assert attempt(user.username, PASSWORD).status_code == 302
    assert lock_out(user.username, 4).status_code == 200


def test_a_lock_ends_by_itself_and_attempts_meanwhile_do_not_prolong_it():
    user = make_user("editor")
    lock_out(user.username)
    at = AccessAttempt.objects.get().attempt_time
    lock_out(user.username, 3)
    row = AccessAttempt.objects.get()
    assert (row.attempt_time, row.failures_since_start) == (at, 5)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert attempt(user.username, PASSWORD).status_code == 302


def test_one_person_is_locked_and_the_colleague_beside_is_not():
    locked, colleague = make_user("editor"), make_user("author")
    assert lock_out(locked.username).status_code == 429
    assert attempt(colleague.username, PASSWORD).status_code == 302


def test_an_attacker_elsewhere_does_not_lock_the_owner_out():
    user = make_user("editor")
    assert lock_out(user.username, REMOTE_ADDR="198.51.100.9").status_code == 429
    assert attempt(user.username, PASSWORD).status_code == 302


def test_one_address_may_not_try_the_same_password_on_everybody(settings):
    settings.SIGN_IN_FAILURES_PER_ADDRESS = 10
    answers = [attempt(f"person-{number}").status_code for number in range(12)]
    assert answers == [200] * 9 + [429] * 3


@pytest.mark.parametrize(("proxies", "status"), [(0, 429), (1, 200)])
def test_a_forwarded_address_counts_only_from_a_proxy_of_ours(settings, proxies, status):
    settings.NEWSLETTER_TRUSTED_PROXIES = proxies
    for number in range(4):
        attempt("nobody", headers={"x-forwarded-for": f"203.0.113.{number}"})
    answer = attempt("nobody", headers={"x-forwarded-for": "203.0.113.99"})
    assert answer.status_code == status


def test_the_addresses_of_one_ipv6_host_are_one():
    answers = [
        attempt("nobody", REMOTE_ADDR=f"2001:db8:1:2::{number}").status_code for number in range(5)
    ]
    assert answers[-1] == 429
    assert attempt("nobody", REMOTE_ADDR="2001:db8:1:3::1").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_failure_is_counted_even_when_the_answer_fails(settings):
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": ["/nowhere"], "APP_DIRS": False}]
    answer = attempt("nobody", client=Client(raise_request_exception=False))
    assert answer.status_code == 500
    assert AccessAttempt.objects.get().failures_since_start == 1


def test_no_line_of_the_log_names_anybody(caplog):
    with caplog.at_level(logging.DEBUG):
        lock_out("barbara.tajna", REMOTE_ADDR="198.51.100.77")
    ours = [record for record in caplog.records if not record.name.startswith("axes")]
    text = "\n".join(record.getMessage() for record in ours)
    assert "sign_in.locked" in text
    assert "barbara" not in text
    assert "198.51.100.77" not in text
    assert logging.getLogger("axes").level == logging.CRITICAL


def test_old_failures_are_deleted_by_the_clock():
    attempt("nobody")
    attempt("somebody")
    long_ago = timezone.now() - timedelta(minutes=16)
    AccessAttempt.objects.filter(username="nobody").update(attempt_time=long_ago)
    assert tick().figures["forgotten_sign_in_failures"] == 1
    assert [row.username for row in AccessAttempt.objects.all()] == ["somebody"]


def test_an_operator_can_let_somebody_in_sooner():
    user = make_user("editor")
    lock_out(user.username)
    call_command("axes_reset_username", user.username)
    assert attempt(user.username, PASSWORD).status_code == 302


# Password reset


def test_asking_for_a_new_password_is_mailed_three_times_a_day_and_looks_the_same():
    user = make_user("editor")
    answers = [Client().post(RESET, {"email": user.email}) for _ in range(5)]
    answers.append(Client().post(RESET, {"email": "nobody@urzad.example"}))
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (302, reverse("wagtailadmin_password_reset_done"))
    }
    assert len(mail.outbox) == 3


def test_one_network_may_not_ask_for_ever(settings):
    settings.PASSWORD_RESETS_PER_NETWORK_PER_HOUR = 2
    answers = [
        Client().post(RESET, {"email": f"p{number}@urzad.example"}, REMOTE_ADDR="192.0.2.1")
        for number in range(3)
    ]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert answers[-1]["Retry-After"] == "3600"
