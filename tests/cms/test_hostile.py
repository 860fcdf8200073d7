"""Whatever a stranger sends to a public address, the answer is never a failure of ours."""

import re
from collections import Counter
from itertools import product
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from newsletter.admin_views import exports
from newsletter.conf import conf
from newsletter.models import Letter
from practices_pages.exchange import cells
from tests.factories import PASSWORD, make_practice, make_site_tree, make_user

pytestmark = pytest.mark.django_db
INTEGERS = ["-1", "9223372036854775808", "9" * 400, "١"]
TEXTS = ["a%00b", "%ff%fe", "%ED%A0%80", "%0d%0aSet-Cookie:%20x=1", "a" * 5_000]
WITH_INTEGERS = ["/documents/{}/x.pdf", "/panel/pages/{}/", "/media/{}"]
WITH_TEXTS = [
    "/{}/",
    "/documents/1/{}",
    "/media/images/{}",
    "/api/v1/practices/{}",
    "/newsletter/confirm/{}/",
    "/preview/{}/",
    "/anymail/{}/tracking/",
    "/panel/password_reset/confirm/{}/x/",
    "/panel/password_reset/confirm/MQ/{}/",
]
LISTS = ["/praktyki/", "/api/v1/practices", "/panel/login/"]
QUERIES = ["limit={0}", "offset={0}", "page={0}", "{0}={0}", "q=1&q={0}"]
FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=x"
PART = b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n"


@pytest.fixture
def visitor() -> Client:
    make_practice(make_site_tree(), live=True)
    return Client(raise_request_exception=False)


def failures(answers):
    return [
        f"{what[:150]} {answer.status_code}"
        for what, answer in answers
        if answer.status_code >= 500
    ]


def test_no_path_makes_a_failure(visitor):
    addresses = [p.format(v) for p, v in product(WITH_INTEGERS, INTEGERS)]
    addresses += [p.format(v) for p, v in product(WITH_TEXTS, TEXTS)]
    assert failures((address, visitor.get(address)) for address in addresses) == []


def test_no_query_makes_a_failure(visitor):
    values = ["9" * 400, "a%00b", "%ff%fe", "a" * 100_000]
    addresses = [f"{a}?{q.format(v)}" for a, q, v in product(LISTS, QUERIES, values)]
    assert failures((address, visitor.get(address)) for address in addresses) == []


def test_the_api_refuses_a_parameter_it_does_not_know_and_pages_ignore_it(visitor):
    refused = visitor.get("/api/v1/practices?utm_source=x")
    assert refused.status_code == 422
    assert refused["Content-Type"] == "application/problem+json"
    assert visitor.get("/praktyki/?utm_source=x").status_code == 200


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"])
def test_no_method_makes_a_failure(visitor, method):
    addresses = [pattern.format("x") for pattern in WITH_TEXTS] + LISTS + ["/newsletter/", "/"]
    assert failures((a, visitor.generic(method, a, b"{")) for a in addresses) == []


HEADERS = [
    {"accept": "text/html," * 10_000},
    {"accept-language": "pl," * 20_000},
    {"accept-language": "x" * 100_000},
    {"accept-language": "pl;q=9e999"},
    {"if-modified-since": "Sun, 99 Foo 9999999999 25:61:61 GMT"},
    {"if-none-match": '"' * 50_000},
    {"cookie": "sessionid=" + "x" * 50_000},
    {"cookie": "sessionid=\x00; csrftoken=" + "é" * 100},
    {"x-forwarded-for": "x," * 10_000},
    {"content-type": "multipart/form-data; boundary=" + "b" * 5_000},
    {"content-type": "text/plain; charset=utf-999"},
    {"referer": "http://[::1"},
]


def test_no_header_makes_a_failure(visitor):
    doors = ["/", "/api/v1/practices", "/panel/login/", "/newsletter/"]
    asked = [
        (f"{method} {door} {headers}", visitor.generic(method, door, b"x", headers=headers))
        for door, headers, method in product(doors, HEADERS, ["GET", "POST"])
    ]
    assert failures(asked) == []


BODIES = [
    ("application/json", b"[" * 100_000),
    ("application/json", b"9" * 5_000),
    (FORM, b"&".join(b"a=1" for _ in range(20_000))),
    (FORM, b"username=" + b"a" * 100_000 + b"&password=x"),
    (FORM, b"username=a%00b&password=%00&email=%00@x"),
    (PARTS, PART * 2_000),
    (
        PARTS,
        PART.replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n") + b" " * 90_000,
    ),
]
DOORS = [
    "/newsletter/",
    "/newsletter/u/x/",
    "/panel/login/",
    "/panel/password_reset/",
    "/anymail/mailgun/tracking/",
    "/api/v1/practices",
    "/praktyki/",
]


def test_no_body_makes_a_failure(visitor):
    asked = [
        (f"{door} {kind}", visitor.generic("POST", door, body, content_type=kind))
        for door, (kind, body) in product(DOORS, BODIES)
    ]
    assert failures(asked) == []


@pytest.mark.parametrize("address", ["/newsletter/", "/panel/login/", "/praktyki/"])
def test_a_body_that_is_too_long_is_refused_unread(visitor, address):
    answer = visitor.generic("POST", address, b"x" * (128 * 1024 + 1), content_type=FORM)
    assert answer.status_code == 413
    assert "zbyt dużo" in answer.content.decode()


def test_a_program_is_refused_in_the_apis_own_form_and_a_false_length_is_no_failure(visitor):
    answer = visitor.generic("POST", "/api/v1/practices", b"x", CONTENT_LENGTH="9" * 30)
    assert answer.status_code == 413
    assert answer["Content-Type"] == "application/problem+json"
    for length in ("-1", "x", "١", ""):
        answer = visitor.generic("POST", "/newsletter/", b"x", CONTENT_LENGTH=length)
        assert answer.status_code < 500


ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "http://evil.example",
    "https://evil.example/panel/",
    "HTTPS://EVIL.EXAMPLE",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "http:\\\\evil.example",
    "ftp://evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "//evil.example/..;/panel/",
    "//evil%2eexample",
    "//testserver@evil.example",
    "https://testserver@evil.example",
    "https://testserver.evil.example",
    "https://evil.example#testserver",
    "https://evil.example?testserver",
    "https://evil.example\\@testserver",
    "//[::1]",
    "//0x7f000001",
    "//evil.example:80",
    "/%09/evil.example",
    "/%5cevil.example",
    "%2f%2fevil.example",
    "/panel/\r\nLocation: https://evil.example",
    "//evil。example",
    "///panel/../evil.example",
    "\x00//evil.example",
    "https://[",
]


def test_nobody_is_sent_to_another_host_after_signing_in(settings):
    settings.AXES_ENABLED = False
    user = make_user("editor")
    for payload in ELSEWHERE:
        fields = {"username": user.username, "password": PASSWORD, "next": payload}
        answer = Client().post("/panel/login/", fields)
        assert answer.status_code == 302
        to = urlsplit(answer["Location"])
        assert (to.scheme, to.netloc) in {("", ""), ("http", "testserver")}, payload
        assert not answer["Location"].startswith(("//", "/\\", "\\")), payload


@pytest.mark.audit
def test_a_thousand_sign_ups_from_two_hundred_claimed_addresses_are_one_mail(client, settings):
    settings.NEWSLETTER_SIGN_UP_MIN_SECONDS = 0
    stamp = re.search(r'name="stamp" value="([^"]+)"', client.get("/newsletter/").content.decode())
    statuses = Counter()
    for number in range(1000):
        fields = {"address": f"o.fiara+{number}@urzad.example", "topics": "all", "consent": "on"}
        answer = client.post(
            "/newsletter/",
            fields | {"stamp": stamp[1], "website": ""},
            headers={"x-forwarded-for": f"198.51.100.{number % 200}"},
        )
        statuses[answer.status_code] += 1
    accepted = conf.SIGN_UPS_PER_NETWORK_PER_HOUR
    assert statuses == {302: accepted, 429: 1000 - accepted}
    assert Letter.objects.count() == 1


@pytest.mark.parametrize("before", ["", " ", "\ufeff", "\u200b", "\u00a0"])
def test_no_table_of_either_app_begins_a_formula(before):
    """The apps may not import each other, so the rule stands twice: here it is one."""
    for start in {*exports.DANGEROUS, *cells.DANGEROUS}:
        for safe_cell in (exports.safe_cell, cells.safe_cell):
            assert safe_cell(f"{before}{start}1").startswith("'"), (safe_cell, start)


def test_guessing_preview_links_is_answered_with_wait(visitor, settings):
    settings.WRONG_PREVIEWS_PER_NETWORK_PER_HOUR = 3
    address = reverse("practices_pages:preview", args=["x" * 43])
    answers = [visitor.get(address) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 429, 429]
    assert answers[-1]["Retry-After"] == "3600"
