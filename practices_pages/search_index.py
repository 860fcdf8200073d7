"""The only writer of the search index: makes its rows follow from the pages.

A live page is there with what is live of it, a draft that was never published with its latest
version, so that editors find it; who sees what is asked again in each query (visibility.py).
Every function is safe to call again, at any time, and twice at once.
"""

import logging
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import Coalesce
from wagtail.models import Page, get_page_models

from practices_pages import polish, public_changes
from practices_pages.declension import adjective_stems, case_forms
from practices_pages.models import SearchedPage, SearchPosting, SearchTerm
from practices_pages.search_texts import Passage, passages_of, prefetch_of

log = logging.getLogger(__name__)

# BM25, but for how rare a word is, which the query adds. The usual length is a fixed one: a weight
# then depends on its own page alone, and no other page changes it.
SATURATION = 1.5
LENGTH_MATTERS = 0.4
USUAL_LENGTH = 900
FULL_WEIGHT = 1000
ADJECTIVE_OF_NAME = 0.5
NOUNS_OF_ADJECTIVES = ("powiat", "województwo")
ADJECTIVE_ENDINGS = ("i", "iego", "iemu", "im", "a", "iej", "ą", "ie", "ich", "imi")
PORTION = 200
Tell = Callable[[int, int], None]
Terms = tuple[str, ...]


def reindex(page_ids: Iterable[int]) -> None:
    """Write anew, or take out, what the index has of these pages. For a few of them."""
    wanted = list(page_ids)
    if wanted:
        with transaction.atomic():
            _reindex(wanted)


def rebuild(tell: Tell = lambda done, total: None) -> int:
    """Write the index of all pages anew. Returns how many are in it."""
    wanted = list(_expected().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(wanted), PORTION):
        reindex(wanted[start : start + PORTION])
        tell(min(start + PORTION, len(wanted)), len(wanted))
    reindex(_superfluous())
    _forget_unused_terms()
    if connection.vendor == "postgresql":
        # Queries read the index alone only where its rows are known to be visible to everybody.
        _vacuum()
    public_changes.tell()
    return len(wanted)


def repair(*, seconds: float) -> int:
    """What a lost signal, another analyser or a renamed term left undone, for so long at most.

    Returns how many pages were looked at; 0 when all is right.
    """
    until = time.monotonic() + seconds
    done = 0
    for portion in _portions([*_outdated(), *_superfluous()]):
        _reindex_what_can_be(portion)
        done += len(portion)
        public_changes.tell()
        if time.monotonic() > until:
            break
    return done


def _reindex_what_can_be(keys: Sequence[int]) -> None:
    """One page that cannot be written keeps no other from the index."""
    try:
        reindex(keys)
    except Exception:
        if len(keys) == 1:
            log.exception("search.not_indexed", extra={"page": keys[0]})
            return
        for key in keys:
            _reindex_what_can_be([key])


def forget(page_ids: Iterable[int]) -> None:
    """Take pages out that are no more."""
    gone = list(page_ids)
    _delete(SearchPosting.objects.filter(page_id__in=gone))
    _delete(SearchedPage.objects.filter(page_id__in=gone))


def mark_stale(pages: QuerySet[Any]) -> None:
    """Something that these pages name was renamed: the next repair writes them anew."""
    SearchedPage.objects.filter(page_id__in=pages.values("pk")).update(is_stale=True)


@cache
def searchable_models() -> list[Any]:
    """Every page type of ours, and those of a site that say what of them is searched."""
    return [
        model
        for model in get_page_models()
        if model._meta.app_label == "practices_pages" or hasattr(model, "search_passages")
    ]


def weights_of(passages: Iterable[Passage]) -> dict[str, int]:
    """The terms of a page, each with its weight. Pure."""
    counts: defaultdict[str, float] = defaultdict(float)
    length = 0
    for passage in passages:
        words = Counter(word.text for word in polish.words(polish.plain(passage.text)))
        length += words.total() if passage.is_prose else 0
        for word, times in words.items():
            for term in _terms(word, passage):
                counts[term] += passage.weight * times
        for term in _adjectives(passage.text) if passage.is_name else ():
            counts[term] += passage.weight * ADJECTIVE_OF_NAME
    least = SATURATION * (1 - LENGTH_MATTERS + LENGTH_MATTERS * length / USUAL_LENGTH)
    return {term: round(FULL_WEIGHT * count / (count + least)) for term, count in counts.items()}


def _terms(word: str, passage: Passage) -> Terms:
    return _terms_of_name(word) if passage.is_name else polish.analysis(word).lemmas


@lru_cache(maxsize=10_000)
def _terms_of_name(name: str) -> Terms:
    """Whatever its case forms may be read as: "w Iłowie" is Iłów, and might be Iłowo."""
    terms = {polish.as_term(name), *polish.analysis(name).lemmas}
    for form in case_forms(name):
        analysis = polish.analysis(form)
        if not analysis.is_known or polish.is_form_of_name(form, name):
            terms |= {*analysis.lemmas}
    return tuple(sorted(terms))


@lru_cache(maxsize=10_000)
def _adjectives(name: str) -> Terms:
    """Chęciny: chęciński. Nothing of a powiat: its name is an adjective."""
    names = tuple(word.text for word in polish.words(polish.plain(name)))
    if not names or names[0] in NOUNS_OF_ADJECTIVES:
        return ()
    terms: set[str] = set()
    stems = sorted(adjective_stems(names))
    known = [stem for stem in stems if polish.analysis(f"{stem}i").is_known]
    for stem in known or stems:
        for ending in "i" if known else ADJECTIVE_ENDINGS:
            terms |= {*polish.analysis(stem + ending).lemmas}
    return tuple(sorted(terms))


def _expected() -> QuerySet[Page]:
    """The pages that belong into the index, annotated with the version that does."""
    types = ContentType.objects.get_for_models(*searchable_models()).values()
    never_published = Q(live=False, first_published_at=None)
    version = Case(When(live=True, then=F("live_revision")), default=F("latest_revision"))
    pages: QuerySet[Page] = Page.objects.filter(
        Q(live=True) | never_published, content_type__in=types
    ).annotate(version=Coalesce(version, 0))
    return pages


def _outdated() -> list[int]:
    right = SearchedPage.objects.filter(
        page_id=OuterRef("pk"),
        version=OuterRef("version"),
        analyser=polish.analyser(),
        is_stale=False,
    )
    found = _expected().filter(~Exists(right)).order_by("pk")
    return list(found.values_list("pk", flat=True))


def _superfluous() -> list[int]:
    expected = _expected().filter(pk=OuterRef("page_id"))
    found = SearchedPage.objects.filter(~Exists(expected))
    return list(found.values_list("page_id", flat=True))


def _portions(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), PORTION):
        yield keys[start : start + PORTION]


def _reindex(keys: list[int]) -> None:
    _lock(keys)
    found = list(_expected().filter(pk__in=keys).only("content_type", "live"))
    versions = {page.pk: page.version for page in found}
    pages = {page.pk: weights_of(passages_of(page)) for page in _contents(found)}
    _delete(SearchPosting.objects.filter(page_id__in=keys))
    _insert_postings(pages)
    _delete(SearchedPage.objects.filter(page_id__in=set(keys) - pages.keys()))
    SearchedPage.objects.bulk_create(
        [
            SearchedPage(page_id=pk, analyser=polish.analyser(), version=versions[pk])
            for pk in sorted(pages)
        ],
        update_conflicts=True,
        unique_fields=["page_id"],
        update_fields=["analyser", "version", "is_stale"],
    )


def _lock(keys: list[int]) -> None:
    """One writer for each page at a time. In the order of the keys, or two would wait in a ring."""
    missing = [SearchedPage(page_id=pk, analyser="", version=0) for pk in sorted(keys)]
    SearchedPage.objects.bulk_create(missing, ignore_conflicts=True)
    rows = SearchedPage.objects.filter(page_id__in=keys).order_by("page_id")
    list(rows.select_for_update().values_list("page_id", flat=True))


def _contents(pages: Iterable[Page]) -> Iterator[Any]:
    """The pages with the texts that belong into the index."""
    by_type: defaultdict[tuple[Any, bool], list[int]] = defaultdict(list)
    for page in pages:
        by_type[page.specific_class, page.live].append(page.pk)
    for (model, live), keys in by_type.items():
        own = model.objects.filter(pk__in=keys)
        if live:
            yield from own.prefetch_related(*prefetch_of(model))
        else:
            for draft in own.select_related("latest_revision"):
                yield draft.get_latest_revision_as_object()


def _insert_postings(pages: dict[int, dict[str, int]]) -> None:
    ids = _ids_of({term for weights in pages.values() for term in weights})
    rows = [
        (page_id, ids[term], weight)
        for page_id, weights in pages.items()
        for term, weight in weights.items()
    ]
    table = connection.ops.quote_name(SearchPosting._meta.db_table)
    with connection.cursor() as cursor:
        # Half a million rows in a rebuild: as model instances they would take most of its time.
        cursor.executemany(
            f"INSERT INTO {table} (page_id, term_id, weight) VALUES (%s, %s, %s)",  # noqa: S608
            rows,
        )


def _ids_of(terms: set[str]) -> dict[str, int]:
    known = _known_ids(terms)
    # New ones, and those that an earlier analyser wrote.
    wanting = sorted(terms - known.keys())
    if not wanting:
        return known
    SearchTerm.objects.bulk_create(
        (SearchTerm(term=t, stem=polish.stem(t), family=polish.family(t)) for t in wanting),
        update_conflicts=True,
        unique_fields=["term"],
        update_fields=["stem", "family"],
        batch_size=1000,
    )
    return known | _known_ids(wanting)


def _known_ids(terms: Iterable[str]) -> dict[str, int]:
    """Of those that are known with their stem and family of today."""
    wanted, known = list(terms), dict[str, int]()
    for start in range(0, len(wanted), 500):
        found = SearchTerm.objects.filter(term__in=wanted[start : start + 500])
        for key, term, stem, family in found.values_list("pk", "term", "stem", "family"):
            if (stem, family) == (polish.stem(term), polish.family(term)):
                known[term] = key
    return known


def _forget_unused_terms() -> None:
    with transaction.atomic():
        if connection.vendor == "postgresql":
            # Whoever is writing postings may have looked up a term that no page has yet.
            table = connection.ops.quote_name(SearchPosting._meta.db_table)
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")
        used = SearchPosting.objects.filter(term_id=OuterRef("pk"))
        _delete(SearchTerm.objects.filter(~Exists(used)))


def _delete(rows: Any) -> None:
    # In one statement. Wagtail listens to every deletion, so delete() would load each row first.
    rows._raw_delete(rows.db)


def _vacuum() -> None:
    if connection.in_atomic_block:
        return  # Not possible inside of a transaction, and the database does it by itself, later.
    with connection.cursor() as cursor:
        cursor.execute(
            f"VACUUM (ANALYZE) {connection.ops.quote_name(SearchPosting._meta.db_table)}"
        )
