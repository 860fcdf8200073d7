"""RFC 8058: the mailbox provider posts, without cookies, and wants a 200."""

import pytest
from django.test import Client

from newsletter import consent, tokens
from newsletter.consent import Method
from newsletter.models import ConsentEvent, Subscription
from newsletter.tokens import Purpose
from tests.newsletter.factories import ANA, make_subscription, subscribe

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def provider():
    """A provider has no cookie and no token of ours, and checks are on as in production."""
    return Client(enforce_csrf_checks=True)


def url(subscription):
    token = tokens.make(Purpose.UNSUBSCRIBE, subscription.ref, subscription.sign_up)
    return f"/newsletter/u/{token}/"


@pytest.mark.parametrize(
    ("content_type", "body", "method"),
    [
        (FORM, b"List-Unsubscribe=One-Click", "one-click"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\n'
            b"One-Click\r\n--b--\r\n",
            "one-click",
        ),
        (FORM, b"", "mailed-link"),
        (FORM, b"button=", "mailed-link"),
        ("multipart/form-data", b"broken", "mailed-link"),
        (FORM + "; charset=utf-16", b"List-Unsubscribe=One-Click", "mailed-link"),
        ("application/json", b"{", "mailed-link"),
        (FORM, b"a=" + b"a" * 100_000, "mailed-link"),
    ],
)
def test_whatever_is_posted_ends_the_subscription(provider, content_type, body, method):
    subscription = make_subscription()
    response = provider.post(url(subscription), body, content_type=content_type)
    assert response.status_code == 200
    assert not response.cookies
    subscription.refresh_from_db()
    assert subscription.state == "withdrawn"
    event = ConsentEvent.objects.get()
    assert (event.type, event.method, event.form) == ("withdrawn", method, "unsubscribe")


def test_it_also_works_from_another_site(provider):
    subscription = make_subscription()
    headers = {"origin": "https://mail.example", "sec-fetch-site": "cross-site"}
    response = provider.post(url(subscription), headers=headers)
    assert response.status_code == 200
    assert not Subscription.objects.mailable().exists()


def test_once_or_often_is_the_same(provider):
    subscription = make_subscription()
    address = url(subscription)
    answers = {provider.post(address).content for _ in range(3)}
    assert len(answers) == 1
    assert ConsentEvent.objects.count() == 1


def test_for_an_erased_person_it_answers_as_for_anybody(provider):
    # A link holds the second in which it was made.
    usual_link = url(make_subscription())
    usual = provider.post(usual_link).content.decode()
    erased = subscribe(ANA)
    consent.erase(erased, method=Method.STAFF)
    events = ConsentEvent.objects.count()
    link = url(erased)
    response = provider.post(link)
    assert response.status_code == 200
    assert response.content.decode().replace(link, "") == usual.replace(usual_link, "")
    assert ConsentEvent.objects.count() == events
    assert provider.get(link).status_code == 200


def test_looking_shows_a_button_and_ends_nothing(provider):
    subscription = make_subscription()
    page = provider.get(url(subscription)).content.decode()
    assert '<form class="newsletter-form" method="post">' in page
    assert "<script" not in page
    subscription.refresh_from_db()
    assert subscription.state == "confirmed"


def test_it_ends_only_the_subscription_of_the_link(provider):
    other = make_subscription()
    provider.post(url(make_subscription()))
    assert list(Subscription.objects.mailable()) == [other]
