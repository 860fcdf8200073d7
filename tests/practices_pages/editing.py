"""What a browser posts from the editor of a practice."""

from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from practices_pages.models import SECTIONS

ROWS = (
    "practice_units", "steps", "measured_effects", "cost_items", "pitfalls", "authors",
    "documents", "distinctions", "comments",
)  # fmt: skip


def edit_form(page, **changes):
    """What the editor posts for `page`: every field as it is, and `changes`."""
    page = page.get_latest_revision_as_object()
    data = {
        "title": page.title,
        "slug": page.slug,
        "lead": page.lead,
        "licence": page.licence,
        "updated_on": page.updated_on or "",
        "areas": [area.pk for area in page.areas.all()],
        "comment_notifications": "",
    }
    data |= {key: rich_text(getattr(page, key)) for key in SECTIONS}
    for rows in ROWS:
        data[rows] = inline_formset([])
    data["practice_units"] = inline_formset(
        [
            {"unit": row.unit_id, "kind_at_time": row.kind_at_time, "id": row.pk or ""}
            for row in page.practice_units.all()
        ],
        initial=sum(row.pk is not None for row in page.practice_units.all()),
    )
    areas = (data | changes).pop("areas")
    return nested_form_data(data | changes | {"areas": ""}) | {"areas": areas}


def edit_form_of_new(page, unit, **changes):
    data = {
        "title": page.title,
        "slug": page.slug,
        "lead": page.lead,
        "licence": page.licence,
        "updated_on": page.updated_on,
        "areas": [],
    }
    data |= {key: rich_text(getattr(page, key)) for key in SECTIONS}
    data |= {rows: inline_formset([]) for rows in ROWS}
    data["practice_units"] = inline_formset([{"unit": unit.pk, "kind_at_time": ""}])
    return nested_form_data(data | changes)
