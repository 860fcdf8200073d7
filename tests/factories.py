"""People, units and pages for tests. Every address is invented (`.example`)."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from wagtail.models import Locale, Page, Site

from practices_pages.models import (
    CostItem,
    HomePage,
    LocalGovernmentUnit,
    MeasuredEffect,
    Pitfall,
    PracticeAuthor,
    PracticeDistinction,
    PracticeIndexPage,
    PracticePage,
    PracticeUnit,
    Step,
    ThematicArea,
    UnitKind,
    UnitKindPeriod,
    UnitMembership,
)
from practices_pages.workflows import (
    AUTHORS,
    EDITORS,
    MODERATORS,
    install_editorial_workflow,
    install_groups,
)

PASSWORD = "hasło-do-testów"
NEWSLETTER_MANAGERS = "Menedżerowie newslettera"
GROUP_OF_ROLE = {
    "author": AUTHORS,
    "editor": EDITORS,
    "moderator": MODERATORS,
    "newsletter_manager": NEWSLETTER_MANAGERS,
}
_numbers = count(1)


def make_user(role: str, **fields: Any) -> Any:
    """A user with one of the roles author, editor, moderator, newsletter_manager, administrator."""
    number = next(_numbers)
    fields.setdefault("username", f"{role}-{number}")
    fields.setdefault("email", f"{role}-{number}@urzad.example")
    fields.setdefault("first_name", role.capitalize())
    fields.setdefault("password", PASSWORD)
    users = get_user_model().objects
    if role == "administrator":
        return users.create_superuser(**fields)
    user = users.create_user(**fields)
    user.groups.add(_group(GROUP_OF_ROLE[role]))
    return user


def _group(name: str) -> Group:
    install_groups()
    group, _created = Group.objects.get_or_create(name=name)
    if name == NEWSLETTER_MANAGERS:
        group.permissions.add(
            *Permission.objects.filter(content_type__app_label="newsletter"),
            Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"),
        )
    return group


def make_unit(
    name: str = "Gmina Testowo", *, kind: str = UnitKind.RURAL, **fields: Any
) -> LocalGovernmentUnit:
    """A unit of one kind since 1999, in an invented commune of Mazowieckie."""
    number = next(_numbers)
    fields.setdefault("code", f"1490{number % 100:02d}")
    fields.setdefault("office_email", f"urzad-{number}@gmina.example")
    unit = LocalGovernmentUnit.objects.create(name=name, **fields)
    # Not unit.kind_periods.create(): a cluster keeps that in memory until the unit is saved.
    UnitKindPeriod.objects.create(unit=unit, kind=kind, valid_from=date(1999, 1, 1))
    return unit


def make_site_tree() -> PracticeIndexPage:
    """Home and list of practices on the default site, with the workflow installed."""
    Locale.objects.get_or_create(language_code="pl")
    root = Page.get_first_root_node()
    home = HomePage(title="Dobre praktyki", slug="dobre-praktyki", locale=_polish())
    root.add_child(instance=home)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "testserver", "port": 80, "root_page": home, "site_name": "Testowo"},
    )
    index = PracticeIndexPage(title="Praktyki", slug="praktyki", locale=_polish())
    home.add_child(instance=index)
    index.save_revision().publish()
    install_editorial_workflow(index)
    return index


def _polish() -> Locale:
    return Locale.objects.get(language_code="pl")


def complete_practice_fields() -> dict[str, Any]:
    """Plain fields with which a practice passes the gate, once it has a unit."""
    return {
        "lead": "Gmina połączyła dowóz z zajęciami, więc nikt nie czeka na autobus bezczynnie.",
        "local_system": "<p>Trzy szkoły podstawowe i 412 uczniów.</p>",
        "problem": "<p>Uczniowie czekali na autobus do dwóch godzin.</p>",
        "solution": "<p>Wspólny rozkład zajęć i kursów.</p>",
        "who_when_what": "<p>Referat oświaty z dyrektorami, w jednym roku szkolnym.</p>",
        "effects": "<p>Średni czas oczekiwania spadł do 20 minut.</p>",
        "cost": "<p>Bez dodatkowych kosztów.</p>",
        "why_promote": "<p>Rozwiązanie nie wymaga pieniędzy, lecz uzgodnień.</p>",
        "replication": "<p>Zacząć od spotkania z przewoźnikiem.</p>",
        "licence": "cc-by-4.0",
        "updated_on": date(2026, 3, 2),
    }


def make_practice(
    index: PracticeIndexPage, *, complete: bool = True, live: bool = False, **overrides: Any
) -> PracticePage:
    """A practice below `index`, saved with one revision.

    `overrides` are fields of the page, and also `owner` (a member of the unit), `unit` (None:
    without one), `edited_by` (whose revision it is) and `areas` (slugs).
    """
    unit = overrides.pop("unit", make_unit() if complete and "unit" not in overrides else None)
    edited_by = overrides.pop("edited_by", overrides.get("owner"))
    areas = overrides.pop("areas", ["dowozenie"] if complete else [])
    fields = complete_practice_fields() if complete else {}
    number = next(_numbers)
    fields = {"title": f"Praktyka {number}", "slug": f"praktyka-{number}"} | fields | overrides
    page = PracticePage(live=False, has_unpublished_changes=True, locale=index.locale, **fields)
    if unit is not None:
        page.practice_units.add(PracticeUnit(unit=unit))
        if page.owner is not None:
            UnitMembership.objects.get_or_create(user=page.owner, unit=unit)
    page.areas.set(ThematicArea.objects.filter(slug__in=areas))
    index.add_child(instance=page)
    revision = page.save_revision(user=edited_by)
    if live:
        revision.publish()
        page.refresh_from_db()
    return page


def add_rows(page: PracticePage) -> None:
    """One row of every kind, for tests that look at all of them. Not saved."""
    page.steps.add(Step(who="Referat oświaty", when="wrzesień 2024", what="Uzgodnienie kursów"))
    page.measured_effects.add(
        MeasuredEffect(
            indicator="Czas oczekiwania", before="120", after="20", unit_of_measure="minut"
        )
    )
    page.cost_items.add(
        CostItem(amount=Decimal("12500.00"), year=2024, funding_source="budżet gminy")
    )
    page.pitfalls.add(Pitfall(pitfall="Ferie w różnych terminach", advice="Osobny rozkład"))
    page.distinctions.add(
        PracticeDistinction(
            contest="Turniej Dobrych Praktyk",
            award="I miejsce",
            group="gminy wiejskie",
            edition="III edycja, finał",
            year=2019,
            url="https://turniej.example/wyniki",
        )
    )
    page.authors.add(
        PracticeAuthor(name="Ewa Próbna", role="inspektor", consented_to_be_named=True)
    )
