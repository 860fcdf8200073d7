"""Files that a page offers: what each is, for whom, and under which licence."""

from collections.abc import Iterator

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.documents import get_document_model_string
from wagtail.models import Orderable

from practices_pages.models.vocabulary import Licence


class DocumentKind(models.TextChoices):
    DIAGNOSIS = "diagnosis", _("diagnosis report")
    RECOMMENDATIONS = "recommendations", _("recommendations")
    REVIEW = "review", _("review")
    PILOT_EVALUATION = "pilot_evaluation", _("pilot evaluation")
    THEMATIC_ANALYSIS = "thematic_analysis", _("thematic analysis")
    EXPERT_OPINION = "expert_opinion", _("expert opinion")
    TRAINING_PROGRAMME = "training_programme", _("training programme")
    TEMPLATE = "template", _("template")
    PLAN = "plan", _("plan")
    SCHEDULE = "schedule", _("schedule")
    RESOLUTION = "resolution", _("resolution")
    FORM = "form", _("form")
    OTHER = "other", _("other document")


class DocumentRow(Orderable):
    """One file of a page. Subclasses add `page`, a ParentalKey with `related_name="documents"`."""

    kind = models.CharField(_("kind"), max_length=20, choices=DocumentKind.choices, blank=True)
    document = models.ForeignKey(
        get_document_model_string(),
        verbose_name=_("document"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    description = models.CharField(_("what it is for"), max_length=250, blank=True)
    licence = models.CharField(_("licence"), max_length=20, choices=Licence.choices, blank=True)
    dated_on = models.DateField(_("date of the document"), null=True, blank=True)
    is_accessible = models.BooleanField(
        _("digitally accessible"),
        default=False,
        help_text=_("It can be read with a screen reader."),
    )
    accessible_alternative = models.ForeignKey(
        get_document_model_string(),
        verbose_name=_("accessible alternative"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("The same content in a file that a screen reader can read."),
    )

    panels = [
        FieldRowPanel([FieldPanel("document"), FieldPanel("kind")]),
        FieldPanel("description"),
        FieldRowPanel([FieldPanel("licence"), FieldPanel("dated_on")]),
        FieldRowPanel([FieldPanel("is_accessible"), FieldPanel("accessible_alternative")]),
    ]

    class Meta(Orderable.Meta):
        abstract = True

    def __str__(self) -> str:
        return str(self.description)

    def lacks(self, number: int) -> Iterator[str]:
        """What keeps this row, the `number`th of its page, from being published."""
        where = {"number": number}
        if not self.document_id:
            yield _now("Document %(number)d: choose the file.") % where
        if not self.description:
            yield _now("Document %(number)d: say what it is for.") % where
        if not self.licence:
            yield _now("Document %(number)d: choose its licence.") % where
