"""A small world behind the newsletter's admin screens, and people who look at it."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from cms.roles import install_newsletter_managers
from newsletter import consent
from newsletter.addresses import address_hash
from newsletter.models import (
    Announcement,
    Clause,
    ConsentEvent,
    Delivery,
    DeliveryState,
    Letter,
    LetterKind,
    Subscription,
    Suppression,
    SuppressionReason,
)
from tests.newsletter.factories import subscribe
from tests.newsletter.stories import opened

# Recognised wherever it appears: no page may show it to somebody who may not see addresses.
CANARY = "kanarek.tajny@canary.example"
CANARY_NETWORK = "198.51.100.0/24"
BODY = "TREŚĆ-LISTU-KTÓREJ-NIKT-NIE-WIDZI"


@dataclass
class World:
    subscription: Subscription
    announcement: Announcement
    unknown: Delivery
    event: ConsentEvent
    clause: Clause
    letter: Letter
    suppression: Suppression

    def urls(self) -> dict[str, str]:
        """Every screen's address by its name."""
        announcement, subscription = self.announcement.pk, self.subscription.pk
        rows: dict[str, list[Any]] = {
            "subscription_inspect": [subscription],
            "subscription_withdraw": [subscription],
            "subscription_erase": [subscription],
            "subscription_export": ["csv"],
            "consentevent_inspect": [self.event.pk],
            "consentevent_export": ["csv"],
            "clause_inspect": [self.clause.pk],
            "clause_approve": [self.clause.pk],
            "delivery_inspect": [self.unknown.pk],
            "delivery_export": ["csv"],
            "letter_inspect": [self.letter.pk],
            "announcement_inspect": [announcement],
            "announcement_release": [announcement],
            "announcement_pause": [announcement],
            "announcement_resume": [announcement],
            "announcement_cancel": [announcement],
            "announcement_preview": [announcement],
            "announcement_preview_frame": [announcement, "pl"],
            "announcement_send_again": [announcement, self.unknown.pk],
            "announcement_consider_delivered": [announcement, self.unknown.pk],
        }
        return {name: url(name, *rows.get(name, [])) for name in PERMISSIONS}


def view(model: str) -> str:
    return f"view_{model}"


# What each screen asks for. A screen that is not named here fails a test.
PERMISSIONS: dict[str, tuple[str, ...]] = {
    f"{model}_{action}": (view(model),)
    for model in (
        "announcement",
        "subscription",
        "consentevent",
        "clause",
        "delivery",
        "letter",
        "suppression",
    )
    for action in ("index", "results", "inspect")
    if (model, action) != ("suppression", "inspect")
} | {
    "subscription_export": (view("subscription"), "view_address", "export_subscription"),
    "subscription_withdraw": (view("subscription"), "delete_subscription"),
    "subscription_erase": (view("subscription"), "delete_subscription"),
    "consentevent_export": (view("consentevent"), "export_consent"),
    "consentevent_verify": (view("consentevent"),),
    "clause_new": (view("clause"), "add_clause"),
    "clause_approve": (view("clause"), "change_clause"),
    "delivery_export": (view("delivery"),),
    "suppression_add": (view("suppression"), "add_suppression", "view_address"),
    "announcement_release": (view("announcement"), "control_announcement"),
    "announcement_pause": (view("announcement"), "control_announcement"),
    "announcement_resume": (view("announcement"), "control_announcement"),
    "announcement_cancel": (view("announcement"), "control_announcement"),
    "announcement_send_again": (view("announcement"), "settle_delivery"),
    "announcement_consider_delivered": (view("announcement"), "settle_delivery"),
    "announcement_preview": (view("announcement"),),
    "announcement_preview_frame": (view("announcement"),),
}
# Those that only a POST completes.
ACTS = {
    name
    for name in PERMISSIONS
    if name.rpartition("_")[2]
    not in {
        "index",
        "results",
        "inspect",
        "export",
        "preview",
        "frame",
    }
}


def url(name: str, *args: Any) -> str:
    model, _, action = name.partition("_")
    return reverse(f"newsletter_{model}_modeladmin_{action}", args=args)


def make_world() -> World:
    subscription = subscribe(CANARY, network=CANARY_NETWORK)
    announcement = opened()
    delivery = Delivery.objects.get(announcement=announcement)
    Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.UNKNOWN)
    delivery.refresh_from_db()
    letter = Letter.objects.create(
        id=uuid.uuid4(),
        key="notice:1",
        kind=LetterKind.NOTICE,
        to=CANARY,
        subject=BODY,
        text=BODY,
        html=BODY,
    )
    clause = consent.new_clause_version("pl", consent="Zgadzam się.", information="Informacja.")
    suppression = Suppression.objects.create(
        address_hash=address_hash("zablokowany@canary.example"), reason=SuppressionReason.STAFF
    )
    event = ConsentEvent.objects.get(type="requested")
    return World(subscription, announcement, delivery, event, clause, letter, suppression)


def somebody(*permissions: str) -> Client:
    """Logged in, with access to the admin and these permissions of the newsletter."""
    user = get_user_model().objects.create_user(f"osoba-{uuid.uuid4().hex[:8]}")
    user.user_permissions.add(
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"),
        *Permission.objects.filter(content_type__app_label="newsletter", codename__in=permissions),
    )
    return logged_in(user)


def viewer() -> Client:
    """May look at every list, and see no address."""
    return somebody(*[name for needed in PERMISSIONS.values() for name in needed[:1]])


def all_permissions() -> set[str]:
    own = Permission.objects.filter(content_type__app_label="newsletter")
    return set(own.values_list("codename", flat=True))


def manager() -> Client:
    user = get_user_model().objects.create_user("menedzer", first_name="Maria")
    user.groups.add(install_newsletter_managers())
    return logged_in(user)


def administrator() -> Client:
    return logged_in(get_user_model().objects.create_superuser("admin"))


def logged_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return bytes(content).decode("utf-8", "replace")
