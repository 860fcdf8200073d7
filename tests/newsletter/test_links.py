import re
import time

import pytest
from django.core import signing

from newsletter import consent, tokens
from newsletter.consent import Method
from newsletter.models import (
    ConsentEvent,
    Letter,
    LetterKind,
    Subscription,
    SubscriptionState,
    Suppression,
)
from newsletter.tokens import Purpose
from tests.newsletter.factories import (
    ANA,
    confirmation_link,
    make_subscription,
    sign_up,
    subscribe,
    subscription_of,
)
from tests.newsletter.rows import checksum

pytestmark = pytest.mark.django_db
DAY = 24 * 60 * 60
DOORS = {
    Purpose.CONFIRM: "/en/newsletter/confirm/{}/",
    Purpose.UNSUBSCRIBE: "/en/newsletter/u/{}/",
    Purpose.MANAGE: "/en/newsletter/manage/{}/",
    Purpose.FRESH: "/en/newsletter/manage/{}/",
}


@pytest.fixture(autouse=True)
def _topics(settings):
    settings.NEWSLETTER_TOPICS = "tests.newsletter.test_sign_up.two_groups"


@pytest.fixture
def long_ago(monkeypatch):
    """Makes a link as if it had been made so many days ago."""

    def make(purpose, ref, origin=None, *, days):
        now = time.time()
        with monkeypatch.context() as patched:
            patched.setattr(time, "time", lambda: now - days * DAY)
            return tokens.make(purpose, ref, origin)

    return make


def door(purpose, subscription, token=None):
    origin = subscription.sign_up if purpose is Purpose.CONFIRM else None
    return DOORS[purpose].format(token or tokens.make(purpose, subscription.ref, origin))


def heading(response):
    return re.search(r"<h1>(.*?)</h1>", response.content.decode())[1]


# What every page behind a link promises


@pytest.mark.parametrize("method", ["get", "head", "options"])
@pytest.mark.parametrize("state", SubscriptionState.values)
@pytest.mark.parametrize("purpose", Purpose)
def test_a_scanner_that_opens_links_changes_nothing(client, purpose, state, method):
    url = door(purpose, make_subscription(state=state))
    before = checksum()
    for _ in range(3):
        response = getattr(client, method)(url, headers={"user-agent": "SafeLinks scanner"})
        assert response.status_code in {200, 404}
        assert not response.cookies
    assert checksum() == before


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("token", [None, "forged"], ids=["genuine", "forged"])
@pytest.mark.parametrize("purpose", Purpose)
def test_a_page_behind_a_link_is_not_kept_passed_on_or_indexed(client, purpose, token, method):
    url = door(purpose, make_subscription(state=SubscriptionState.PENDING), token)
    response = getattr(client, method)(url)
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]
    assert response["X-Frame-Options"] == "DENY"
    assert not response.cookies


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
@pytest.mark.parametrize("purpose", Purpose)
def test_other_methods_are_refused(client, purpose, method):
    subscription = make_subscription()
    before = checksum()
    assert getattr(client, method)(door(purpose, subscription)).status_code == 405
    assert checksum() == before


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    ("made_for", "used_for"),
    [(made, used) for made in Purpose for used in Purpose if DOORS[made] != DOORS[used]],
)
def test_a_link_opens_only_the_door_it_was_made_for(client, made_for, used_for, method):
    subscription = make_subscription()
    token = tokens.make(made_for, subscription.ref, subscription.sign_up)
    before = checksum()
    response = getattr(client, method)(DOORS[used_for].format(token))
    assert response.status_code == 404
    assert checksum() == before


def forgeries(purpose, subscription):
    genuine = tokens.make(purpose, subscription.ref, subscription.sign_up)
    value, stamp, signature = genuine.split(":")
    return [
        "x",
        genuine[:-1],
        genuine[:-1] + ("A" if genuine[-1] != "A" else "B"),
        f"{value}:{stamp}:",
        f"{value}x:{stamp}:{signature}",
        f"{value}:{stamp}x:{signature}",
        f"{value}:{stamp}:{signature}:more",
        ":::",
        "%00",
        "%FF%FE",
        "%F0%9F%92%A9",
        "..%2F..%2Fetc",
        "<script>alert(1)<",
        "a" * 5_000,
        signing.dumps([subscription.ref.hex, ""], salt=purpose, key="another key"),
        signing.dumps("text", salt=purpose),
        signing.dumps([1, 2, 3], salt=purpose),
        signing.dumps(["not a uuid", ""], salt=purpose),
        signing.dumps(None, salt=purpose),
    ]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("purpose", Purpose)
def test_a_forged_link_is_explained_and_changes_nothing(client, purpose, method):
    subscription = make_subscription()
    before = checksum()
    for forged in forgeries(purpose, subscription):
        response = getattr(client, method)(DOORS[purpose].format(forged))
        assert response.status_code == 404, forged
        assert "<h1>" in response.content.decode()
        assert "<script>alert" not in response.content.decode()
    assert checksum() == before


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("purpose", "days"), [(Purpose.CONFIRM, 8), (Purpose.FRESH, 1.1)])
def test_an_expired_link_says_what_to_do_next(client, long_ago, purpose, days, method):
    subscription = make_subscription(state=SubscriptionState.PENDING)
    token = long_ago(purpose, subscription.ref, subscription.sign_up, days=days)
    before = checksum()
    response = getattr(client, method)(DOORS[purpose].format(token))
    assert response.status_code == 410
    assert 'href="/en/newsletter/"' in response.content.decode()
    assert checksum() == before


@pytest.mark.parametrize("purpose", [Purpose.UNSUBSCRIBE, Purpose.MANAGE])
def test_the_way_out_never_expires(client, long_ago, purpose):
    subscription = make_subscription()
    url = DOORS[purpose].format(long_ago(purpose, subscription.ref, days=3_650))
    assert client.post(url, {"action": "unsubscribe"}).status_code == 200
    subscription.refresh_from_db()
    assert subscription.state == "withdrawn"


def test_a_link_survives_a_rotated_secret_key(client, settings):
    subscription = make_subscription()
    url = door(Purpose.UNSUBSCRIBE, subscription)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "rotated"
    assert client.post(url).status_code == 200
    subscription.refresh_from_db()
    assert subscription.state == "withdrawn"


def test_no_link_is_kept_in_the_record(client):
    sign_up(ANA)
    url = door(Purpose.CONFIRM, subscription_of(ANA))
    client.post(url)
    client.post(door(Purpose.UNSUBSCRIBE, subscription_of(ANA)))
    assert set(ConsentEvent.objects.values_list("form", flat=True)) == {
        "",
        "confirm",
        "unsubscribe",
    }


# Confirming


def test_only_the_button_confirms(client):
    sign_up(ANA, topics={"area:food"})
    url = door(Purpose.CONFIRM, subscription_of(ANA))
    page = client.get(url)
    assert "Food" in page.content.decode()
    assert subscription_of(ANA).state == "pending"
    assert client.post(url).status_code == 200
    assert subscription_of(ANA).state == "confirmed"
    event = ConsentEvent.objects.get(type="confirmed")
    assert (event.network, event.method) == ("127.0.0.0/24", "mailed-link")


def test_confirming_twice_shows_the_same_page(client):
    sign_up(ANA)
    url = door(Purpose.CONFIRM, subscription_of(ANA))
    assert client.post(url).content == client.post(url).content == client.get(url).content
    assert ConsentEvent.objects.filter(type="confirmed").count() == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_replaced_replayed_or_erased_sign_up_cannot_be_confirmed(client, settings, method):
    settings.NEWSLETTER_MAILS_PER_DAY = 10
    sign_up(ANA)
    replaced = door(Purpose.CONFIRM, subscription_of(ANA))
    sign_up(ANA)
    assert getattr(client, method)(replaced).status_code == 404
    replayed = door(Purpose.CONFIRM, subscription_of(ANA))
    consent.withdraw(consent.confirm(confirmation_link(ANA)), method=Method.ONE_CLICK)
    assert getattr(client, method)(replayed).status_code == 404
    consent.erase(subscription_of(ANA), method=Method.STAFF)
    assert getattr(client, method)(replayed).status_code == 404
    assert not Subscription.objects.exists()


# Managing


def topics_on(response):
    return re.findall(r'name="topics" value="([^"]+)"', response.content.decode())


def test_a_link_from_an_announcement_offers_no_topic_that_is_not_there(client):
    subscription = make_subscription(topics=["area:food", "area:transport"])
    url = door(Purpose.MANAGE, subscription)
    assert topics_on(client.get(url)) == ["area:transport", "area:food"]
    response = client.post(url, {"action": "topics", "topics": ["area:food"]})
    assert response.status_code == 200
    assert consent.chosen_topics(subscription) == {"area:food"}
    assert ConsentEvent.objects.get().topics == ["area:food"]


@pytest.mark.parametrize(
    "wanted", [["all"], ["area:food", "unit-group:rural"], ["x"], [], ["\x00"]]
)
def test_a_link_from_an_announcement_adds_nothing_even_when_asked(client, wanted):
    subscription = make_subscription(topics=["area:food"])
    before = checksum()
    url = door(Purpose.MANAGE, subscription)
    response = client.post(url, {"action": "topics", "topics": wanted})
    assert response.status_code == 422
    page = response.content.decode()
    assert 'role="alert"' in page
    assert "Choose only from the topics" in page or "Choose at least one topic" in page
    assert checksum() == before


def test_who_gets_everything_may_narrow_it_to_some_topics(client):
    subscription = make_subscription(topics=["all"])
    client.post(door(Purpose.MANAGE, subscription), {"action": "topics", "topics": ["area:food"]})
    assert consent.chosen_topics(subscription) == {"area:food"}


def test_a_fresh_link_may_add(client):
    subscription = make_subscription(topics=["area:food"])
    url = door(Purpose.FRESH, subscription)
    assert "all" in topics_on(client.get(url))
    client.post(url, {"action": "topics", "topics": ["area:food", "unit-group:rural"]})
    assert consent.chosen_topics(subscription) == {"area:food", "unit-group:rural"}


def test_a_topic_the_site_no_longer_offers_can_be_kept_and_dropped(client):
    subscription = make_subscription(topics=["area:gone", "area:food"])
    url = door(Purpose.FRESH, subscription)
    assert "area:gone" in topics_on(client.get(url))
    client.post(url, {"action": "topics", "topics": ["area:gone"]})
    assert consent.chosen_topics(subscription) == {"area:gone"}


def test_a_fresh_link_is_mailed_not_shown(client):
    subscription = make_subscription()
    url = door(Purpose.MANAGE, subscription)
    for _ in range(2):
        response = client.post(url, {"action": "fresh-link"})
        assert response.status_code == 200
        shown = re.findall(r"/manage/([^/]+)/", response.content.decode())
        assert all(token in url for token in shown)
    assert [letter.kind for letter in Letter.objects.all()] == [LetterKind.FRESH_LINK]


@pytest.mark.parametrize("purpose", [Purpose.MANAGE, Purpose.FRESH])
def test_unsubscribing_from_the_page_shows_the_way_back(client, purpose):
    subscription = make_subscription()
    response = client.post(door(purpose, subscription), {"action": "unsubscribe"})
    assert response.status_code == 200
    assert 'href="/en/newsletter/"' in response.content.decode()
    subscription.refresh_from_db()
    assert subscription.state == "withdrawn"


def test_erasing_needs_a_fresh_link(client):
    subscription = subscribe(ANA)
    client.post(door(Purpose.MANAGE, subscription), {"action": "erase"})
    assert Subscription.objects.count() == 1
    response = client.post(door(Purpose.FRESH, subscription), {"action": "erase"})
    assert response.status_code == 200
    assert not Subscription.objects.exists()
    assert Suppression.objects.get().reason == "erased"
    assert not ConsentEvent.objects.exclude(address="").exists()


@pytest.mark.parametrize("state", [SubscriptionState.WITHDRAWN, SubscriptionState.PENDING])
@pytest.mark.parametrize("action", ["topics", "unsubscribe", "fresh-link", "erase", "", "x"])
def test_who_is_not_subscribed_sees_the_neutral_page(client, state, action):
    subscription = make_subscription(state=state)
    before = checksum()
    data = {"action": action, "topics": ["all"]}
    response = client.post(door(Purpose.FRESH, subscription), data)
    assert (response.status_code, heading(response)) == (200, "The subscription has ended")
    assert checksum() == before


def test_no_page_shows_an_address(client):
    subscription = subscribe(ANA)
    for purpose in Purpose:
        assert ANA not in client.get(door(purpose, subscription)).content.decode()


def test_the_last_topic_leaves_only_the_way_out(client):
    page = client.get(door(Purpose.MANAGE, make_subscription(topics=["area:food"])))
    assert topics_on(page) == []
    assert "<li>Food</li>" in page.content.decode()
    assert 'value="unsubscribe"' in page.content.decode()


def test_a_body_that_cannot_be_read_changes_no_topic(client):
    subscription = make_subscription()
    before = checksum()
    response = client.post(
        door(Purpose.FRESH, subscription),
        b"action=unsubscribe",
        content_type="application/x-www-form-urlencoded; charset=utf-16",
    )
    assert response.status_code == 400
    assert checksum() == before
