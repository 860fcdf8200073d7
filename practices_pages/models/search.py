"""The search index: which term stands in which page, how weightily; and groups of synonyms.

Rows of the index follow from pages alone (search_index.py is their only writer), so nothing here
refers to a page by a foreign key: deleting a page would load its rows one by one.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from practices_pages import polish

LONGEST_ENTRY_WORDS = 4
MOST_ENTRIES = 20


class SearchTerm(models.Model):
    """A lemma, or a word that the dictionary does not know, folded."""

    term = models.CharField(max_length=polish.LONGEST_TERM, unique=True)
    stem = models.CharField(max_length=polish.LONGEST_TERM, db_index=True)
    # How a long term begins, for words that the index does not have.
    family = models.CharField(max_length=polish.FAMILY, blank=True, db_index=True)

    class Meta:
        verbose_name = _("term of the search index")
        verbose_name_plural = _("terms of the search index")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.term)


class SearchPosting(models.Model):
    """One term of one page. `weight` is between 0 and 1000 and has the term's place in it."""

    pk = models.CompositePrimaryKey("page_id", "term_id")
    page_id = models.BigIntegerField()
    term_id = models.BigIntegerField()
    weight = models.IntegerField()

    class Meta:
        verbose_name = _("entry of the search index")
        verbose_name_plural = _("entries of the search index")
        default_permissions = ()
        # All that a query reads: the table itself is never opened.
        indexes = [models.Index(fields=["term_id", "page_id", "weight"], name="search_of_term")]

    def __str__(self) -> str:
        return f"{self.page_id} {self.term_id}"


class SearchedPage(models.Model):
    """A page in the index: which version of it, and by which analyser."""

    page_id = models.BigIntegerField(primary_key=True)
    analyser = models.CharField(max_length=120)
    # The revision whose text it is; 0 where the page has none.
    version = models.BigIntegerField()
    # Something that the page names was renamed.
    is_stale = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("page in the search index")
        verbose_name_plural = _("pages in the search index")
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["page_id"], condition=models.Q(is_stale=True), name="searched_stale"
            )
        ]

    def __str__(self) -> str:
        return str(self.page_id)


class SynonymGroup(models.Model):
    """Words and short phrases by which people mean one thing."""

    words = models.TextField(
        _("words"),
        help_text=_(
            "One word or short phrase on each line, in its basic form: other case forms are found"
            " by themselves. Whoever searches for one of them also finds the others, further down."
        ),
    )

    panels = [FieldPanel("words")]

    class Meta:
        verbose_name = _("group of synonyms")
        verbose_name_plural = _("groups of synonyms")
        ordering = ["words"]

    def __str__(self) -> str:
        return ", ".join(self.entries)

    def save(self, **kwargs: Any) -> None:
        self.words = "\n".join(self.entries)
        super().save(**kwargs)

    def clean(self) -> None:
        self.words = "\n".join(self.entries)
        if len(self.entries) < 2:
            raise ValidationError({"words": _("Enter at least two words, each on its own line.")})
        if len(self.entries) > MOST_ENTRIES:
            raise ValidationError(
                {"words": _("Enter %(most)d words at most.") % {"most": MOST_ENTRIES}}
            )
        for entry in self.entries:
            self._check(entry)

    @property
    def entries(self) -> list[str]:
        lines = (" ".join(line.split()) for line in str(self.words).splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def _check(self, entry: str) -> None:
        count = sum(1 for _word in polish.words(entry))
        if not count:
            message = _("“%(entry)s” has no word that can be searched for.")
        elif count > LONGEST_ENTRY_WORDS:
            message = _("“%(entry)s” is too long: four words at most.")
        else:
            return
        raise ValidationError({"words": message % {"entry": entry[:60]}})
