"""THE SEAM: what the public may see of practices -> what the newsletter announces.

Signals only say where to look. What happens follows from the public state alone, so the same
signal twice, a lost one, a schedule, an alias or a move all end in the same rows; `reconcile`
looks everywhere and makes certain what the signals make fast.
"""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone
from wagtail.images.models import SourceImageIOError
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_unpublished, post_page_move

from newsletter.announcing import StoryFacts, announce, withdraw_story
from newsletter.models import Story
from newsletter.topics import ALL
from practices_pages.files import is_restricted
from practices_pages.models import PracticeIdentity, PracticePage
from practices_pages.visibility import public

log = logging.getLogger("cms")

KIND = "practice"
# Twice the 600 px of a mail, for dense screens.
IMAGE = "fill-1200x675|format-jpeg|jpegquality-75"


def key_of(pid: str) -> str:
    return f"{KIND}:{pid}"


def entitled() -> Any:
    """Practices that subscribers are to be told about. Aliases never; translations and copies
    only by the explicit choice of an editor (`announce` is not copied)."""
    practices = PracticePage.objects.filter(announce=True, alias_of=None, is_archival=False)
    return public(practices)


def align(practices: Any) -> tuple[int, int]:
    """Make the stories of these practices follow from what is public now.

    Returns how many were announced and how many withdrawn; safe at any time.
    """
    identities = PracticeIdentity.objects.filter(pages__in=practices)
    scope = {key_of(identity.pid) for identity in identities}
    return _align(entitled().filter(identity__in=identities), _active_keys() & scope)


def reconcile() -> tuple[int, int]:
    """`align` for everything, deleted practices included: what a lost signal left out."""
    return _align(entitled(), _active_keys())


def practice_unannounced() -> Iterator[str]:
    """Public and to be announced for more than five minutes, and no story: the tick does not run,
    or this practice cannot be told."""
    long_ago = timezone.now() - timedelta(minutes=5)
    active = _active_keys()
    practices = entitled().filter(last_published_at__lt=long_ago).order_by()
    for number in practices.values_list("identity__number", flat=True):
        pid = PracticeIdentity(number=number).pid
        if key_of(pid) not in active:
            yield f"practice {pid}"


def _active_keys() -> set[str]:
    return set(Story.objects.filter(kind=KIND, withdrawn_at=None).values_list("key", flat=True))


def _align(practices: Any, active: set[str]) -> tuple[int, int]:
    # Numbers first: every tick asks about all practices, and hardly ever is one missing.
    numbers = practices.order_by().values_list("identity__number", "pk")
    wanted = {key_of(PracticeIdentity(number=number).pid): pk for number, pk in numbers}
    missing, obsolete = sorted(wanted.keys() - active), sorted(active - wanted.keys())
    told = 0
    for key in missing:
        with transaction.atomic():
            told += _tell(PracticePage.objects.get(pk=wanted[key]))
    for key in obsolete:
        with transaction.atomic():
            withdraw_story(key)
    return told, len(obsolete)


def _tell(practice: PracticePage) -> bool:
    try:
        story = story_of(practice)
    except ValueError as problem:
        # Its address is longer than a mail can carry, say. That keeps neither this practice from
        # being published nor the others from being announced.
        log.error("practice.untellable", extra={"practice": practice.pid, "why": str(problem)})
        return False
    announce(story)
    return True


def story_of(practice: PracticePage) -> StoryFacts:
    rows = [row for row in practice.practice_units.all() if row.unit]
    facets = {ALL} | {f"area:{area.slug}" for area in practice.areas.all()}
    facets |= {f"voivodeship:{row.unit.voivodeship_code}" for row in rows}
    facets |= {f"group:{row.group_at_time}" for row in rows if row.group_at_time}
    return StoryFacts(
        key=key_of(practice.pid),
        kind=KIND,
        title=practice.title,
        lead=practice.lead,
        url=practice.full_url,
        published_at=practice.first_published_at,
        facets=frozenset(facets),
        origin=" · ".join(f"{row.unit.name}, {row.unit.voivodeship}" for row in rows),
        image_url=_image_url(practice),
        image_alt=practice.image_alt,
    )


def _image_url(practice: PracticePage) -> str:
    # A letter goes to everybody: no picture that an editor keeps in a private collection.
    if practice.main_image is None or is_restricted(practice.main_image):
        return ""
    try:
        return str(practice.main_image.get_rendition(IMAGE).full_url)
    except SourceImageIOError:
        # A file that is lost or broken must not keep a practice from being published.
        return ""


def practices_below(page: Page) -> Any:
    below = PracticePage.objects.descendant_of(page, inclusive=True)
    return below.filter(alias_of=None, identity__isnull=False)


@receiver([page_published, page_unpublished])
def on_publication(instance: Page, alias: bool = False, **_kwargs: Any) -> None:
    if alias or (instance.is_leaf() and not isinstance(instance, PracticePage)):
        return
    align(practices_below(instance))
    # A correction inside the undo window reaches the letter.
    for practice in entitled().filter(pk=instance.pk):
        _tell(practice)


@receiver(post_page_move)
def on_move(instance: Page, **_kwargs: Any) -> None:
    align(practices_below(instance))


@receiver([post_save, post_delete], sender=PageViewRestriction)
def on_privacy(instance: PageViewRestriction, **_kwargs: Any) -> None:
    align(practices_below(instance.page))


@receiver(post_delete, sender=PracticePage)
def on_deletion(instance: PracticePage, **_kwargs: Any) -> None:
    if instance.identity_id and instance.alias_of_id is None:
        withdraw_story(key_of(instance.pid))
