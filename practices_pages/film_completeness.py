"""What a film still lacks: above all whatever replaces its sound and picture.

The Act of 4 April 2019 on digital accessibility asks public bodies for captions, and for a text or
a described sound track, whenever they publish a film. Captions on YouTube cannot be looked at from
here, so there a person vouches for them and the text is asked for as well.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from practices_pages.completeness import Problem, lead_problems, plain_text, repeated_units
from practices_pages.uploads.documents import CAPTIONS, FILMS, extension_of


def film_problems(page: Any) -> list[Problem]:
    """Everything that keeps a film from being published, beyond what any page needs."""
    return [
        *_of_description(page),
        *_of_file(page),
        *_of_youtube(page),
        *_of_replacements(page),
    ]


def _of_description(page: Any) -> Iterator[Problem]:
    yield from lead_problems(page)
    if any(not row.question.strip() for row in page.questions.all()):
        yield Problem("questions", _("A question is empty: write it or remove it."))
    yield from repeated_units(page.film_units.all(), "film_units")


def _of_file(page: Any) -> Iterator[Problem]:
    if page.video_id is None and not page.youtube_url:
        yield Problem("video", _("Choose the file of the film, or give its address on YouTube."))
    if page.video_id and extension_of(page.video.filename) not in FILMS:
        yield Problem("video", _("The file of the film must be MP4 or WebM."))
    if page.captions_id and extension_of(page.captions.filename) not in CAPTIONS:
        yield Problem("captions", _("Captions must be a WebVTT file (.vtt)."))
    if page.video_id and not page.captions_id:
        yield Problem(
            "captions",
            _("The film has no captions. A public body may not publish it without them."),
        )


def _of_youtube(page: Any) -> Iterator[Problem]:
    if page.video_id or not page.youtube_url:
        return
    if not page.youtube_captions_checked:
        yield Problem(
            "youtube_captions_checked",
            _("Check that the film on YouTube has Polish captions, and confirm it here."),
        )


def _of_replacements(page: Any) -> Iterator[Problem]:
    has_text = bool(plain_text(page.transcript))
    if not has_text and not page.captions_id:
        yield Problem(
            "transcript",
            _("The text of the film is missing: what is said in it, and by whom."),
        )
    if not page.audio_description:
        yield Problem(
            "audio_description",
            _("Say how somebody who does not see the picture learns what it shows."),
        )
    elif page.audio_description == "in_text" and not has_text:
        yield Problem(
            "audio_description",
            _("Captions do not say what is seen: write the text of the film."),
        )
