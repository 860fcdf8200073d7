"""Publications: what stands in the library by itself, with a page of its own."""

from collections.abc import Iterator
from copy import copy

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.models import Orderable, Page
from wagtail.search import index

from practices_pages.completeness import Problem, lead_problems
from practices_pages.models.documents import DocumentKind, DocumentRow
from practices_pages.models.page_link import page_link
from practices_pages.models.periods import PartialDate, PartialDateField
from practices_pages.models.public_page import (
    GatedPage,
    Illustrated,
    PublicFacts,
    facts_panel,
    image_panel,
)
from practices_pages.models.rich_text import SECTION_FEATURES, CleanRichTextField
from practices_pages.models.vocabulary import Licence

ISBN_LENGTHS = (10, 13)
DOI = r"10\.\d{4,9}/\S+"


def check_isbn(text: str) -> None:
    """ISBN-10 or ISBN-13 with a true check digit; hyphens and spaces do not count."""
    digits = text.replace("-", "").replace(" ", "").upper()
    if not _is_isbn(digits):
        raise ValidationError(_now("This is no ISBN: its check digit does not fit."))


def _is_isbn(digits: str) -> bool:
    body = digits[:-1]
    if len(digits) not in ISBN_LENGTHS or not (digits.isascii() and body.isdigit()):
        return False
    if len(digits) == ISBN_LENGTHS[0]:
        last = 10 if digits[-1] == "X" else int(digits[-1]) if digits[-1].isdigit() else -1
        weighted = sum(int(sign) * (10 - place) for place, sign in enumerate(body))
        return last >= 0 and (weighted + last) % 11 == 0
    weights = (int(sign) * (3 if place % 2 else 1) for place, sign in enumerate(digits))
    return digits.isdigit() and sum(weights) % 10 == 0


class ContentLanguage(models.TextChoices):
    POLISH = "pl", _("Polish")
    ENGLISH = "en", _("English")
    GERMAN = "de", _("German")
    UKRAINIAN = "uk", _("Ukrainian")


class PublicationPage(GatedPage, Illustrated, PublicFacts, Page):
    page_ptr = page_link()
    subtitle = models.CharField(_("subtitle"), max_length=250, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=DocumentKind.choices, blank=True)
    authors = models.CharField(
        _("authors"), max_length=500, blank=True, help_text=_("As the title page names them.")
    )
    publisher = models.CharField(_("publisher"), max_length=250, blank=True)
    issued = PartialDateField(_("year or date of issue"))
    lead = models.TextField(
        _("lead"), max_length=600, blank=True, help_text=_("What it is and for whom.")
    )
    abstract = CleanRichTextField(_("abstract"), features=SECTION_FEATURES, blank=True)
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=ContentLanguage.choices,
        default=ContentLanguage.POLISH,
    )
    licence = models.CharField(
        _("licence"),
        max_length=20,
        choices=Licence.choices,
        blank=True,
        help_text=_("Counts for every file below that has none of its own."),
    )
    isbn = models.CharField(_("ISBN"), max_length=20, blank=True, validators=[check_isbn])
    doi = models.CharField(
        _("DOI"),
        max_length=120,
        blank=True,
        validators=[RegexValidator(rf"\A{DOI}\Z", _("A DOI begins with “10.”: 10.1234/abc."))],
        help_text=_("Without https://doi.org/."),
    )

    parent_page_types = ["practices_pages.LibraryIndexPage"]
    subpage_types: list[str] = []
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    TitleFieldPanel("title"),
                    FieldPanel("subtitle"),
                    FieldPanel("lead"),
                    FieldRowPanel([FieldPanel("kind"), FieldPanel("language")]),
                    MultiFieldPanel(
                        [
                            FieldPanel("authors"),
                            FieldRowPanel([FieldPanel("publisher"), FieldPanel("issued")]),
                            FieldRowPanel([FieldPanel("isbn"), FieldPanel("doi")]),
                        ],
                        heading=_("Title page"),
                    ),
                    FieldPanel("abstract"),
                    image_panel(),
                ],
                heading=_("Publication"),
            ),
            ObjectList(
                [
                    FieldPanel("licence"),
                    InlinePanel(
                        "documents",
                        label=_("File"),
                        heading=_("Files"),
                        help_text=_("The same publication in several formats: a row for each."),
                    ),
                    facts_panel(),
                ],
                heading=_("Files and project"),
            ),
            ObjectList(Page.promote_panels, heading=_("Promote")),
            ObjectList(Page.settings_panels, heading=_("Settings")),
        ]
    )
    search_fields = [
        *Page.search_fields,
        index.SearchField("subtitle", boost=2),
        index.SearchField("lead", boost=2),
        index.SearchField("authors"),
        index.SearchField("abstract"),
        index.SearchField("isbn"),
    ]

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")

    @property
    def issue_date(self) -> PartialDate | None:
        return PartialDate.read(self.issued)

    @property
    def files_to_show(self) -> "list[PublicationFile]":
        """Its files, each with the licence in force."""
        return [row.under_licence_in_force() for row in self.documents.all()]

    @property
    def doi_address(self) -> str:
        return f"https://doi.org/{self.doi}" if self.doi else ""

    def publication_problems(self) -> list[Problem]:
        found: list[Problem] = super().publication_problems() + lead_problems(self)
        if not self.kind:
            found.append(Problem("kind", _now("Choose the kind of the publication.")))
        if not self.issued:
            found.append(Problem("issued", _now("Enter the year or the date of issue.")))
        if not self.documents.all():
            found.append(Problem("documents", _now("Add at least one file.")))
        return found


class PublicationFile(DocumentRow):
    page = ParentalKey(PublicationPage, on_delete=models.CASCADE, related_name="documents")

    class Meta(Orderable.Meta):
        verbose_name = _("file of the publication")
        verbose_name_plural = _("files of the publication")

    @property
    def licence_in_force(self) -> str:
        return str(self.licence or self.page.licence)

    def under_licence_in_force(self) -> "PublicationFile":
        row = copy(self)
        row.licence = self.licence_in_force
        return row

    def lacks(self, number: int) -> Iterator[str]:
        where = {"number": number}
        if not self.document_id:
            yield _now("Document %(number)d: choose the file.") % where
        if not self.licence_in_force:
            yield _now("Document %(number)d: choose its licence.") % where
