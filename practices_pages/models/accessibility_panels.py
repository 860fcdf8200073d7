"""How the editor of an accessibility statement is laid out: in the order of the statement."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, Panel


def statement_panels() -> list[Panel]:
    return [
        MultiFieldPanel(
            [
                FieldPanel("entity"),
                FieldRowPanel([FieldPanel("site_name"), FieldPanel("site_url")]),
                FieldRowPanel([FieldPanel("published_on"), FieldPanel("changed_on")]),
            ],
            heading=_("Whose site it is"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("conformity"),
                InlinePanel(
                    "barriers", panels=_fields("kind", "what", "instead"), label=_("Barrier")
                ),
                FieldPanel("assessment_url"),
            ],
            heading=_("State of accessibility"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("prepared_on"), FieldPanel("reviewed_on")]),
                FieldRowPanel([FieldPanel("method"), FieldPanel("assessor")]),
                FieldPanel("report_url"),
            ],
            heading=_("How the statement was prepared"),
        ),
        MultiFieldPanel(_fields("conveniences", "shortcuts"), heading=_("Conveniences")),
        MultiFieldPanel(
            [
                FieldPanel("contact_name"),
                FieldRowPanel([FieldPanel("contact_email"), FieldPanel("contact_phone")]),
                FieldPanel("complaints_to"),
                FieldPanel("ombudsman_url"),
            ],
            heading=_("Contact and complaints"),
        ),
        MultiFieldPanel(
            [
                InlinePanel("apps", panels=_fields("name", "url", "statement_url"), label=_("App")),
                FieldPanel("architecture"),
                FieldPanel("communication"),
            ],
            heading=_("Other information"),
        ),
    ]


def _fields(*names: str) -> list[Panel]:
    return [FieldPanel(name) for name in names]
