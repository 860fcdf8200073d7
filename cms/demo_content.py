"""The demo: invented units, people and practices from cms/demo/, written for this project.

Everything is created in one transaction, so an interrupted load leaves nothing behind. Nothing is
mailed by loading it, and its published practices are not announced.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Site

from cms.demo_files import create_document, create_image, read
from cms.demo_pages import collections, english, films, networks, plans, projects
from cms.roles import NEWSLETTER_MANAGERS
from cms.site_setup import SiteTree, ensure_site
from newsletter import consent
from newsletter.models import Letter, Subscription
from newsletter.sign_ups import Method, SignUp
from newsletter.tokens import Link
from practices_pages.models import (
    SECTIONS,
    AccessibilityStatementPage,
    ContactPerson,
    CostItem,
    FundingNotice,
    KeyCompetence,
    LocalGovernmentUnit,
    MeasuredEffect,
    MembershipRole,
    Pitfall,
    PracticeAuthor,
    PracticeDocument,
    PracticePage,
    PracticeUnit,
    SchoolType,
    StandardPage,
    StatementBarrier,
    Step,
    ThematicArea,
    UnitKindPeriod,
    UnitMembership,
)

DEMO_PASSWORD = "praktyka-demo"  # noqa: S105 - printed by the demo; accounts of the demo only
CONSENT_LASTS = timedelta(days=730)


@dataclass(frozen=True)
class DemoUser:
    username: str
    role: Any
    first_name: str
    last_name: str
    group: str | None


DEMO_USERS = (
    DemoUser("autorka", _("author"), "Alicja", "Autorska", "Autorzy"),
    DemoUser("redaktor", _("editor"), "Robert", "Redakcyjny", "Redaktorzy"),
    DemoUser("moderatorka", _("moderator"), "Maria", "Moderacka", "Moderatorzy"),
    DemoUser("newsletter", _("newsletter manager"), "Nina", "Listowska", NEWSLETTER_MANAGERS),
    DemoUser("admin", _("administrator"), "Adam", "Gospodarski", None),
)


def load(base_url: str) -> int:
    """Create the demo content; return how many practices there are. Call inside a transaction."""
    began_at = timezone.now()
    pages = read("pages.json")
    tree = ensure_site(
        base_url,
        home_title=pages["home"]["title"],
        index_title=pages["practices_index"]["title"],
    )
    _fill_pages(tree, pages)
    users = {user.username: _create_user(user) for user in DEMO_USERS}
    create_units()
    _create_memberships(users["autorka"])
    practices = read("practices.json")
    for number, entry in enumerate(practices):
        page = _create_practice(tree, entry, owner=users["autorka"])
        _backdate(page, days=7 * (len(practices) - number))
        page.save_revision(user=users["autorka"]).publish()
    projects.load(tree, users)
    for entry in read("drafts.json"):
        _create_draft(tree, entry, users)
    films.load(tree, users)
    plans.load(tree, users)
    networks.load(tree, users)
    collections.load(tree, users)
    english.load(tree, users)
    for entry in read("subscriptions.json"):
        _create_subscription(entry)
    # Notices and confirmations that loading wrote: nobody is to get them.
    Letter.objects.filter(created_at__gte=began_at).delete()
    return PracticePage.objects.count()


def _fill_pages(tree: SiteTree, pages: dict[str, Any]) -> None:
    home, index = tree.home, tree.practices
    home.lead, home.body = pages["home"]["lead"], pages["home"]["body"]
    home.hero_image = create_image("home.jpg", pages["home"]["title"])
    home.save_revision().publish()
    index.title = pages["practices_index"]["title"]
    index.introduction = pages["practices_index"]["introduction"]
    index.save_revision().publish()
    for key in ("about", "privacy"):
        entry = pages[key]
        page = StandardPage(
            title=entry["title"],
            slug=entry["slug"],
            body=entry["body"],
            updated_on=timezone.localdate(),
            locale=home.locale,
        )
        home.add_child(instance=page)
    _fill_accessibility_statement(pages["accessibility"])
    site = Site.objects.get(is_default_site=True)
    FundingNotice.objects.update_or_create(site=site, defaults={"text": pages["funding_notice"]})


def _fill_accessibility_statement(entry: dict[str, Any]) -> None:
    """The draft that every new site begins with."""
    page = AccessibilityStatementPage.objects.get()
    for name, value in entry["fields"].items():
        is_day = name.endswith("_on")
        setattr(page, name, date.fromisoformat(value) if is_day else value)
    page.barriers = [StatementBarrier(**row) for row in entry["barriers"]]
    page.save_revision().publish(skip_permission_checks=True)


def _create_user(user: DemoUser) -> Any:
    model = get_user_model()
    if user.group is None:
        account = model.objects.create_superuser(user.username, password=DEMO_PASSWORD)
    else:
        account = model.objects.create_user(user.username, password=DEMO_PASSWORD)
        account.groups.add(Group.objects.get(name=user.group))
    account.first_name, account.last_name = user.first_name, user.last_name
    account.email = f"{user.username}@biuro-dobrych-praktyk.example"
    account.save(update_fields=["first_name", "last_name", "email"])
    return account


def create_units() -> None:
    entries = {entry["teryt"]: entry for entry in read("units.json")}
    # Parents have the shorter codes.
    for code in sorted(entries, key=len):
        entry = entries[code]
        parent = entry["parent"] and LocalGovernmentUnit.objects.get(code=entry["parent"])
        unit = LocalGovernmentUnit.objects.create(
            code=code, name=entry["name"], office_email=entry["office_email"], parent=parent or None
        )
        for kind in entry.get("kinds") or [entry]:
            UnitKindPeriod.objects.create(
                unit=unit,
                kind=kind["kind"],
                valid_from=kind["valid_from"],
                valid_to=kind.get("valid_to"),
            )


def _create_memberships(author: Any) -> None:
    """Two units whose drafts the author sees, and one whose drafts no longer."""
    since = timezone.localdate() - timedelta(days=200)
    for code, role, until in (
        ("249901", MembershipRole.AUTHOR, None),
        ("309901", MembershipRole.COORDINATOR, None),
        ("289901", MembershipRole.AUTHOR, timezone.localdate() - timedelta(days=7)),
    ):
        UnitMembership.objects.create(
            user=author, unit=_unit(code), role=role, since=since, until=until
        )


def _create_practice(tree: SiteTree, entry: dict[str, Any], *, owner: Any) -> PracticePage:
    page = PracticePage(
        title=entry["title"],
        slug=entry["slug"],
        lead=entry.get("lead", ""),
        licence=entry.get("licence", ""),
        film_url=entry.get("film_url", ""),
        source_url=entry.get("source_url", ""),
        updated_on=entry.get("updated_on") and date.fromisoformat(entry["updated_on"]),
        live=False,
        owner=owner,
        locale=tree.practices.locale,
    )
    for key in SECTIONS:
        setattr(page, key, entry.get("sections", {}).get(key, ""))
    if image := entry.get("image"):
        page.main_image = create_image(image["file"], entry["title"])
        page.image_alt, page.image_credit = image["alt"], image["credit"]
    if contact := entry.get("contact"):
        page.contact = ContactPerson.objects.create(
            **contact,
            unit=_unit(entry["units"][0]),
            published_until=timezone.localdate() + CONSENT_LASTS,
        )
    tree.practices.add_child(instance=page)
    _add_rows(page, entry)
    page.save()
    return page


def _add_rows(page: PracticePage, entry: dict[str, Any]) -> None:
    page.practice_units = [PracticeUnit(unit=_unit(code)) for code in entry.get("units", [])]
    page.steps = [Step(**row) for row in entry.get("steps", [])]
    page.measured_effects = [MeasuredEffect(**row) for row in entry.get("measured_effects", [])]
    page.cost_items = [CostItem(**row) for row in entry.get("cost_items", [])]
    page.pitfalls = [Pitfall(**row) for row in entry.get("pitfalls", [])]
    page.authors = [
        PracticeAuthor(**(row | {"unit": _unit(row["unit"])})) for row in entry.get("authors", [])
    ]
    page.documents = [_practice_document(row) for row in entry.get("documents", [])]
    page.areas = ThematicArea.objects.filter(slug__in=entry.get("areas", []))
    page.competences = KeyCompetence.objects.filter(slug__in=entry.get("competences", []))
    page.school_types = SchoolType.objects.filter(slug__in=entry.get("school_types", []))


def _unit(code: str) -> LocalGovernmentUnit:
    return LocalGovernmentUnit.objects.get(code=code)


def _practice_document(row: dict[str, Any]) -> PracticeDocument:
    return PracticeDocument(
        document=create_document(row["filename"], row["title"]),
        description=row["description"],
        licence=row["licence"],
        is_accessible=row["is_accessible"],
    )


def _backdate(page: PracticePage, *, days: int) -> None:
    page.first_published_at = timezone.now() - timedelta(days=days)
    Page.objects.filter(pk=page.pk).update(first_published_at=page.first_published_at)


def _create_draft(tree: SiteTree, entry: dict[str, Any], users: dict[str, Any]) -> None:
    state = entry["state"]
    page = _create_practice(tree, entry, owner=users["autorka"])
    page.announce = state != "archival"
    if state == "archival":
        page.is_archival, page.archival_reason = True, entry["archival_reason"]
        page.original_date = date.fromisoformat(entry["original_date"])
        _backdate(page, days=365)
        page.save_revision(user=users["moderatorka"]).publish()
        return
    page.save_revision(user=users["autorka"])
    if state == "draft":
        return
    page.get_workflow().start(page, users["autorka"])
    if state == "in_moderation":
        page.current_workflow_task_state.specific.approve(user=users["redaktor"])
    if state == "rejected":
        page.current_workflow_task_state.specific.reject(
            user=users["redaktor"], comment=entry["rejection_comment"]
        )


def _create_subscription(entry: dict[str, Any]) -> None:
    consent.request_subscription(
        SignUp(
            address=entry["email"],
            topics=frozenset(entry["topics"]),
            locale=entry["locale"],
            form="load_demo",
        )
    )
    subscription: Subscription = Subscription.objects.get(address=entry["email"])
    if entry["state"] == "pending":
        return
    consent.confirm(Link(subscription.ref, subscription.sign_up), form="load_demo")
    subscription.refresh_from_db()
    if entry["state"] == "withdrawn":
        consent.withdraw(subscription, method=Method.FORM, form="load_demo")
    if entry["state"] == "suppressed":
        consent.record_bounce(subscription)


def is_loaded() -> bool:
    return PracticePage.objects.exists()
