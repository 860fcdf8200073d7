"""The editor's forms of pages that pass the gate: they show what it would say, at the fields."""

from typing import Any

from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm

from practices_pages.gate import Problem, problems, text_of
from practices_pages.isolation import is_author, units_of
from practices_pages.models.unit_rows import UnitRow

SCHEDULE = frozenset({"go_live_at", "expire_at"})


class GatedPageForm(WagtailAdminPageForm):
    """Drafts and autosave are never held up; publishing and approving are.

    Whether the person may publish is the gate's matter: the view saves the draft first.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._keeps_text = False
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            # Wagtail's create view adds a page live and publishes it afterwards, so a refusal
            # would come too late.
            self.instance.live = False

    def is_valid(self) -> bool:
        if not super().is_valid():
            return False
        if not self._is_going_public():
            return True
        # Rows are put onto the page only by saving; without commit nothing is written.
        page = self.save(commit=False)
        found = problems(page)
        if self._is_approving():
            self._keeps_text = not self._changes_text(page)
            if not self._keeps_text:
                found.append(Problem("", own_change()))
        for problem in found:
            self._show(problem)
        return not found

    def save(self, commit: bool = True) -> Any:
        for formset in self.formsets.values():
            if issubclass(formset.model, UnitRow):
                for form in formset.forms:
                    _ask_kind_again(form)
        return super().save(commit)

    def has_changed(self) -> bool:
        # A version saved by the approval itself would send the practice back to the first task.
        return not self._keeps_text and bool(super().has_changed())

    def _show(self, problem: Problem) -> None:
        formset = self.formsets.get(problem.field)
        if formset is not None:
            formset.non_form_errors().append(problem.message)
        self.add_error(problem.field if problem.field in self.fields else None, problem.message)

    def _is_going_public(self) -> bool:
        if self.is_deferred_validation:
            return False
        return "action-publish" in self.data or self._is_approving()

    def _is_approving(self) -> bool:
        return (
            "action-workflow-action" in self.data
            and self.data.get("workflow-action-name") == "approve"
        )

    def _changes_text(self, page: Any) -> bool:
        # has_changed() is also true when the editor only writes the same text as its own HTML.
        comments = self.formsets.get("comments")
        if comments is not None and comments.has_changed():
            return True
        # When it goes live is no text, but approving must not lose it either.
        if SCHEDULE & set(self.changed_data):
            return True
        latest = page.get_latest_revision()
        return latest is None or text_of(latest.content) != text_of(page.serializable_data())


def _ask_kind_again(form: Any) -> None:
    """The kind in the row is that of another unit, unless somebody has just chosen it."""
    if "unit" in form.changed_data and "kind_at_time" not in form.changed_data:
        form.instance.kind_at_time = ""


class PracticePageForm(GatedPageForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A note speaks for one publication only.
        self.initial["publication_note"] = ""
        if self.instance.pk is None:
            self.initial["announce"] = True

    def is_valid(self) -> bool:
        return super().is_valid() and self._stays_in_sight()

    def _stays_in_sight(self) -> bool:
        """Nobody sends a draft out of their own sight by choosing units."""
        if self.for_user is None or not is_author(self.for_user):
            return True
        rows = self.formsets["practice_units"].cleaned_data
        chosen = {row["unit"].pk for row in rows if row.get("unit") and not row.get("DELETE")}
        if not chosen and self.instance.owner_id in {None, self.for_user.pk}:
            return True
        if units_of(self.for_user).filter(pk__in=chosen).exists():
            return True
        self._show(Problem("practice_units", _("Leave at least one of your own units here.")))
        return False


def own_change() -> str:
    return _(
        "You changed the text or its schedule. Save your changes first; "
        "whoever changed the text does not approve it."
    )
