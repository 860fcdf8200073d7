"""A password alone opens nothing for whoever has, or must have, a second factor."""

import re
import time
from base64 import b32decode
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from cms import second_factor
from tests.factories import PASSWORD, make_practice, make_site_tree, make_user

pytestmark = pytest.mark.django_db
CODE = "/panel/second-factor/code/"
SET_UP = "/panel/second-factor/set-up/"
DEVICES = "/panel/second-factor/"


def with_app(user) -> TOTPDevice:
    return TOTPDevice.objects.create(user=user, name="telefon")


def code_of(device: TOTPDevice, *, steps: int = 0) -> str:
    device.refresh_from_db()
    return code_for(device.key, steps=steps)


def code_for(key: str, *, steps: int = 0) -> str:
    totp = TOTP(bytes.fromhex(key))
    totp.time = time.time() + 30 * steps
    return f"{totp.token():06d}"


def signed_in(user, *, code: str = "", **extra) -> Client:
    browser = Client(**extra)
    browser.post("/panel/login/", {"username": user.username, "password": PASSWORD})
    if code:
        answer = browser.post(CODE, {"code": code})
        assert answer.status_code == 302, answer.content.decode()
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/panel/account/").status_code == 200


# Who is asked


def test_whoever_has_an_app_is_asked_for_its_code_and_goes_where_they_were_going():
    user = make_user("editor")
    device = with_app(user)
    browser = signed_in(user)
    answer = browser.get("/panel/account/")
    assert answer["Location"] == f"{CODE}?next=%2Fpanel%2Faccount%2F"
    assert browser.get(answer["Location"]).status_code == 200
    answer = browser.post(CODE, {"code": code_of(device), "next": "/panel/account/"})
    assert answer["Location"] == "/panel/account/"
    assert is_in(browser)


def test_without_an_app_nobody_is_asked_unless_the_site_says_so(settings):
    user = make_user("editor")
    browser = signed_in(user)
    assert is_in(browser)
    settings.MFA_REQUIRED = True
    assert browser.get("/panel/account/")["Location"].startswith(SET_UP)


ADDRESSES = [
    "/panel/",
    "/panel/account/",
    "/panel/pages/",
    "/panel/choose-page/",
    "/panel/api/main/pages/",
    "/panel/api/main/images/",
    "/panel/images/chooser/",
    "/panel/users/",
    "/panel/reports/site-history/",
    "/panel/second-factor/",
    "/panel/second-factor/again/",
    "/panel/second-factor/people/1/",
    "/panel/second-factor/qr.svg",
]


@pytest.mark.parametrize("owes", ["code", "set-up"])
@pytest.mark.parametrize("headers", [{}, {"x-requested-with": "XMLHttpRequest"}], ids=["page", "x"])
def test_who_owes_a_factor_reaches_nothing_else_of_the_panel(settings, owes, headers):
    settings.MFA_REQUIRED = True
    user = make_user("administrator")
    page = make_practice(make_site_tree(), owner=user)
    if owes == "code":
        with_app(user)
    browser = signed_in(user)
    own_drafts = [
        reverse("wagtailadmin_pages:view_draft", args=[page.pk]),
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
    ]
    allowed = {"/panel/second-factor/again/", "/panel/second-factor/qr.svg"}
    for address in set(ADDRESSES + own_drafts) - (allowed if owes == "set-up" else set()):
        for method in ("get", "post", "put", "delete"):
            answer = getattr(browser, method)(address, headers=headers)
            assert answer.status_code in {302, 401, 403}, f"{method} {address}"
            if answer.status_code == 302:
                assert answer["Location"].startswith((CODE, SET_UP, "/panel/login/")), address
    browser.post("/panel/account/", {"password-new_password1": "x" * 20})
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_who_owes_a_code_cannot_add_an_app_of_their_own():
    user = make_user("editor")
    with_app(user)
    thief = signed_in(user)
    assert thief.get(SET_UP)["Location"].startswith(CODE)
    assert thief.post(SET_UP, {"code": "000000"}).status_code == 302
    assert TOTPDevice.objects.count() == 1


def test_who_owes_a_code_is_a_stranger_outside_the_panel_too():
    user = make_user("administrator")
    with_app(user)
    page = make_practice(make_site_tree(), live=True)
    browser = signed_in(user)
    assert b"wagtail-userbar" not in browser.get(page.url).content
    told = browser.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]), headers={"accept": "application/json"}
    )
    assert told.json()["error_code"] == "locked"


def test_signing_out_is_always_possible():
    user = make_user("editor")
    with_app(user)
    browser = signed_in(user)
    browser.post("/panel/logout/")
    assert "_auth_user_id" not in browser.session


# Codes


def test_the_session_is_another_one_after_the_code():
    user = make_user("editor")
    device = with_app(user)
    browser = signed_in(user)
    before = browser.session.session_key
    browser.post(CODE, {"code": code_of(device)})
    assert browser.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_a_code_works_once():
    user = make_user("editor")
    device = with_app(user)
    code = code_of(device)
    signed_in(user, code=code)
    answer = signed_in(user).post(CODE, {"code": code})
    assert answer.status_code == 422
    assert "Ten kod jest nieprawidłowy" in answer.content.decode()


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "1" * 41, "-1", "\x00", "000 000x"]
)
def test_what_is_no_code_is_refused_and_costs_no_guess(typed):
    user = make_user("editor")
    device = with_app(user)
    assert signed_in(user).post(CODE, {"code": typed}).status_code == 422
    device.refresh_from_db()
    assert device.throttling_failure_count == 0


def test_guessing_gets_slower_with_every_wrong_code_from_any_address():
    user = make_user("editor")
    device = with_app(user)
    right = code_of(device)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    device.throttling_failure_count, device.throttling_failure_timestamp = 8, timezone.now()
    device.save()
    answer = signed_in(user, REMOTE_ADDR="203.0.113.5").post(CODE, {"code": right})
    assert answer.status_code == 429
    assert 100 < int(answer["Retry-After"]) <= 128
    assert "Zbyt wiele błędnych kodów" in answer.content.decode()
    device.throttling_failure_timestamp = timezone.now() - timedelta(seconds=200)
    device.save()
    assert signed_in(user).post(CODE, {"code": wrong}).status_code == 422
    device.refresh_from_db()
    assert device.throttling_failure_count == 9


def test_a_recovery_code_works_once_is_not_kept_and_may_be_typed_loosely():
    user = make_user("editor")
    with_app(user)
    codes = second_factor.new_recovery_codes(user)
    assert len(set(codes)) == 10
    kept = set(StaticToken.objects.values_list("token", flat=True))
    assert not kept & {code.replace("-", "") for code in codes}
    browser = signed_in(user, code=codes[0].lower().replace("-", " "))
    assert is_in(browser)
    assert signed_in(user).post(CODE, {"code": codes[0]}).status_code == 422
    assert second_factor.codes_left(user) == 9


def test_a_recovery_code_of_somebody_else_opens_nothing():
    user, other = make_user("editor"), make_user("author")
    with_app(user)
    codes = second_factor.new_recovery_codes(other)
    second_factor.new_recovery_codes(user)
    assert signed_in(user).post(CODE, {"code": codes[0]}).status_code == 422


def test_a_new_password_does_not_skip_the_code():
    user = make_user("editor")
    with_app(user)
    user.set_password("Zupelnie-nowe-haslo-7")
    user.save()
    browser = Client()
    browser.post("/panel/login/", {"username": user.username, "password": "Zupelnie-nowe-haslo-7"})
    assert not is_in(browser)
    assert second_factor.apps_of(user).count() == 1


@pytest.mark.parametrize(
    "address", ["//evil.example", "https://evil.example/panel/", "/\\evil.example", "javascript:x"]
)
def test_after_the_code_nobody_is_sent_elsewhere(address):
    user = make_user("editor")
    device = with_app(user)
    answer = signed_in(user).post(CODE, {"code": code_of(device), "next": address})
    assert answer["Location"] == "/panel/"


# Setting up


def key_on(page: str) -> str:
    groups = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1]
    assert all(len(group) == 4 for group in groups.split())
    return TOTPDevice(key="00").key and _hex(groups.replace(" ", ""))


def _hex(base32: str) -> str:
    return b32decode(base32).hex()


def test_setting_up_shows_a_picture_and_a_key_and_gives_ten_codes_once(settings):
    settings.MFA_REQUIRED = True
    user = make_user("editor")
    browser = signed_in(user)
    page = browser.get(SET_UP)
    assert "no-store" in page["Cache-Control"]
    key = key_on(page.content.decode())
    picture = browser.get("/panel/second-factor/qr.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert b"<svg" in picture.content
    assert b"style=" not in picture.content
    code = code_for(key)
    answer = browser.post(SET_UP, {"code": code, "name": "telefon"})
    codes = re.findall(r"<li><code>([A-Z2-7-]{19})</code>", answer.content.decode())
    assert len(codes) == 10
    assert "no-store" in answer["Cache-Control"]
    assert is_in(browser)
    assert second_factor.apps_of(user).get().name == "telefon"
    assert browser.get("/panel/second-factor/qr.svg").status_code == 404  # The key is gone.

    saved = browser.post("/panel/second-factor/codes/file/", {"code": codes})
    assert "attachment" in saved["Content-Disposition"]
    assert codes[9] in saved.content.decode()
    forged = browser.post("/panel/second-factor/codes/file/", {"code": ["=cmd()"]})
    assert forged.status_code == 404
    # The code that turned it on is spent.
    assert signed_in(user).post(CODE, {"code": code}).status_code == 422


def test_a_wrong_code_adds_nothing_and_keeps_the_key():
    user = make_user("editor")
    browser = signed_in(user)
    key = key_on(browser.get(SET_UP).content.decode())
    wrong = f"{(int(code_for(key)) + 1) % 1_000_000:06d}"
    answer = browser.post(SET_UP, {"code": wrong})
    assert answer.status_code == 422
    assert key_on(answer.content.decode()) == key
    assert not TOTPDevice.objects.exists()


def test_changing_keys_asks_to_sign_in_again_after_a_while():
    user = make_user("editor")
    device = with_app(user)
    browser = signed_in(user, code=code_of(device))
    assert browser.get(DEVICES).status_code == 200
    session = browser.session
    session["cms_proved_at"] = time.time() - 16 * 60
    session.save()
    again = browser.get(SET_UP)["Location"]
    assert again.startswith("/panel/second-factor/again/")
    assert browser.post(f"{DEVICES}{device.pk}/remove/")["Location"].startswith(again.split("?")[0])
    assert second_factor.apps_of(user).exists()
    device.refresh_from_db()
    device.last_t = -1
    device.save()
    only_password = browser.post(again, {"password": PASSWORD})
    assert only_password.status_code == 422
    answer = browser.post(again, {"password": PASSWORD, "code": code_of(device), "next": SET_UP})
    assert answer["Location"] == SET_UP
    assert browser.get(SET_UP).status_code == 200


def test_the_screens_speak_the_language_of_the_person():
    user = make_user("editor")
    browser = signed_in(user)
    assert "Skonfiguruj drugi składnik" in browser.get(SET_UP).content.decode()
    profile = UserProfile.get_for_user(user)
    profile.preferred_language = "en"
    profile.save()
    assert "Set up the second factor" in browser.get(SET_UP).content.decode()


# Removing


def test_removing_an_app_ends_the_other_sessions_and_keeps_this_one():
    user = make_user("editor")
    device = with_app(user)
    second_factor.new_recovery_codes(user)
    elsewhere = signed_in(user, code=code_of(device))
    device.last_t = -1
    device.save()
    here = signed_in(user, code=code_of(device))
    assert is_in(elsewhere)
    assert here.post(f"{DEVICES}{device.pk}/remove/")["Location"] == DEVICES
    assert is_in(here)
    assert not is_in(elsewhere)
    assert not StaticDevice.objects.exists()
    assert ModelLogEntry.objects.filter(action="cms.second_factor.remove", user=user).exists()


def test_nobody_removes_the_app_of_somebody_else():
    user, other = make_user("editor"), make_user("editor")
    device = with_app(other)
    assert signed_in(user).post(f"{DEVICES}{device.pk}/remove/").status_code == 404
    assert second_factor.apps_of(other).exists()


def test_an_administrator_removes_the_factor_of_who_lost_the_telephone():
    user, boss = make_user("editor"), make_user("administrator")
    device = with_app(user)
    theirs = signed_in(user, code=code_of(device))
    address = reverse("cms_second_factor_person", args=[user.pk])
    browser = signed_in(boss)
    assert browser.get(address).status_code == 200
    assert second_factor.apps_of(user).exists()
    browser.post(address)
    assert not second_factor.apps_of(user).exists()
    assert not is_in(theirs)
    entry = ModelLogEntry.objects.get(action="cms.second_factor.reset")
    assert (entry.user, entry.object_id) == (boss, str(user.pk))


@pytest.mark.parametrize("role", ["author", "editor", "moderator", "newsletter_manager"])
def test_nobody_else_removes_the_factor_of_a_person(role):
    user = make_user("editor")
    with_app(user)
    signed_in(make_user(role)).post(reverse("cms_second_factor_person", args=[user.pk]))
    assert second_factor.apps_of(user).exists()


def test_the_last_administrator_has_a_command():
    boss = make_user("administrator")
    device = with_app(boss)
    browser = signed_in(boss, code=code_of(device))
    call_command("remove_second_factor", boss.username)
    assert not second_factor.apps_of(boss).exists()
    assert not is_in(browser)
    with pytest.raises(CommandError, match="no such account"):
        call_command("remove_second_factor", "nobody")
