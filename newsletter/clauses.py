"""Versions of the consent clause. Part of newsletter.consent, which marks what was shown."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from newsletter.models import Clause
from newsletter.wording import built_in


def current_clause(locale: str) -> Clause:
    """What the form shows. Writes nothing: a language without a clause gets the built-in
    wording as an unsaved draft, which `stored_clause` keeps."""
    wording = built_in(locale)
    return Clause.objects.current(locale) or Clause(
        version=1, locale=locale, consent=wording.consent, information=wording.information
    )


def stored_clause(locale: str) -> Clause:
    """The current clause as a row; safe to call twice and at once."""
    clause = current_clause(locale)
    if clause.pk is None:
        clause, _created = Clause.objects.get_or_create(
            version=clause.version,
            locale=locale,
            defaults={"consent": clause.consent, "information": clause.information},
        )
    return clause


@transaction.atomic
def new_clause_version(locale: str, *, consent: str, information: str) -> Clause:
    """A new draft. The approved version stays in force until this one is approved."""
    newest = stored_clause(locale)
    versions = Clause.objects.select_for_update().filter(locale=locale).order_by("-version")
    version = (versions.first() or newest).version + 1
    return Clause.objects.create(
        version=version, locale=locale, consent=consent, information=information
    )


def approve_clause(clause: Clause, by: AbstractBaseUser) -> Clause:
    """The owner of the site takes responsibility for the wording. The first approval counts."""
    if clause.pk is None:
        clause = stored_clause(clause.locale)
    with transaction.atomic():
        clause = Clause.objects.select_for_update().get(pk=clause.pk)
        if clause.is_draft:
            clause.approved_at = timezone.now()
            clause.approved_by_id = by.pk
            # Not update(): who keeps pages on which it stands has to hear of it.
            clause.save(update_fields=["approved_at", "approved_by"])
    return clause
