"""The demo's films, from films.json: three of our own with captions, one on YouTube."""

from datetime import date
from typing import Any

from wagtail.models import Site

from cms.demo_files import create_document, create_image, read
from cms.site_setup import SiteTree
from practices_pages.models import (
    FilmIndexPage,
    FilmIndexQuestion,
    FilmPage,
    FilmQuestion,
    FilmUnit,
    KeyCompetence,
    LocalGovernmentUnit,
    PracticePage,
    SiteLinks,
    ThematicArea,
)

TEXTS = (
    "title", "slug", "lead", "description", "youtube_url", "youtube_captions_checked", "transcript",
    "audio_description", "access_note", "length_seconds", "credit",
)  # fmt: skip


def load(tree: SiteTree, users: dict[str, Any]) -> None:
    content = read("films.json")
    site = Site.objects.get(is_default_site=True)
    SiteLinks.objects.update_or_create(site=site, defaults=content["links"])
    index = FilmIndexPage.objects.child_of(tree.home).get()
    _fill_index(index, content["index"])
    for entry in content["films"]:
        _create_film(index, entry, owner=users["redaktor"])


def _fill_index(index: FilmIndexPage, entry: dict[str, Any]) -> None:
    for name in ("series_name", "introduction", "closing"):
        setattr(index, name, entry[name])
    index.updated_on = date.fromisoformat(entry["updated_on"])
    index.questions = [FilmIndexQuestion(question=text) for text in entry["questions"]]
    illustrate(index, entry["image"])
    index.save_revision().publish()


def _create_film(index: FilmIndexPage, entry: dict[str, Any], *, owner: Any) -> None:
    page = FilmPage(
        locale=index.locale,
        live=False,
        owner=owner,
        practice=PracticePage.objects.get(slug=entry["practice"]),
        filmed_on=date.fromisoformat(entry["filmed_on"]),
        updated_on=date.fromisoformat(entry["updated_on"]),
        **{name: entry[name] for name in TEXTS if name in entry},
    )
    if "video" in entry:
        page.video = create_document(entry["video"], f"Film: {page.title}")
        page.captions = create_document(entry["captions"], f"Napisy: {page.title}")
    illustrate(page, entry["image"])
    page.questions = [FilmQuestion(question=text) for text in entry["questions"]]
    units = LocalGovernmentUnit.objects.in_bulk(entry["units"], field_name="code")
    page.film_units = [FilmUnit(unit=units[code]) for code in entry["units"]]
    page.areas.set(ThematicArea.objects.filter(slug__in=entry["areas"]))
    page.competences.set(KeyCompetence.objects.filter(slug__in=entry["competences"]))
    index.add_child(instance=page)
    page.save_revision().publish()


def illustrate(page: Any, image: dict[str, str]) -> None:
    page.main_image = create_image(image["file"], page.title)
    page.image_alt, page.image_credit = image["alt"], image["credit"]
