"""The state that an upgrade fixture holds; `manage.py shell` of that version runs this text.

Only what every version offers: the demo, consent, announcing. Announcements in every state, one
of them interrupted as a kill would leave it, and links that were mailed. Prints facts as JSON.
"""

import json
from datetime import UTC, datetime

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db.models.functions import Now

from newsletter import announcing, consent, tokens
from newsletter.announcing import StoryFacts
from newsletter.consent import SignUp
from newsletter.models import Announcement, Delivery, Subscription
from newsletter.tokens import Link, Purpose
from practices_pages.models import PracticePage

LONG_AGO = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
NAMES = ("ada", "bea", "cyryl", "daria", "edek", "fela")

call_command("load_demo", verbosity=0, stdout=open("/dev/null", "w"))  # noqa: SIM115
boss = get_user_model().objects.filter(is_superuser=True).first()


def subscribe(name):
    address = f"{name}@szkola.example"
    consent.request_subscription(SignUp(address=address, topics=frozenset({"all"}), form="/"))
    person = Subscription.objects.get(address=address)
    consent.confirm(Link(person.ref, person.sign_up))
    return person


def told_of(name):
    """An announcement of its own, ready to open."""
    announcing.announce(
        StoryFacts(
            key=f"event:{name}",
            kind="event",
            title=f"Opowieść {name}",
            lead="Zmyślona.",
            url=f"http://praktyki.example/{name}/",
            published_at=LONG_AGO,
            facets=frozenset({"all"}),
        )
    )
    announcement = Announcement.objects.get(is_collecting=True)
    Announcement.objects.filter(pk=announcement.pk).update(release_at=Now())
    return announcement


for each in NAMES:
    subscribe(each)
call_command("deliver_announcements", until_empty=True, verbosity=0, stdout=open("/dev/null", "w"))  # noqa: SIM115

done = told_of("done")
announcing.open_due()
announcing.deliver_due()

interrupted = told_of("interrupted")
announcing.open_due()
announcing.deliver_due(limit=1)
claimed, sending = Delivery.objects.filter(announcement=interrupted, state="queued").order_by("pk")[
    :2
]
for row, state in ((claimed, "claimed"), (sending, "sending")):
    Delivery.objects.filter(pk=row.pk).update(state=state, fence=1, tries=1, lease_until=LONG_AGO)

paused = told_of("paused")
announcing.open_due()
announcing.pause(paused, by=boss, reason="Poprawka w tytule")

cancelled = told_of("cancelled")
announcing.cancel(cancelled, by=boss, reason="Pomyłka")

held = told_of("held")
Announcement.objects.filter(pk=held.pk).update(state="held", is_collecting=False)

practice = PracticePage.objects.filter(live=True, is_archival=False).order_by("pk").first()
practice.announce = True
# Somebody else wrote it: nobody publishes alone what they edited last.
author = get_user_model().objects.get(username="redaktor")
practice.save_revision(user=author).publish(user=boss)
ready = Announcement.objects.get(state="ready")
Announcement.objects.filter(pk=ready.pk).update(release_at=LONG_AGO, is_collecting=False)

leaver = Subscription.objects.get(address="fela@szkola.example")
draft = PracticePage.objects.filter(live=False, title__isnull=False).order_by("pk").first()
states = Announcement.objects.values_list("stories__title", "state")
accepted = Delivery.objects.filter(announcement=interrupted, state="accepted").get()
print(
    json.dumps(
        {
            "announcements": {title: state for title, state in states},
            "accepted_before": accepted.subscription.address,
            "claimed": claimed.subscription.address,
            "sending": sending.subscription.address,
            "confirmed": sorted(Subscription.objects.mailable().values_list("address", flat=True)),
            "unsubscribe": "/newsletter/u/"
            + tokens.make(Purpose.UNSUBSCRIBE, leaver.ref, accepted.pk)
            + "/",
            "leaver": leaver.address,
            "practices": PracticePage.objects.filter(live=True).count(),
            "practice": practice.title,
            "draft": draft.pk,
            "superuser": boss.username,
            "events": consent.verify_chain().length,
            "pages": [page.url for page in PracticePage.objects.filter(live=True)[:3]],
        }
    )
)
