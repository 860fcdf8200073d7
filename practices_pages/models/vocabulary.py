"""Controlled vocabularies. Rows come from a data migration; editors may add and rename."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.search import index


class Licence(models.TextChoices):
    CC0 = "cc0-1.0", _("CC0 1.0 (public domain)")
    CC_BY = "cc-by-4.0", _("CC BY 4.0 (attribution)")
    CC_BY_SA = "cc-by-sa-4.0", _("CC BY-SA 4.0 (attribution, share alike)")
    CC_BY_NC = "cc-by-nc-4.0", _("CC BY-NC 4.0 (attribution, non-commercial)")
    CC_BY_NC_SA = "cc-by-nc-sa-4.0", _("CC BY-NC-SA 4.0 (attribution, non-commercial, share alike)")
    CC_BY_ND = "cc-by-nd-4.0", _("CC BY-ND 4.0 (attribution, no derivatives)")
    CC_BY_NC_ND = (
        "cc-by-nc-nd-4.0",
        _("CC BY-NC-ND 4.0 (attribution, non-commercial, no derivatives)"),
    )

    @property
    def url(self) -> str:
        if self == Licence.CC0:
            return "https://creativecommons.org/publicdomain/zero/1.0/"
        kind = self.value.removeprefix("cc-").removesuffix("-4.0")
        return f"https://creativecommons.org/licenses/{kind}/4.0/"


class Term(index.Indexed, models.Model):
    """A slug that never changes, a name that may, and a place in the list."""

    slug = models.SlugField(
        _("slug"),
        max_length=60,
        unique=True,
        help_text=_("Part of addresses and filters: do not change it once it is in use."),
    )
    name = models.CharField(_("name"), max_length=200)
    sort_order = models.PositiveSmallIntegerField(_("place in the list"), default=100)

    panels = [FieldPanel("name"), FieldPanel("slug"), FieldPanel("sort_order")]
    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        abstract = True
        ordering = ["sort_order", "name"]

    def __str__(self) -> str:
        return str(self.name)


class ThematicArea(Term):
    """The areas of the advice model for local governments, and those that practices needed."""

    description = models.CharField(
        _("description"),
        max_length=200,
        blank=True,
        help_text=_("One sentence: what a visitor finds here. Shown where areas are chosen from."),
    )

    panels = [FieldPanel("name"), FieldPanel("description"), *Term.panels[1:]]
    search_fields = [*Term.search_fields, index.SearchField("description")]

    class Meta(Term.Meta):
        verbose_name = _("thematic area")
        verbose_name_plural = _("thematic areas")


class KeyCompetence(Term):
    """The eight competences of the Council Recommendation 2018/C 189/01."""

    class Meta(Term.Meta):
        verbose_name = _("key competence")
        verbose_name_plural = _("key competences")


class SchoolType(Term):
    class Meta(Term.Meta):
        verbose_name = _("type of school")
        verbose_name_plural = _("types of schools")
