"""Questions about many practices. What the public may see is in visibility.py."""

from wagtail.models import PageManager
from wagtail.query import PageQuerySet


class PracticePageQuerySet(PageQuerySet):
    def originals(self) -> "PracticePageQuerySet":
        """Without aliases: each practice once per language."""
        found: PracticePageQuerySet = self.filter(alias_of=None)
        return found


PracticePageManager = PageManager.from_queryset(PracticePageQuerySet)
