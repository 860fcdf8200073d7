"""Films: a filmed example of what a unit did, with everything that replaces picture and sound."""

from typing import Any

from django import forms
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PageChooserPanel,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.documents import get_document_model_string
from wagtail.models import Orderable, Page
from wagtail.search import index

from practices_pages import youtube
from practices_pages.catalogue.films import FILMS
from practices_pages.completeness import Problem
from practices_pages.film_completeness import film_problems
from practices_pages.linked_data import video
from practices_pages.models.catalogue_index import CatalogueIndex
from practices_pages.models.page_link import page_link
from practices_pages.models.public_page import (
    GatedPage,
    Illustrated,
    PublicFacts,
    facts_panel,
    image_panel,
)
from practices_pages.models.rich_text import PAGE_FEATURES, CleanRichTextField
from practices_pages.models.seconds import SecondsField, clock
from practices_pages.models.unit_rows import UnitRow
from practices_pages.models.vocabulary import KeyCompetence, ThematicArea

QUESTION_LENGTH = 300
FILM = "practices_pages.FilmPage"


class AudioDescription(models.TextChoices):
    NOT_NEEDED = "not_needed", _("not needed: whatever is seen is also said")
    IN_FILM = "in_film", _("the film has an audio description")
    IN_TEXT = "in_text", _("the text of the film says what is seen")


class FilmIndexPage(GatedPage, Illustrated, PublicFacts, CatalogueIndex, Page):
    page_ptr = page_link()
    catalogue = FILMS
    series_name = models.CharField(
        _("name of the series"),
        max_length=200,
        blank=True,
        help_text=_("Shown above the title, and beside each film."),
    )
    introduction = CleanRichTextField(
        _("introduction"),
        features=PAGE_FEATURES,
        blank=True,
        help_text=_("What the films show and whom they are for."),
    )
    closing = CleanRichTextField(_("text below the films"), features=PAGE_FEATURES, blank=True)

    is_listed = False
    subpage_types = [FILM]
    content_panels = [
        FieldPanel("series_name"),
        TitleFieldPanel("title"),
        InlinePanel(
            "questions",
            label=_("Question"),
            heading=_("Questions that the films answer"),
            help_text=_("As an official would ask them; they stand above the films."),
        ),
        FieldPanel("introduction"),
        image_panel(),
        FieldPanel("closing"),
        facts_panel(),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("introduction"),
        index.RelatedFields("questions", [index.SearchField("question")]),
    ]

    class Meta:
        verbose_name = _("list of films")
        verbose_name_plural = _("lists of films")


class Question(Orderable):
    """A question that a page answers. Subclasses add `page`, a ParentalKey named `questions`."""

    question = models.CharField(_("question"), max_length=QUESTION_LENGTH, blank=True)

    panels = [FieldPanel("question")]

    class Meta(Orderable.Meta):
        abstract = True
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self) -> str:
        return str(self.question)


class FilmIndexQuestion(Question):
    page = ParentalKey(FilmIndexPage, on_delete=models.CASCADE, related_name="questions")


class FilmPage(GatedPage, Illustrated, PublicFacts, Page):
    page_ptr = page_link()
    lead = models.TextField(
        _("lead"),
        max_length=600,
        blank=True,
        help_text=_("Two or three sentences: who did what, and why it is worth watching."),
    )
    description = CleanRichTextField(_("description"), features=PAGE_FEATURES, blank=True)
    areas = ParentalManyToManyField(
        ThematicArea, verbose_name=_("thematic areas"), blank=True, related_name="films"
    )
    competences = ParentalManyToManyField(
        KeyCompetence, verbose_name=_("key competences"), blank=True, related_name="films"
    )
    practice = models.ForeignKey(
        "practices_pages.PracticePage",
        verbose_name=_("practice"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="films",
        help_text=_("The practice that the film shows. Its page shows the film."),
    )
    project_stage = models.CharField(
        _("stage of the project"),
        max_length=200,
        blank=True,
        help_text=_("For example: stage I, pilot."),
    )
    youtube_url = models.URLField(
        _("film on YouTube"),
        max_length=500,
        blank=True,
        validators=[youtube.validate_film_address],
        help_text=_("Nothing is fetched from YouTube before a visitor asks for it."),
    )
    youtube_captions_checked = models.BooleanField(
        _("the film on YouTube has Polish captions"),
        default=False,
        help_text=_("Watched and checked: written by a person, not made by a machine."),
    )
    video = models.ForeignKey(
        get_document_model_string(),
        verbose_name=_("film as a file"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("MP4 (H.264 and AAC) or WebM. It is shown before the one on YouTube."),
    )
    captions = models.ForeignKey(
        get_document_model_string(),
        verbose_name=_("captions"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("A WebVTT file (.vtt). The law asks for it with every film of a public body."),
    )
    transcript = CleanRichTextField(
        _("text of the film"),
        features=["h3", "bold", "italic", "ol", "ul", "link"],
        blank=True,
        help_text=_(
            "What is said, by whom, and what has to be seen. Empty: made from the captions."
        ),
    )
    audio_description = models.CharField(
        _("for people who do not see the picture"),
        max_length=12,
        choices=AudioDescription.choices,
        blank=True,
    )
    access_note = models.CharField(
        _("other help"),
        max_length=300,
        blank=True,
        help_text=_("For example: interpreted into Polish Sign Language."),
    )
    length_seconds = SecondsField(
        _("length"), null=True, blank=True, help_text=_("Minutes and seconds, such as 4:05.")
    )
    filmed_on = models.DateField(_("date of the film"), null=True, blank=True)
    credit = models.CharField(
        _("makers of the film"),
        max_length=300,
        blank=True,
        help_text=_("Who made it, and for whom."),
    )

    parent_page_types = ["practices_pages.FilmIndexPage"]
    subpage_types: list[str] = []
    search_fields = [
        *Page.search_fields,
        index.SearchField("lead", boost=2),
        index.SearchField("description"),
        index.SearchField("transcript"),
        index.RelatedFields("questions", [index.SearchField("question", boost=2)]),
        index.FilterField("filmed_on"),
        index.FilterField("updated_on"),
    ]

    class Meta:
        verbose_name = _("film")
        verbose_name_plural = _("films")

    @property
    def youtube_id(self) -> str:
        return youtube.film_id(self.youtube_url)

    @property
    def has_captions(self) -> bool:
        of_file = bool(self.video_id and self.captions_id)
        return of_file or bool(self.youtube_id and self.youtube_captions_checked)

    @property
    def length(self) -> str:
        return clock(self.length_seconds) if self.length_seconds else ""

    @property
    def plays_youtube(self) -> bool:
        """Whether the page offers YouTube's player: only where there is no file of our own."""
        return bool(self.youtube_id) and self.video_id is None

    def linked_data(self, address: str) -> dict[str, Any]:
        return video(self, address)

    def publication_problems(self) -> list[Problem]:
        return super().publication_problems() + film_problems(self)

    def save_revision(self, user: Any = None, **kwargs: Any) -> Any:
        for row in self.film_units.all():
            row.fill_kind()
        return super().save_revision(user=user, **kwargs)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._framing(super().serve(request, *args, **kwargs))

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return self._framing(super().serve_preview(request, mode_name))

    def _framing(self, response: HttpResponse) -> HttpResponse:
        if self.plays_youtube:
            # Read by whoever writes the site's content policy: this answer alone may frame it.
            response.frame_sources = [youtube.EMBED_ORIGIN]  # type: ignore[attr-defined]
        return response


class FilmQuestion(Question):
    page = ParentalKey(FilmPage, on_delete=models.CASCADE, related_name="questions")


class FilmUnit(UnitRow):
    page = ParentalKey(FilmPage, on_delete=models.CASCADE, related_name="film_units")


def _description_tab() -> ObjectList:
    return ObjectList(
        [
            TitleFieldPanel("title"),
            FieldPanel("lead"),
            InlinePanel(
                "questions",
                label=_("Question"),
                heading=_("Questions that the film answers"),
                help_text=_("As an official would ask them. Visitors search for them."),
            ),
            InlinePanel("film_units", label=_("Unit"), heading=_("Local-government units")),
            FieldPanel("description"),
            PageChooserPanel("practice", "practices_pages.PracticePage"),
            FieldPanel("areas", widget=forms.CheckboxSelectMultiple),
            FieldPanel("competences", widget=forms.CheckboxSelectMultiple),
        ],
        heading=_("Description"),
    )


def _film_tab() -> ObjectList:
    return ObjectList(
        [
            MultiFieldPanel(
                [FieldPanel("video"), FieldPanel("captions")], heading=_("Film as a file")
            ),
            MultiFieldPanel(
                [FieldPanel("youtube_url"), FieldPanel("youtube_captions_checked")],
                heading=_("Film on YouTube"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("transcript"),
                    FieldPanel("audio_description"),
                    FieldPanel("access_note"),
                ],
                heading=_("Instead of picture and sound"),
            ),
            FieldRowPanel([FieldPanel("length_seconds"), FieldPanel("filmed_on")]),
            FieldPanel("credit"),
            image_panel(),
        ],
        heading=_("Film"),
    )


FilmPage.edit_handler = TabbedInterface(
    [
        _description_tab(),
        _film_tab(),
        ObjectList([facts_panel(), FieldPanel("project_stage")], heading=_("Publication")),
        ObjectList(Page.promote_panels, heading=_("Promote")),
        ObjectList(Page.settings_panels, heading=_("Settings")),
    ]
)
