"""What every page type for the public shares: the gate, a picture, a project, a date."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.images import get_image_model_string

from practices_pages import gate
from practices_pages.completeness import Problem, page_problems
from practices_pages.forms import GatedPageForm
from practices_pages.isolation_policies import GatedPermissionTester
from practices_pages.models.editing import LatestFact
from practices_pages.sanitise import clean_line

# Wagtail's pages have no types, and neither may what is mixed into them.
Mixin: Any = models.Model


class GatedPage(Mixin):
    """A page that becomes public only when nothing is missing. Stands before Page among the bases.

    Subclasses add to `publication_problems`.
    """

    # gate.GatedPublishAction asks for these.
    passes_gate = True
    needs_second_person = False
    # Whether the panel lists the pages of this type: not where they are lists themselves.
    is_listed = True
    base_form_class = GatedPageForm

    class Meta:
        abstract = True

    def save(self, clean: bool = True, **kwargs: Any) -> None:
        if clean and self.live and self._state.adding and self.alias_of_id is None:
            # A page added live was never published, so no other path looked at it.
            gate.check_publication(self, revision=None, user=None)
        self.put_title_on_one_line()
        self.settle(kwargs)
        super().save(clean=clean, **kwargs)

    def publication_problems(self) -> list[Problem]:
        """Everything that keeps this page, as it is in memory, from being published."""
        return page_problems(self)

    def publication_warnings(self) -> list[Problem]:
        """What looks wrong and stops nothing: the editor is asked to look again."""
        return []

    def publish(self, revision: Any, user: Any = None, **kwargs: Any) -> Any:
        skip = kwargs.pop("skip_permission_checks", False)
        action = gate.GatedPublishAction(revision, user=user, **kwargs)
        return action.execute(skip_permission_checks=skip)

    def save_revision(self, user: Any = None, **kwargs: Any) -> Any:
        self.put_title_on_one_line()
        revision = super().save_revision(user=user, **kwargs)
        LatestFact.follow(self)
        return revision

    def permissions_for_user(self, user: Any) -> GatedPermissionTester:
        return GatedPermissionTester(user, self)

    def settle(self, kwargs: dict[str, Any]) -> None:
        """Last changes of a page type before it is saved; `kwargs` are those of save()."""

    def put_title_on_one_line(self) -> None:
        # Wagtail's notices have the title in their subject, where a line break is an error.
        self.title: str = clean_line(self.title)


class Illustrated(Mixin):
    main_image = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("main image"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    image_alt = models.CharField(
        _("what the image shows"),
        max_length=250,
        blank=True,
        help_text=_("For people who do not see it: one sentence, not the file name."),
    )
    image_credit = models.CharField(_("credit of the image"), max_length=250, blank=True)

    class Meta:
        abstract = True


class PublicFacts(Mixin):
    """Facts that the foot of every page shows."""

    updated_on = models.DateField(_("date of last update"), null=True, blank=True)
    project = models.ForeignKey(
        "practices_pages.ProjectPage",
        verbose_name=_("project"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(class)ss",
        help_text=_("Its funding notice and logos stand at the foot of this page."),
    )

    class Meta:
        abstract = True


def image_panel() -> MultiFieldPanel:
    return MultiFieldPanel(
        [FieldPanel("main_image"), FieldPanel("image_alt"), FieldPanel("image_credit")],
        heading=_("Main image"),
    )


def facts_panel() -> MultiFieldPanel:
    return MultiFieldPanel(
        [FieldPanel("updated_on"), FieldPanel("project")], heading=_("Update and project")
    )
