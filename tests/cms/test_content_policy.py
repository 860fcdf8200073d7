"""Every answer says what a browser may do with it, and nothing may run inline."""

import pytest
from django.test import Client
from django.urls import reverse

from newsletter import tokens
from newsletter.tokens import Purpose
from practices_pages import previews
from tests.factories import make_practice, make_site_tree, make_user
from tests.newsletter.factories import make_subscription

pytestmark = pytest.mark.django_db
STATIC = "testserver/static/"


def policy_of(answer) -> dict[str, list[str]]:
    parts = answer["Content-Security-Policy"].split("; ")
    return {part.split()[0]: part.split()[1:] for part in parts}


@pytest.fixture
def public_addresses() -> list[str]:
    """One of each kind of answer that anybody can get."""
    tree = make_site_tree()
    page = make_practice(tree, live=True)
    draft = make_practice(tree, title="Szkic")
    _grant, token = previews.create_grant(draft, by=make_user("editor"), label="JST", days=1)
    subscription = make_subscription()
    return [
        page.url,
        tree.url,
        "/",
        "/en/",
        "/nothing-here/",
        "/newsletter/",
        "/en/newsletter/",
        "/newsletter/sent/",
        "/newsletter/confirm/forged/",
        f"/newsletter/u/{tokens.make(Purpose.UNSUBSCRIBE, subscription.ref)}/",
        f"/newsletter/manage/{tokens.make(Purpose.MANAGE, subscription.ref)}/",
        f"/preview/{token}/",
        "/preview/forged/",
        "/documents/999/nothing.pdf",
        "/api/v1/practices",
        "/api/v1/nothing",
        "/api/v1/docs",
        "/api/v1/openapi.json",
        reverse("wagtailadmin_login"),
        reverse("wagtailadmin_password_reset"),
        "/panel/nothing-here/",
    ]


def test_every_public_answer_carries_a_closed_policy(client, public_addresses):
    for address in public_addresses:
        answer = client.get(address)
        policy = policy_of(answer)
        assert policy["default-src"] == policy["base-uri"] == policy["object-src"] == ["'none'"]
        assert policy["frame-ancestors"] == ["'none'"], address
        assert policy["form-action"][0] in {"'none'", "'self'"}
        text = answer["Content-Security-Policy"]
        allowed_inline = text.count("'unsafe-")
        assert allowed_inline == (1 if address == "/api/v1/docs" else 0), address
        assert "nonce" not in text
        assert "*" not in text
        assert set(policy.get("script-src", [STATIC])) <= {STATIC, "testserver/panel/jsi18n/"}
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] in {"same-origin", "no-referrer"}
        assert "camera=()" in answer["Permissions-Policy"]
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


def test_no_public_answer_sets_a_cookie_but_those_where_one_signs_in(client, public_addresses):
    signing_in = {reverse("wagtailadmin_login"), reverse("wagtailadmin_password_reset")}
    for address in set(public_addresses) - signing_in:
        for method in ("get", "head", "options", "post"):
            answer = getattr(client, method)(address, headers={"accept-language": "en"})
            assert not answer.cookies, f"{method} {address}"
            assert "Set-Cookie" not in answer


def test_data_may_be_read_elsewhere_and_pages_may_not(client, public_addresses):
    assert client.get("/")["Cross-Origin-Resource-Policy"] == "same-origin"
    assert client.get("/api/v1/practices")["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_a_refused_host_gets_a_policy_as_well():
    answer = Client().get("/", headers={"host": "other.example"})
    assert answer.status_code == 400
    assert policy_of(answer)["default-src"] == ["'none'"]
    assert "other.example" not in answer["Content-Security-Policy"]


def test_uploads_on_another_host_are_shown_and_never_run(client, settings):
    settings.MEDIA_URL = "https://media.praktyki.example/files/"
    make_site_tree()
    policy = policy_of(client.get("/"))
    assert policy["img-src"] == ["'self'", "https://media.praktyki.example"]
    assert policy["script-src"] == [STATIC]


def test_the_editors_preview_may_be_framed_by_the_panel_and_nothing_else_of_it(client):
    page = make_practice(make_site_tree(), owner=make_user("author"))
    client.force_login(make_user("administrator"))
    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    framed = client.get(f"{preview}?in_preview_panel=true")
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    assert policy_of(framed)["frame-ancestors"] == ["'self'"]
    whole = client.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    assert policy_of(whole)["frame-ancestors"] == ["'none'"]
    assert policy_of(whole)["script-src"] == [STATIC, "testserver/panel/jsi18n/"]


def test_the_panel_runs_no_inline_script_and_says_its_true_length(client):
    page = make_practice(make_site_tree(), owner=make_user("author"))
    client.force_login(make_user("administrator"))
    answer = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert b"<script>" not in answer.content
    assert b'<script type="text/x-panel-note">' in answer.content
    assert int(answer["Content-Length"]) == len(answer.content)
    assert "'unsafe-inline'" not in policy_of(answer)["script-src"]
