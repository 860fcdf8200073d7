"""Does what a plan says: the only module that makes pages of records."""

import unicodedata
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.log_actions import log
from wagtail.models import Page

from practices_pages.exchange.records import SiteRequest
from practices_pages.exchange.resolving import DATES, FIELDS, VOCABULARIES
from practices_pages.gate import PublicationRefused
from practices_pages.importing.planning import Plan, digest, page_digest
from practices_pages.models import (
    SECTIONS,
    ContactPerson,
    CostItem,
    ImportRow,
    ImportRun,
    MeasuredEffect,
    Pitfall,
    PracticeAuthor,
    PracticeDistinction,
    PracticeDocument,
    PracticeIndexPage,
    PracticePage,
    PracticeSource,
    PracticeUnit,
    RowOutcome,
    Step,
)

IMPORTED = "practices.imported"
PLAIN = (*FIELDS, "image_alt", "image_credit", *SECTIONS)
SLUG_LENGTH = 80


def carry_out(plan: Plan, row: ImportRow) -> None:
    """Write what `plan` says and note it in `row`, unsaved. Call inside a transaction."""
    row.remarks = plan.remarks
    row.page = plan.page
    row.settle(plan.outcome, plan.reason)
    if plan.outcome not in (RowOutcome.CREATED, RowOutcome.UPDATED):
        return
    if plan.page is not None:
        row.previous_revision = plan.page.get_latest_revision()
        row.was_live = plan.page.live
    if not (row.run.publishes_archival and _published(plan, row)):
        if plan.only_publishes:
            row.settle(RowOutcome.SKIPPED, _("Unchanged since it was imported."))
            return
        row.page = _saved(plan, row, archival=False)
    _remember(plan, row)
    row.settle(plan.outcome, plan.reason)


def _published(plan: Plan, row: ImportRow) -> bool:
    """Save and publish as an archival description; nothing of it stays when the gate refuses."""
    page, user = plan.page, row.run.created_by
    if page is not None and page.live and not page.is_archival:
        row.remarks.append(_("It is published in full, so it did not become an archival one."))
        return False
    if user is not None and not may_publish(row.run):
        row.remarks.append(_("It stays a draft: you may not publish here."))
        return False
    try:
        with transaction.atomic():
            page = _saved(plan, row, archival=True)
            page.get_latest_revision().publish(user=user)
    except PublicationRefused as refused:
        row.remarks.append(_("It stays a draft: %(problems)s") % {"problems": str(refused)})
        return False
    row.page, row.is_published = PracticePage.objects.get(pk=page.pk), True
    return True


def may_publish(run: ImportRun) -> bool:
    rights = run.index_page.permissions_for_user(run.created_by)
    return bool(rights.can_publish_subpage())


def _saved(plan: Plan, row: ImportRow, *, archival: bool) -> PracticePage:
    run, known = row.run, plan.page
    row.made_contact = None
    page = known.get_latest_revision_as_object() if known else _new_page(plan, run)
    _fill(page, plan.content, row)
    if archival:
        _make_archival(page)
    if known is None:
        PracticeIndexPage.objects.get(pk=run.index_page_id).add_child(instance=page)
    elif not page.live:
        page.save()
    revision = page.save_revision(user=run.created_by)
    log(
        instance=page,
        action=IMPORTED,
        user=run.created_by,
        revision=revision,
        data={"file": run.filename, "row": row.number, "remarks": plan.remarks},
    )
    return PracticePage.objects.get(pk=page.pk)


def _new_page(plan: Plan, run: ImportRun) -> PracticePage:
    # Never announced by an import, and not later either: whoever publishes has to tick it.
    return PracticePage(
        slug=free_slug(plan.content["title"], run.index_page, otherwise="praktyka"),
        live=False,
        has_unpublished_changes=True,
        announce=False,
        owner=run.created_by,
        locale=run.index_page.locale,
    )


def free_slug(title: str, parent: Page, *, otherwise: str) -> str:
    """A slug made of the title that no page below `parent` has."""
    plain = title.replace("ł", "l").replace("Ł", "L")
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    base = slugify(plain)[:SLUG_LENGTH].rsplit("-", 1)[0] if len(plain) > SLUG_LENGTH else ""
    base = base or slugify(plain)[:SLUG_LENGTH].strip("-") or otherwise
    siblings = Page.objects.child_of(parent)
    taken = set(siblings.filter(slug__startswith=base).values_list("slug", flat=True))
    number = 1
    while (slug := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return slug


def _fill(page: PracticePage, content: dict[str, Any], row: ImportRow) -> None:
    for name in PLAIN:
        if name in content:
            value = content[name]
            if name in DATES:
                value = date.fromisoformat(value) if value else None
            setattr(page, name, value)
    for name, model in VOCABULARIES.items():
        if name in content:
            getattr(page, name).set(model.objects.filter(slug__in=content[name]))
    _fill_rows(page, content)
    if contact := content.get("contact"):
        page.contact = _contact(contact, row)


def _fill_rows(page: PracticePage, content: dict[str, Any]) -> None:
    if "units" in content:
        page.practice_units = [
            PracticeUnit(unit_id=entry["unit"], kind_at_time=entry["kind_at_time"])
            for entry in content["units"]
        ]
    for name, model in (("steps", Step), ("measured_effects", MeasuredEffect)):
        if name in content:
            setattr(page, name, [model(**entry) for entry in content[name]])
    if "pitfalls" in content:
        page.pitfalls = [Pitfall(**entry) for entry in content["pitfalls"]]
    if "distinctions" in content:
        page.distinctions = [PracticeDistinction(**entry) for entry in content["distinctions"]]
    if "costs" in content:
        page.cost_items = [_cost(entry) for entry in content["costs"]]
    if "authors" in content:
        page.authors = [_author(entry) for entry in content["authors"]]
    if "documents" in content:
        _fill_documents(page, content["documents"])


def _author(entry: dict[str, Any]) -> PracticeAuthor:
    facts = {name: value for name, value in entry.items() if name != "unit"}
    return PracticeAuthor(**facts, unit_id=entry["unit"])


def _cost(entry: dict[str, Any]) -> CostItem:
    amount = None if entry["amount"] is None else Decimal(entry["amount"])
    return CostItem(**{**entry, "amount": amount})


def _fill_documents(page: PracticePage, entries: list[dict[str, Any]]) -> None:
    """A file that already belongs to the practice stays with it; no other file of this site is
    taken, whatever address a record names."""
    request = SiteRequest()
    files = {
        request.build_absolute_uri(row.document.url): row.document
        for row in page.documents.all()
        if row.document is not None
    }
    page.documents = [
        PracticeDocument(**entry, document=files.get(entry["source_url"])) for entry in entries
    ]


def _contact(entry: dict[str, Any], row: ImportRow) -> ContactPerson:
    """The person as already known here, whose consent is looked after here; else a new one."""
    person = ContactPerson.objects.filter(name=entry["name"], email=entry["email"]).first()
    if person is None:
        person = ContactPerson.objects.create(
            **{name: entry[name] for name in ("name", "role", "email", "phone")},
            unit_id=entry["unit"],
            published_until=date.fromisoformat(entry["published_until"]),
        )
        row.made_contact = person
    return person


def _make_archival(page: PracticePage) -> None:
    page.is_archival, page.announce = True, False
    if not page.archival_reason.strip():
        with override(page.locale.language_code):
            page.archival_reason = _(
                "The description was taken over from the source named here and is incomplete."
            )


def _remember(plan: Plan, row: ImportRow) -> None:
    page = row.page
    if page is None:
        return
    row.page_digest = page_digest(page)
    known = {
        "record_digest": digest(plan.content),
        "page_digest": row.page_digest,
    }
    for source in plan.sources:
        # Two imports at once: the unique key lets one of them through, the other looks again.
        if not PracticeSource.objects.filter(key=source.key, page=page).update(**known):
            PracticeSource.objects.create(
                key=source.key,
                page=page,
                address=source.address,
                source_id=source.source_id,
                **known,
            )
