"""What every page type has, whatever else is on it: a preview, a frame, a form, credits."""

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, Site, get_page_models

from cms.site_setup import ensure_site
from practices_pages.models import (
    SECTIONS,
    FilmPage,
    FundingLogo,
    FundingNotice,
    HomePage,
    PracticePage,
)
from practices_pages.models.public_page import GatedPage, Illustrated
from tests.factories import make_practice, make_user
from tests.practices_pages.isolation_world import make_image

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TYPES = sorted((model for model in get_page_models() if model is not Page), key=str)
GATED = [model for model in TYPES if issubclass(model, GatedPage)]
ILLUSTRATED = [model for model in TYPES if issubclass(model, Illustrated)]


@pytest.fixture(autouse=True)
def _site() -> None:
    ensure_site("http://localhost")


def make_least(model: Any) -> Any:
    """The page of this type that every site has, or a draft with a title and nothing else."""
    if found := model.objects.filter(alias_of=None).first():
        return found
    kinds = model.allowed_parent_page_models()
    parent = make_least(HomePage if HomePage in kinds else kinds[0])
    page = model(title=f"Szkic {model.__name__}", live=False, locale=parent.locale)
    parent.add_child(instance=page)
    return page


def make_public(model: Any, **fields: Any) -> Any:
    """The same, public past the gate: a page must not fall over what may be empty."""
    page = make_least(model)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save()
    Page.objects.filter(live=False).update(live=True)
    return model.objects.get(pk=page.pk)


def look(url: str) -> BeautifulSoup:
    answer = Client().get(url)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


@pytest.mark.parametrize("model", TYPES)
def test_the_preview_of_the_emptiest_draft_is_a_page_of_the_site(model: Any) -> None:
    page = make_least(model)
    answer = page.make_preview_request(preview_mode=page.default_preview_mode)
    assert answer.status_code == 200
    shown = BeautifulSoup(answer.content, "html.parser")
    assert shown.select_one("header.top .brand")
    assert shown.select_one("footer.foot")
    assert len(shown.select("main h1")) == 1


@pytest.mark.parametrize("model", TYPES)
def test_a_visitor_sees_where_he_is_and_may_change_the_language(model: Any) -> None:
    page = make_public(model)
    shown = look(page.url)
    crumbs = [link["href"] for link in shown.select("nav.crumbs a")]
    above = page.get_ancestors().filter(depth__gt=1)
    assert crumbs == [ancestor.url for ancestor in above]
    assert bool(crumbs) == (model is not HomePage)
    languages = {link["hreflang"]: link["href"] for link in shown.select("nav.languages a")}
    assert languages["pl"].endswith(page.url)
    assert languages["en"].endswith(f"/en{page.url}")


@pytest.mark.parametrize("model", GATED)
def test_the_form_of_every_gated_type_opens_and_names_each_field(model: Any) -> None:
    page = make_least(model)
    client = Client()
    client.force_login(make_user("administrator"))
    answer = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert answer.status_code == 200
    form = answer.context["form"]
    unnamed = {name for name, field in form.fields.items() if not field.label}
    assert unnamed - {"comment_notifications"} == set()  # Wagtail names that one beside it.


def test_the_eight_sections_are_edited_in_the_order_in_which_they_are_read() -> None:
    page = make_least(PracticePage)
    client = Client()
    client.force_login(make_user("administrator"))
    html = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    fields = re.findall(r'<(?:input|textarea)[^>]* name="(\w+)"', html)
    assert [name for name in fields if name in SECTIONS] == list(SECTIONS)


@pytest.mark.parametrize("model", ILLUSTRATED)
def test_who_made_the_picture_stands_below_it(model: Any) -> None:
    image = make_image("Szkoła", "szkola", None)
    film = {"youtube_url": "https://www.youtube.com/watch?v=dQw4w9WgXcQ"}
    page = make_public(
        model,
        main_image=image,
        image_alt="Budynek szkoły",
        image_credit="Ewa Fotograficzna",
        **(film if model is FilmPage else {}),
    )
    assert "Ewa Fotograficzna" in look(page.url).select_one("main").get_text(" ")


def test_a_logo_of_the_site_stands_at_the_foot_of_every_page() -> None:
    notice = FundingNotice.for_site(Site.objects.get())
    FundingLogo.objects.create(
        notice=notice, image=make_image("Logo", "logo", None), alt="Fundusz Przykładowy"
    )
    for url in ("/", make_public(PracticePage).url):
        [logo] = look(url).select(".foot .funding-logos img")
        assert logo["alt"] == "Fundusz Przykładowy"


def test_a_practice_can_be_sent_and_printed() -> None:
    tree = ensure_site("http://localhost")
    page = make_practice(tree.practices, live=True, title="Wspólny dowóz")
    shown = look(page.url)
    [mail] = shown.select('.tools a[href^="mailto:?"]')
    assert "Wsp%C3%B3lny%20dow%C3%B3z" in str(mail["href"])
    assert page.url.strip("/").split("/")[-1] in str(mail["href"])
    assert shown.select_one(".tools [data-print] button")


@pytest.mark.parametrize("refusal", ["preview", "file", "sign-up"])
def test_who_asks_too_often_is_told_so_in_the_frame_of_the_site(
    refusal: str, settings: Any
) -> None:
    page = make_practice(ensure_site("http://localhost").practices, live=True)
    settings.WRONG_PREVIEWS_PER_NETWORK_PER_HOUR = 0
    settings.FILES_MADE_PER_NETWORK_PER_HOUR = 0
    settings.NEWSLETTER_SIGN_UPS_PER_NETWORK_PER_HOUR = 0
    addresses = {"preview": f"/preview/{'x' * 43}/", "file": f"/pliki/{page.pid}.pdf"}
    client = Client()
    if refusal == "sign-up":
        answer = client.post("/newsletter/", {"address": "ana@gmina.example"})
    else:
        client.get(addresses[refusal])
        answer = client.get(addresses[refusal])
    assert answer.status_code == 429
    shown = BeautifulSoup(answer.content, "html.parser")
    [heading] = shown.select("main h1")
    assert heading.get_text(strip=True)
    assert shown.select_one("header.top .brand")
    assert shown.select_one("footer.foot")
