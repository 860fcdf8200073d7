import re
import time

import pytest
from django.core import signing
from django.template import Context, Template
from django.urls import reverse
from django.utils import translation

from newsletter import consent
from newsletter.consent import Method
from newsletter.forms import STAMP_SALT, Stamp
from newsletter.models import ConsentEvent, Letter, LetterKind, Subscription
from newsletter.networks import network_of
from newsletter.topics import Topic, TopicGroup
from tests.newsletter.factories import (
    ANA,
    confirmation_link,
    make_suppression,
    sign_up,
    subscribe,
    subscription_of,
)
from tests.newsletter.rows import checksum

pytestmark = pytest.mark.django_db
URL = "/en/newsletter/"


def two_groups():
    return [
        TopicGroup("Areas", (Topic("area:transport", "Transport"), Topic("area:food", "Food"))),
        TopicGroup("Units", (Topic("unit-group:rural", "Rural"),)),
    ]


@pytest.fixture(autouse=True)
def _settings(settings):
    settings.NEWSLETTER_TOPICS = f"{__name__}.two_groups"


def stamp(*, seconds_ago=60, clause=None):
    fingerprint = clause or consent.current_clause("en").fingerprint
    return str(Stamp("number", fingerprint, int(time.time()) - seconds_ago))


def fields(**changes):
    values = {"address": ANA, "topics": ["all"], "consent": "on", "stamp": stamp(), "website": ""}
    return {name: value for name, value in (values | changes).items() if value is not None}


def seen(response):
    """Everything a stranger could tell two answers apart by."""
    return (
        response.status_code,
        response.content,
        sorted(response.headers.items()),
        response.cookies,
    )


# The form


def test_the_form_shows_the_whole_clause_unticked_and_sets_no_cookie(client):
    response = client.get(URL)
    page = response.content.decode()
    clause = consent.current_clause("en")
    for paragraph in [clause.consent, *clause.information.split("\n\n")]:
        assert paragraph in page
    assert "<details>" not in page  # Nothing of it waits for a click.
    assert "checked" not in page
    assert "newsletter-draft" in page
    assert not response.cookies
    assert "csrfmiddlewaretoken" not in page


def test_the_draft_mark_goes_when_the_owner_approves(client, admin_user):
    consent.approve_clause(consent.current_clause("en"), admin_user)
    assert "newsletter-draft" not in client.get(URL).content.decode()


def test_topics_are_offered_in_their_groups(client):
    page = client.get(URL).content.decode()
    assert re.findall(r'name="topics" value="([^"]+)"', page) == [
        "all",
        "area:transport",
        "area:food",
        "unit-group:rural",
    ]
    assert re.findall(r"<fieldset><legend>(\w+)", page) == ["Areas", "Units"]


def test_a_site_without_topics_asks_for_none(client, settings):
    settings.NEWSLETTER_TOPICS = "newsletter.topics.only_all"
    page = client.get(URL).content.decode()
    assert '<input type="hidden" name="topics" value="all">' in page


def test_the_form_can_stand_on_any_page():
    with translation.override("en"):
        page = Template("{% load newsletter_tags %}{% newsletter_sign_up %}").render(Context())
    assert f'action="{URL}"' in page
    assert consent.current_clause("en").consent in page


@pytest.mark.parametrize("method", ["get", "head", "options"])
@pytest.mark.parametrize("path", [URL, "/newsletter/", "/en/newsletter/sent/"])
def test_looking_changes_nothing(client, method, path):
    before = checksum()
    assert getattr(client, method)(path).status_code == 200
    assert checksum() == before


# Sending it


def test_a_sign_up_asks_for_a_confirmation(client):
    response = client.post(URL, fields(topics=["area:food", "unit-group:rural"]))
    assert (response.status_code, response["Location"]) == (302, "/en/newsletter/sent/")
    subscription = subscription_of(ANA)
    assert (subscription.state, subscription.locale) == ("pending", "en")
    assert consent.chosen_topics(subscription) == {"area:food", "unit-group:rural"}
    event = ConsentEvent.objects.get()
    assert (event.form, event.network, event.method) == (URL, "127.0.0.0/24", "form")
    assert event.wording == consent.current_clause("en").wording
    assert Letter.objects.get().kind == LetterKind.CONFIRMATION


def test_the_form_as_it_is_served_can_be_sent_back(client, settings):
    settings.NEWSLETTER_SIGN_UP_MIN_SECONDS = 0
    served = re.search(r'name="stamp" value="([^"]+)"', client.get(URL).content.decode())[1]
    client.post(URL, fields(stamp=served))
    assert subscription_of(ANA).state == "pending"


def test_all_practices_make_single_topics_needless(client):
    client.post(URL, fields(topics=["all", "area:food"]))
    assert consent.chosen_topics(subscription_of(ANA)) == {"all"}


def test_a_role_address_is_welcome(client):
    client.post(URL, fields(address="sekretariat@sp1.wzorowice.example"))
    assert subscription_of("sekretariat@sp1.wzorowice.example").state == "pending"


def test_a_double_click_is_one_letter(client, settings):
    settings.NEWSLETTER_MAILS_PER_DAY = 10
    data = fields()
    for _ in range(3):
        client.post(URL, data)
    assert Letter.objects.count() == 1
    assert ConsentEvent.objects.count() == 1


KINDS = {
    "new": lambda address: None,
    "pending": sign_up,
    "confirmed": subscribe,
    "withdrawn": lambda address: consent.withdraw(subscribe(address), method=Method.ONE_CLICK),
    "complained": lambda address: consent.record_complaint(subscribe(address)),
    "erased": lambda address: consent.erase(subscribe(address), method=Method.STAFF),
    "suppressed": make_suppression,
}


@pytest.mark.parametrize("mails_per_day", [1, 10], ids=["used up", "generous"])
def test_the_answer_is_the_same_whatever_the_address_is(client, settings, mails_per_day):
    settings.NEWSLETTER_MAILS_PER_DAY = mails_per_day
    answers = []
    for kind, prepare in KINDS.items():
        prepare(f"{kind}@gmina.example")
        posted = client.post(URL, fields(address=f"{kind}@gmina.example"))
        answers.append((seen(posted), seen(client.get(posted["Location"]))))
    assert answers == [answers[0]] * len(KINDS)
    assert answers[0][0][0] == 302


def test_a_suppressed_address_may_confirm_by_itself(client):
    make_suppression(ANA)
    client.post(URL, fields())
    consent.confirm(confirmation_link(ANA))
    assert Subscription.objects.mailable().count() == 1


# Bad input


BAD = {
    "no address": {"address": ""},
    "missing address": {"address": None},
    "no at": {"address": "ana"},
    "two addresses": {"address": "ana@gmina.example,bartek@gmina.example"},
    "header injection": {"address": "ana@gmina.example\r\nBcc: victim@other.example"},
    "trailing line break": {"address": "ana@gmina.example\n"},
    "nul": {"address": "ana\x00@gmina.example"},
    "html": {"address": '"><script>alert(1)</script>@gmina.example'},
    "too long": {"address": "a" * 300 + "@gmina.example"},
    "hundred kilobytes": {"address": "a@" + "b." * 50_000 + "example"},
    "no topics": {"topics": None},
    "unknown topic": {"topics": ["area:<b>x</b>"]},
    "nul topic": {"topics": ["all\x00"]},
    "long topic": {"topics": ["x" * 10_000]},
    "no consent": {"consent": None},
    "no stamp": {"stamp": None},
    "forged stamp": {"stamp": signing.dumps(["n", "c", 1], salt="another")},
    "nul stamp": {"stamp": "\x00"},
}


@pytest.mark.parametrize("changes", BAD.values(), ids=BAD)
def test_bad_input_is_named_and_changes_nothing(client, changes):
    before = checksum()
    response = client.post(URL, fields(**changes))
    page = response.content.decode()
    assert response.status_code == 422
    assert 'role="alert"' in page
    assert "<title>\n" not in page
    assert "Error:" in re.search(r"<title>(.*?)</title>", page, re.DOTALL)[1]
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page
    assert checksum() == before


def test_errors_keep_what_was_typed_and_are_tied_to_their_fields(client):
    response = client.post(URL, fields(address="ana@", topics=["area:food"]))
    page = response.content.decode()
    assert 'value="ana@"' in page
    assert re.search(r'value="area:food" checked', page)
    assert re.search(r'<input[^>]*name="consent"[^>]*checked', page)
    field = re.search(r'<input[^>]*name="address"[^>]*>', page)[0]
    assert 'aria-invalid="true"' in field
    described_by = re.search(r'aria-describedby="([^"]+)"', field)[1]
    assert f'id="{described_by}"' in page
    assert 'href="#sign-up-address"' in page


def test_a_field_that_is_no_text_is_an_error(client):
    before = checksum()
    body = b"address=ana%FF%FE@gmina.example&topics=all&consent=on&stamp=" + stamp().encode()
    response = client.post(URL, body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 422
    assert checksum() == before


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded; charset=iso-8859-2", b"address=x"),
        ("multipart/form-data; boundary=x", b"--y\r\nnot a part"),
        ("multipart/form-data", b"no boundary"),
        ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(20_000))),
        ("application/x-www-form-urlencoded", b"address=" + b"a" * 3_000_000),
        ("application/json", b'{"address": "ana@gmina.example"}'),
        ("text/plain", b"\xff"),
    ],
)
def test_a_body_that_cannot_be_read_is_said_so(client, content_type, body):
    before = checksum()
    response = client.post(URL, body, content_type=content_type)
    assert response.status_code in {400, 413, 422}
    assert "<h1>" in response.content.decode()
    assert checksum() == before


def test_a_changed_wording_is_shown_again_unticked(client):
    old = stamp()
    consent.new_clause_version("en", consent="I agree to more.", information="More.")
    response = client.post(URL, fields(stamp=old))
    page = response.content.decode()
    assert response.status_code == 422
    assert "I agree to more." in page
    assert not re.search(r'<input[^>]*name="consent"[^>]*checked', page)
    assert not Subscription.objects.exists()


def test_who_ticks_a_changed_wording_at_once_is_taken_for_a_person(client):
    old = stamp()
    consent.new_clause_version("en", consent="I agree to more.", information="More.")
    page = client.post(URL, fields(stamp=old)).content.decode()
    shown_again = re.search(r'name="stamp" value="([^"]+)"', page).group(1)
    assert client.post(URL, fields(stamp=shown_again)).status_code == 302
    assert "I agree to more." in ConsentEvent.objects.get().wording


def test_a_form_that_lay_about_for_too_long_is_asked_for_once_more(client, monkeypatch):
    now = time.time()
    with monkeypatch.context() as patched:
        patched.setattr(time, "time", lambda: now - 8 * 24 * 60 * 60)
        old = stamp()
    assert client.post(URL, fields(stamp=old)).status_code == 422
    assert not Subscription.objects.exists()


# Programs


@pytest.mark.parametrize(
    "changes",
    [{"website": "https://spam.example"}, {"stamp": "now"}],
    ids=["honeypot", "faster than a person"],
)
def test_a_program_gets_the_usual_answer_and_nothing_happens(client, changes):
    usual = seen(client.post(URL, fields(address="bartek@gmina.example")))
    before = checksum()
    if "stamp" in changes:
        changes = {"stamp": stamp(seconds_ago=0)}
    assert seen(client.post(URL, fields(**changes))) == usual
    assert checksum() == before


def test_a_person_who_presses_the_button_at_once_is_told_what_is_missing(client):
    served = stamp(seconds_ago=0)
    response = client.post(URL, fields(address="", stamp=served))
    assert response.status_code == 422
    assert served in response.content.decode()  # correcting is not timed anew


def test_the_stamp_of_a_form_cannot_be_made_elsewhere():
    genuine = stamp()
    assert Stamp.read(genuine).number == "number"
    assert Stamp.read(genuine[:-1]) is None
    assert Stamp.read(signing.dumps(["n", "c", 1], salt=STAMP_SALT + "x")) is None


def test_one_network_may_not_try_for_ever(client, settings):
    settings.NEWSLETTER_SIGN_UPS_PER_NETWORK_PER_HOUR = 3
    for number in range(3):
        client.post(URL, fields(address=f"p{number}@gmina.example"))
    before = checksum()
    response = client.post(
        URL, fields(), headers={"x-forwarded-for": "203.0.113.9"}, REMOTE_ADDR="127.0.0.200"
    )
    assert response.status_code == 429
    assert response["Retry-After"] == "3600"
    assert "<h1>" in response.content.decode()
    assert checksum() == before
    assert client.post(URL, fields(), REMOTE_ADDR="198.51.100.7").status_code == 302


def test_bombing_one_mailbox_from_many_networks_is_one_mail(client):
    for number in range(40):
        address = f"a.n.a+{number}@gmina.example" if number % 2 else "ana@gmina.example"
        response = client.post(URL, fields(address=address), REMOTE_ADDR=f"198.51.{number}.1")
        assert response.status_code == 302
    assert Letter.objects.count() == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 302),
        ({"origin": "http://testserver"}, 302),
        ({"sec-fetch-site": "same-origin"}, 302),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, 302),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "http://["}, 403),
    ],
)
def test_a_form_sent_from_another_site_is_refused(client, headers, status):
    response = client.post(URL, fields(), headers=headers)
    assert response.status_code == status
    assert Subscription.objects.exists() is (status == 302)


# Networks


@pytest.mark.parametrize(
    ("remote", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("", ""),
        ("unix:", ""),
        ("192.0.2.1, 1.2.3.4", ""),
    ],
)
def test_a_network_points_at_no_household(remote, network):
    assert network_of(remote) == network


@pytest.mark.parametrize(
    ("proxies", "network"),
    [(0, "10.0.0.0/24"), (1, "203.0.113.0/24"), (2, "198.51.100.0/24"), (5, "10.0.0.0/24")],
)
def test_a_forwarded_address_counts_only_from_our_own_proxies(settings, proxies, network):
    settings.NEWSLETTER_TRUSTED_PROXIES = proxies
    assert network_of("10.0.0.1", "6.6.6.6, 198.51.100.4, 203.0.113.9") == network


def test_the_sign_up_asks_few_questions_of_the_database(client, django_assert_max_num_queries):
    sign_up("bartek@gmina.example", locale="en")
    with django_assert_max_num_queries(33):
        client.post(URL, fields())


def test_there_is_a_polish_and_an_english_form():
    with translation.override("pl"):
        assert reverse("newsletter:sign-up") == "/newsletter/"
    with translation.override("en"):
        assert reverse("newsletter:sign-up") == URL
