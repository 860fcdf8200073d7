"""Imports of practices in Wagtail's panel: upload, look at what will happen, confirm, undo.

Everything works without JavaScript. A request works on a run for a few seconds and answers; the
worker, the clock or the next click go on.
"""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from practices_pages.exchange import files, reading
from practices_pages.importing import running
from practices_pages.models import (
    ImportRow,
    ImportRun,
    PracticeIndexPage,
    RowOutcome,
    RowState,
    RunState,
)
from practices_pages.tasks import wake_worker

PERMISSION = "practices_pages.import_practices"
# How long a person waits at most; small files are done in it.
SECONDS = 4.0
RUNS_A_PAGE = 20
ROWS_A_PAGE = 50
TEMPLATES = {"csv": "text/csv; charset=utf-8", "xlsx": files.XLSX}
REMARKED = "remarks"
KNOWN_FILTERS = (*RowOutcome.values, REMARKED, RowState.LEFT)


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("JSON Lines, CSV or XLSX, up to 20 MB and 5,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".jsonl,.ndjson,.json,.csv,.tsv,.txt,.xlsx"}),
    )
    index_page = forms.ModelChoiceField(
        PracticeIndexPage.objects.none(), label=_("List of practices"), empty_label=None
    )
    publishes_archival = forms.BooleanField(
        label=_("Publish as archival descriptions"),
        required=False,
        help_text=_("What passes the publication gate goes live at once, without announcement."),
    )
    overwrites = forms.BooleanField(
        label=_("Overwrite what was changed here"),
        required=False,
        help_text=_("Otherwise drafts that somebody changed since their import are skipped."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pages = [
            page.pk
            for page in PracticeIndexPage.objects.all()
            if page.permissions_for_user(user).can_add_subpage()
        ]
        field = self.fields["index_page"]
        field.queryset = PracticeIndexPage.objects.filter(pk__in=pages)  # type: ignore[attr-defined]  # of a ModelChoiceField
        if len(pages) == 1:
            field.initial, field.widget = pages[0], forms.HiddenInput()

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        # Said before anything of it is in memory.
        if file.size > reading.MAX_BYTES:
            raise forms.ValidationError(
                gettext("The file is too large: at most %(limit)d MB.")
                % {"limit": reading.MAX_BYTES // 1024**2}
            )
        return file

    def open_run(self, user: Any) -> ImportRun | None:
        """The run with its rows; None when the file cannot be read, and why is at its field."""
        file = self.cleaned_data["file"]
        data = file.read()
        run = ImportRun(
            index_page=self.cleaned_data["index_page"],
            created_by=user,
            filename=file.name[:255],
            language=get_language() or "pl",
            publishes_archival=self.cleaned_data["publishes_archival"],
            overwrites=self.cleaned_data["overwrites"],
        )
        try:
            return running.open_run(run, reading.read(data, reading.format_of(data, file.name)))
        except reading.Unreadable as unreadable:
            self.add_error("file", str(unreadable))
            return None


class ImportView(WagtailAdminTemplateMixin, View):
    """A page for those who may import; everybody else is refused, on every method."""

    header_icon = "download"
    page_title = _("Import of practices")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        return response

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("practices_pages_imports"), "label": gettext("Import of practices")},
        ]

    def answer(self, **context: Any) -> HttpResponse:
        response: HttpResponse = self.render_to_response(self.get_context_data(**context))
        return response


class ImportsView(ImportView):
    """Upload a file, and the runs so far."""

    template_name = "practices_pages/admin/imports.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._answer(ImportForm(user=request.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ImportForm(request.POST, request.FILES, user=request.user)
        run = form.open_run(request.user) if form.is_valid() else None
        if run is None:
            return self._answer(form)
        return _go_on(run)

    def _answer(self, form: ImportForm) -> HttpResponse:
        runs = ImportRun.objects.select_related("created_by")
        listed = Paginator(runs, RUNS_A_PAGE).get_page(self.request.GET.get("p"))
        return self.answer(form=form, runs=listed)


class TemplateView(ImportView):
    def get(self, request: HttpRequest, format: str) -> HttpResponse:
        response = HttpResponse(files.template(format), content_type=TEMPLATES[format])
        response["Content-Disposition"] = f'attachment; filename="praktyki-szablon.{format}"'
        return response


class RunView(ImportView):
    """One run: what will happen, what is happening, or what has happened."""

    template_name = "practices_pages/admin/import_run.html"

    @cached_property
    def run(self) -> ImportRun:
        return get_object_or_404(
            ImportRun.objects.select_related("created_by", "index_page"), pk=self.kwargs["pk"]
        )

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": str(self.run)}]

    def get_page_subtitle(self) -> str:
        return str(self.run)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        chosen = request.GET.get("outcome", "")
        counts = self.run.counts()
        return self.answer(
            run=self.run,
            counts=counts,
            filters=_filters(self.run, counts, chosen),
            rows=self._rows(chosen),
            query=f"&outcome={chosen}" if chosen in KNOWN_FILTERS else "",
            progress=_progress(self.run, counts),
            to_undo=counts["created"] + counts["updated"],
            may_undo=self.run.state == RunState.FINISHED,
        )

    def _rows(self, chosen: str) -> Page[ImportRow]:
        rows = self.run.rows.select_related("page__identity").defer("record")
        if chosen in RowOutcome.values:
            rows = rows.filter(outcome=chosen)
        elif chosen == REMARKED:
            rows = rows.filter(has_remarks=True)
        elif chosen == RowState.LEFT:
            rows = rows.filter(state=RowState.LEFT)
        return Paginator(rows, ROWS_A_PAGE).get_page(self.request.GET.get("p"))


class ActView(RunView):
    """Start, discard or continue a run. Only by POST; a second click finds it done."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        if act == "discard":
            if running.discard(self.run):
                messages.success(request, gettext("The file was discarded; nothing was imported."))
            return redirect("practices_pages_imports")
        if act == "start":
            self._check_place()
            running.start(self.run)
        return _go_on(self.run)

    def _check_place(self) -> None:
        """Whoever confirms needs the right now, not only when the file was uploaded."""
        if not self.run.index_page.permissions_for_user(self.request.user).can_add_subpage():
            raise PermissionDenied
        ImportRun.objects.filter(pk=self.run.pk).update(created_by=self.request.user)
        self.run.refresh_from_db()


class UndoView(RunView):
    """Asks by GET, begins by POST."""

    template_name = "practices_pages/admin/import_undo.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if self.run.state != RunState.FINISHED:
            return redirect("practices_pages_import", pk)
        return self.answer(run=self.run, counts=self.run.counts())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        running.start_undoing(self.run, by=request.user)
        return _go_on(self.run)


def _go_on(run: ImportRun) -> HttpResponse:
    """Work on it as long as a person waits, leave the rest to the worker, and show the run."""
    if not running.advance(run, seconds=SECONDS):
        wake_worker(run)
    return redirect("practices_pages_import", run.pk)


def _filters(run: ImportRun, counts: dict[str, int], chosen: str) -> list[dict[str, Any]]:
    is_plan = run.state in (RunState.CHECKING, RunState.CHECKED)
    choices = [("", gettext("All rows"), counts["total"])]
    choices += [
        (
            outcome.value,
            outcome.planned_label if is_plan else str(outcome.label),
            counts[outcome.value],
        )
        for outcome in RowOutcome
    ]
    choices.append((REMARKED, gettext("with remarks"), counts["remarked"]))
    if counts["left"]:
        choices.append((RowState.LEFT.value, str(RowState.LEFT.label), counts["left"]))
    address = reverse("practices_pages_import", args=[run.pk])
    return [
        {
            "label": label,
            "count": count,
            "url": f"{address}?outcome={value}" if value else address,
            "is_chosen": value == chosen,
        }
        for value, label, count in choices
        if count or not value or value == chosen
    ]


def _progress(run: ImportRun, counts: dict[str, int]) -> dict[str, int]:
    if run.state == RunState.UNDOING:
        done, total = counts["undone"] + counts["left"], counts["created"] + counts["updated"]
    elif run.state == RunState.RUNNING:
        done, total = counts["done"], counts["total"]
    else:
        done, total = counts["total"] - counts["waiting"], counts["total"]
    return {"done": done, "total": total}
