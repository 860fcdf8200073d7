"""The invariants of the sending, and the one that only the whole site can ask."""

from cms.practice_announcements import practice_unannounced
from newsletter.invariants import INVARIANTS
from newsletter.management.commands import newsletter_reconcile


class Command(newsletter_reconcile.Command):
    invariants = (*INVARIANTS, practice_unannounced)
