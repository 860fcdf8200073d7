"""Migrates a database of an earlier version and lives with it for a while; prints what happened.

Run by test_upgrades.py in a process of its own: python -m tests.upgrades.life FACTS.json
"""

import json
import logging
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.core.exceptions import ValidationError  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from cms.ticking import tick  # noqa: E402
from newsletter import announcing  # noqa: E402
from newsletter.consent import verify_chain  # noqa: E402
from newsletter.invariants import INVARIANTS  # noqa: E402
from newsletter.models import Announcement, Delivery, Subscription  # noqa: E402
from practices_pages.models import PracticePage  # noqa: E402
from tests.fakes import outside  # noqa: E402

logging.disable(logging.INFO)
HOST = "praktyki.example"


def main(facts: dict[str, Any]) -> dict[str, Any]:
    call_command("migrate", verbosity=0, interactive=False)
    return {
        "pages": pages(facts),
        "gate": gate(facts),
        "leaving": leaving(facts),
        "tick_failed": tick().failed,
        "mails": mails(),
        "states": states(),
        "announcements": dict(Announcement.objects.values_list("stories__title", "state")),
        "broken": {ask.__name__: found for ask in INVARIANTS if (found := list(ask()))},
        "chain_is_whole": verify_chain().is_whole,
    }


def pages(facts: dict[str, Any]) -> dict[str, int]:
    visitor, staff = Client(SERVER_NAME=HOST), Client(SERVER_NAME=HOST)
    staff.force_login(get_user_model().objects.get(username=facts["superuser"]))
    public = ["/", "/en/", "/newsletter/", "/api/v1/practices", *facts["pages"]]
    answers = {address: visitor.get(address).status_code for address in public}
    panel = ["/panel/", f"/panel/pages/{facts['draft']}/edit/"]
    return answers | {address: staff.get(address).status_code for address in panel}


def gate(facts: dict[str, Any]) -> str:
    """A draft that is not complete stays one."""
    draft = PracticePage.objects.get(pk=facts["draft"])
    draft.lead = ""
    try:
        draft.save_revision().publish()
    except ValidationError:
        return "refused"
    return "published"


def leaving(facts: dict[str, Any]) -> dict[str, Any]:
    answer = Client(SERVER_NAME=HOST).post(facts["unsubscribe"], {"List-Unsubscribe": "One-Click"})
    state = Subscription.objects.get(address=facts["leaver"]).state
    return {"status": answer.status_code, "state": state}


def mails() -> dict[str, int]:
    """Two passes, as a worker takes them: the second one finds nothing to do."""
    announcing.deliver_due()
    once = len(outside.messages)
    announcing.open_due()
    announcing.deliver_due()
    assert len(outside.messages) == once
    return Counter(f"{message.to[0]} {message.subject}" for message in outside.messages)


def states() -> dict[str, dict[str, str]]:
    rows = Delivery.objects.values_list(
        "announcement__stories__title", "subscription__address", "state"
    )
    told: dict[str, dict[str, str]] = {}
    for title, address, state in rows:
        told.setdefault(title, {})[address] = state
    return told


if __name__ == "__main__":
    read = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.stdout.write(json.dumps(main(read)) + "\n")
