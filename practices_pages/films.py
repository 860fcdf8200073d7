"""The films that the public may see: of a list, of a practice; and what is read instead of them."""

from typing import Any

from django.db.models import F, QuerySet

from practices_pages import captions, languages, visibility
from practices_pages.captions import CaptionsInvalid, Paragraph
from practices_pages.catalogue.films import shown
from practices_pages.models import FilmPage, PracticePage


def public_films() -> QuerySet[FilmPage]:
    """The newest first, with what a card shows of them; a fixed number of queries."""
    films = shown(visibility.public(FilmPage.objects.filter(alias_of=None)))
    ordered: QuerySet[FilmPage] = films.order_by(
        F("filmed_on").desc(nulls_last=True), F("first_published_at").desc(nulls_last=True), "pk"
    )
    return ordered


def films_of(practice: PracticePage) -> list[FilmPage]:
    """Public films of a practice, whichever translation they name."""
    if practice.identity_id is None:
        return []
    return list(languages.once(public_films().filter(practice__identity=practice.identity_id)))


def spoken(film: FilmPage) -> list[Paragraph]:
    """What is said in the film, as its captions have it; nothing where they cannot be read."""
    if film.captions is None:
        return []
    try:
        with film.captions.open_file() as file:
            return captions.paragraphs(captions.read(file.read(captions.MOST_BYTES + 1)))
    except (CaptionsInvalid, OSError):
        return []


def public_practice(film: FilmPage) -> Any:
    """The practice that the film shows, as far as anybody may read it."""
    if film.practice_id is None:
        return None
    practices = PracticePage.objects.select_related("locale", "identity")
    return visibility.public(practices.filter(pk=film.practice_id)).first()
