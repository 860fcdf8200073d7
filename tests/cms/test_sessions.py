"""When a session of the panel ends, and that it then stays ended."""

import time

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
NEW = "Zupelnie-nowe-haslo-7"


def signed_in(user) -> Client:
    browser = Client()
    browser.post("/panel/login/", {"username": user.username, "password": PASSWORD})
    assert is_in(browser)
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/panel/account/").status_code == 200


def age(browser: Client, **values: float) -> None:
    session = browser.session
    for name, seconds in values.items():
        session[f"cms_{name}"] = time.time() - seconds
    session.save()


def test_changing_the_password_ends_all_sessions_but_the_present_one():
    user = make_user("editor")
    here, elsewhere = signed_in(user), signed_in(user)
    form = {
        "name_email-first_name": "Ewa",
        "name_email-last_name": "Nowa",
        "name_email-email": user.email,
        "locale-preferred_language": "pl",
        "theme-theme": "system",
        "theme-contrast": "system",
        "theme-density": "default",
        "password-old_password": PASSWORD,
        "password-new_password1": NEW,
        "password-new_password2": NEW,
    }
    assert here.post("/panel/account/", form).status_code == 302
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert is_in(here)
    assert not is_in(elsewhere)


def test_deactivation_ends_the_sessions_for_good():
    user = make_user("editor")
    browser = signed_in(user)
    user.is_active = False
    user.save()
    assert not is_in(browser)
    user.is_active = True
    user.save()
    assert not is_in(browser)
    assert not Session.objects.exists()


def test_a_session_ends_when_nobody_uses_it_and_in_any_case_after_a_day_of_work():
    user = make_user("editor")
    idle, used, old = signed_in(user), signed_in(user), signed_in(user)
    age(idle, seen_at=121 * 60)
    age(used, seen_at=119 * 60)
    age(old, started_at=12 * 3600 + 60)
    assert [is_in(browser) for browser in (idle, used, old)] == [False, True, False]
    assert time.time() - used.session["cms_seen_at"] < 60
    assert Session.objects.count() == 1


def test_a_session_that_somebody_planted_is_not_the_one_that_is_signed_in():
    planted = SessionStore()
    planted["message"] = "x"
    planted.save()
    user = make_user("editor")
    browser = Client()
    browser.cookies["sessionid"] = planted.session_key
    browser.post("/panel/login/", {"username": user.username, "password": PASSWORD})
    assert is_in(browser)
    assert browser.session.session_key != planted.session_key
    assert not Session.objects.filter(session_key=planted.session_key).exists()


def test_signing_out_leaves_nothing_behind():
    browser = signed_in(make_user("editor"))
    answer = browser.post("/panel/logout/")
    assert answer.cookies["sessionid"].value == ""
    assert not Session.objects.exists()


def test_a_visitor_has_no_session_to_look_for():
    with CaptureQueriesContext(connection) as asked:
        answer = Client().get("/newsletter/sent/")
    assert not [query for query in asked if "django_session" in query["sql"]]
    assert "Cookie" not in answer.get("Vary", "")
