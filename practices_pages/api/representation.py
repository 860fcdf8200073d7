"""From pages to schemas: absolute addresses, HTML expanded, only what may be shown."""

import re
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail.images.models import SourceImageIOError

from practices_pages.api import schemas
from practices_pages.models import PracticePage
from practices_pages.models.vocabulary import Term
from practices_pages.sanitise import WEB_SCHEMES, is_safe_address, shown_html

IMAGE = "width-1200|format-webp"
# Wagtail writes addresses of this site without the host; `//host` already has one.
ROOT_RELATIVE = re.compile(r'( (?:href|src)=")/(?!/)')


def summary(practice: PracticePage, request: HttpRequest) -> schemas.PracticeSummary:
    api_url = _api_url(practice, request)
    return schemas.PracticeSummary(api_url=api_url, **_summary_fields(practice, request))


def detail(practice: PracticePage, request: HttpRequest) -> schemas.PracticeDetail:
    return schemas.PracticeDetail(api_url=_api_url(practice, request), **content(practice, request))


def content(practice: PracticePage, request: HttpRequest) -> dict[str, Any]:
    """All that is said of a practice, here and in exports, but its address in the API."""
    return {
        **_summary_fields(practice, request),
        **_rows(practice),
        "image": _image(practice, request),
        "sections": _sections(practice, request),
        "distinctions": _distinctions(practice),
        "authors": _authors(practice),
        "contact": _contact(practice),
        "documents": _documents(practice, request),
        "film_url": _web_address(practice.film_url),
        "source_url": _web_address(practice.source_url),
        "original_date": practice.original_date,
    }


def _api_url(practice: PracticePage, request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("jst_v1:practice", args=[practice.pid]))


def _summary_fields(practice: PracticePage, request: HttpRequest) -> dict[str, Any]:
    return {
        "id": practice.pid,
        "title": practice.title,
        "lead": practice.lead,
        "language": practice.locale.language_code,
        "html_url": request.build_absolute_uri(practice.get_url(request)),
        "units": _units(practice),
        "areas": _terms(practice.areas.all()),
        "competences": _terms(practice.competences.all()),
        "school_types": _terms(practice.school_types.all()),
        "cost_band": str(practice.cost_band.value),
        "is_archival": practice.is_archival,
        "licence": practice.licence,
        "first_published_at": _local(practice.first_published_at),
        "last_published_at": _local(practice.last_published_at),
        "updated_on": practice.updated_on,
    }


def _local(moment: datetime | None) -> datetime | None:
    return timezone.localtime(moment) if moment else None


def _terms(terms: list[Term]) -> list[schemas.Term]:
    return [schemas.Term(slug=term.slug, name=term.name) for term in terms]


def _units(practice: PracticePage) -> list[schemas.Unit]:
    return [
        schemas.Unit(
            code=row.unit.code,
            name=row.unit.name,
            voivodeship=row.unit.voivodeship,
            kind_at_time=row.kind_at_time,
            group_at_time=str(row.group_at_time.value) if row.group_at_time else None,
        )
        for row in practice.practice_units.all()
        if row.unit is not None
    ]


def _distinctions(practice: PracticePage) -> list[schemas.Distinction]:
    return [
        schemas.Distinction(
            contest=row.contest,
            award=row.award,
            group=row.group,
            edition=row.edition,
            year=row.year,
            url=_web_address(row.url),
        )
        for row in practice.distinctions.all()
    ]


def _web_address(address: str) -> str | None:
    return address if is_safe_address(address, WEB_SCHEMES) else None


def _rows(practice: PracticePage) -> dict[str, Any]:
    return {
        "steps": [
            schemas.Step(who=row.who, when=row.when, what=row.what) for row in practice.steps.all()
        ],
        "measured_effects": [
            schemas.MeasuredEffect(
                indicator=row.indicator,
                before=row.before,
                after=row.after,
                unit_of_measure=row.unit_of_measure,
            )
            for row in practice.measured_effects.all()
        ],
        "costs": [
            schemas.CostItem(
                amount=row.amount,
                currency=row.currency,
                year=row.year,
                frequency=row.frequency,
                per=row.per,
                funding_source=row.funding_source,
            )
            for row in practice.cost_items.all()
        ],
        "pitfalls": [
            schemas.Pitfall(pitfall=row.pitfall, advice=row.advice)
            for row in practice.pitfalls.all()
        ],
    }


def _sections(practice: PracticePage, request: HttpRequest) -> list[schemas.Section]:
    root = request.build_absolute_uri("/")
    return [
        schemas.Section(
            number=section.number,
            key=section.key,
            heading=section.heading,
            html=ROOT_RELATIVE.sub(rf"\g<1>{root}", shown_html(section.html)),
        )
        for section in practice.sections
    ]


def _image(practice: PracticePage, request: HttpRequest) -> schemas.Image | None:
    if practice.main_image is None:
        return None
    try:
        rendition = practice.main_image.get_rendition(IMAGE)
    except SourceImageIOError:  # The file is gone; the practice is still worth reading.
        return None
    return schemas.Image(
        url=request.build_absolute_uri(rendition.url),
        width=rendition.width,
        height=rendition.height,
        alt=practice.image_alt,
        credit=practice.image_credit,
    )


def _authors(practice: PracticePage) -> list[schemas.Author]:
    return [
        schemas.Author(name=row.name, role=row.role, unit=row.unit.name if row.unit else None)
        for row in practice.authors.all()
        if row.consented_to_be_named and row.name
    ]


def _contact(practice: PracticePage) -> schemas.Contact | None:
    contact = practice.public_contact(timezone.localdate())
    if contact is None:
        return None
    return schemas.Contact(
        name=contact.name,
        role=contact.role,
        unit=contact.unit,
        email=contact.email,
        phone=contact.phone,
        is_person=contact.is_person,
    )


def _documents(practice: PracticePage, request: HttpRequest) -> list[schemas.Document]:
    return [
        schemas.Document(
            title=row.document.title,
            url=request.build_absolute_uri(row.document.url),
            format=row.document.file_extension.lower(),
            size_bytes=row.document.file_size,
            description=row.description,
            licence=row.licence,
            is_accessible=row.is_accessible,
        )
        for row in practice.documents.all()
        if row.document is not None
    ]
