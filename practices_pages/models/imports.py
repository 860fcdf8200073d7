"""Imports of practices: a run is one file, its rows are its state.

Rows drive the work: whoever continues a run, a worker, the clock or a person's click, takes the
next row that waits. What a row did, and why, stays; its contents go when it is settled, because
they may name persons.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PracticeSource(models.Model):
    """One of the sources a practice is known by, so that a second import finds it again."""

    page = models.ForeignKey(
        "practices_pages.PracticePage", on_delete=models.CASCADE, related_name="sources"
    )
    key = models.CharField(max_length=64, unique=True, editable=False)
    address = models.TextField(_("address"), blank=True)
    source_id = models.CharField(_("id at the source"), max_length=200, blank=True)
    # What the last import brought, and what the page looked like right after it.
    record_digest = models.CharField(max_length=64, blank=True, editable=False)
    page_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("source of a practice")
        verbose_name_plural = _("sources of practices")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.address} {self.source_id}".strip()


class RunState(models.TextChoices):
    CHECKING = "checking", _("being checked")
    CHECKED = "checked", _("waiting for your confirmation")
    RUNNING = "running", _("running")
    FINISHED = "finished", _("finished")
    UNDOING = "undoing", _("being undone")
    UNDONE = "undone", _("undone")
    DISCARDED = "discarded", _("discarded")


class RowState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    CHECKED = "checked", _("checked")
    DONE = "done", _("done")
    UNDONE = "undone", _("undone")
    LEFT = "left", _("left as it is")


class RowOutcome(models.TextChoices):
    CREATED = "created", pgettext_lazy("rows of an import", "created")
    UPDATED = "updated", pgettext_lazy("rows of an import", "updated")
    SKIPPED = "skipped", pgettext_lazy("rows of an import", "skipped")
    PROBLEM = "problem", pgettext_lazy("rows of an import", "problem")

    @property
    def planned_label(self) -> str:
        """Before it has happened."""
        return str(PLANNED[self.value])


PLANNED = {
    "created": _("to be created"),
    "updated": _("to be updated"),
    "skipped": _("to be skipped"),
    "problem": pgettext_lazy("rows of an import", "problem"),
}


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def unfinished(self) -> "ImportRunQuerySet":
        """Those in which a worker has something to do."""
        return self.filter(state__in=(RunState.CHECKING, RunState.RUNNING, RunState.UNDOING))


class ImportRun(models.Model):
    index_page = models.ForeignKey(
        "practices_pages.PracticeIndexPage",
        verbose_name=_("list of practices"),
        on_delete=models.CASCADE,
        related_name="import_runs",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("undone by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    filename = models.CharField(_("file"), max_length=255)
    language = models.CharField(max_length=10)
    publishes_archival = models.BooleanField(_("publish as archival descriptions"), default=False)
    overwrites = models.BooleanField(_("overwrite what was changed here"), default=False)
    state = models.CharField(
        _("state"), max_length=10, choices=RunState.choices, default=RunState.CHECKING
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of practices")
        verbose_name_plural = _("imports of practices")
        ordering = ["-pk"]
        default_permissions = ()
        permissions = [("import_practices", _("Can import practices"))]

    def __str__(self) -> str:
        return str(self.filename)

    @property
    def is_under_way(self) -> bool:
        return self.state in (RunState.CHECKING, RunState.RUNNING, RunState.UNDOING)

    def counts(self) -> dict[str, int]:
        """Rows by outcome, those with remarks, those that wait, and all of them."""
        counted: dict[str, Any] = self.rows.aggregate(
            total=Count("pk"),
            waiting=Count("pk", filter=Q(outcome="")),
            remarked=Count("pk", filter=Q(has_remarks=True)),
            done=Count("pk", filter=Q(state=RowState.DONE)),
            undone=Count("pk", filter=Q(state=RowState.UNDONE)),
            left=Count("pk", filter=Q(state=RowState.LEFT)),
            **{
                outcome.value: Count("pk", filter=Q(outcome=outcome.value))
                for outcome in RowOutcome
            },
        )
        return counted


class ImportRow(models.Model):
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    title = models.CharField(_("title"), max_length=255, blank=True)
    record = models.JSONField(null=True, editable=False)
    # Two rows of one file may not be the same practice.
    source_key = models.CharField(max_length=64, blank=True, editable=False)
    state = models.CharField(
        _("state"), max_length=8, choices=RowState.choices, default=RowState.WAITING
    )
    outcome = models.CharField(_("outcome"), max_length=8, choices=RowOutcome.choices, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    remarks = models.JSONField(_("remarks"), default=list)
    # Those of the reader of the file; the others are found anew each time the row is looked at.
    file_remarks = models.JSONField(default=list, editable=False)
    has_remarks = models.BooleanField(default=False)
    page = models.ForeignKey(
        "practices_pages.PracticePage",
        verbose_name=_("practice"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="import_rows",
    )
    # For undoing: the version before, whether it was made public, and whom it brought along.
    previous_revision = models.ForeignKey(
        "wagtailcore.Revision", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    was_live = models.BooleanField(default=False)
    is_published = models.BooleanField(default=False)
    page_digest = models.CharField(max_length=64, blank=True)
    made_contact = models.ForeignKey(
        "practices_pages.ContactPerson", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        ordering = ["run", "number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="import_row_number_once"),
        ]
        indexes = [
            models.Index(fields=["run", "state", "number"], name="import_row_to_do"),
            models.Index(fields=["run", "source_key"], name="import_row_source"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    @property
    def outcome_label(self) -> str:
        """What has become of it, or what will."""
        if not self.outcome:
            return str(RowState(self.state).label)
        outcome = RowOutcome(self.outcome)
        return outcome.planned_label if self.state == RowState.CHECKED else str(outcome.label)

    def settle(self, outcome: str, reason: str = "") -> None:
        self.outcome, self.reason = outcome, reason
        self.has_remarks = bool(self.remarks)
