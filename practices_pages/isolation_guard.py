"""The door of the panel: what a person may not see does not exist, whatever address names it.

The policies answer wherever Wagtail asks them. This looks at the ids themselves, in the address,
in its query and in what is posted, so that a view which forgets to ask leaks nothing.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.urls import ResolverMatch, reverse
from wagtail.admin.auth import permission_denied
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, Revision, WorkflowState

from practices_pages import isolation
from practices_pages.models import ContactPerson, LocalGovernmentUnit
from practices_pages.naming import named_by_revision

PAGE, IMAGE, DOCUMENT, CONTACT, UNIT = "page", "image", "document", "contactperson", "unit"
GROUND = "ground"  # A page one works in: somebody else's public one is seen, but not its state.
# Which kind of object an argument of an address names, where its name alone says so.
ARGUMENTS = {
    "page_id": PAGE,
    "parent_page_id": PAGE,
    "page_to_move_id": PAGE,
    "destination_id": PAGE,
    "page_pk": PAGE,
    "image_id": IMAGE,
    "document_id": DOCUMENT,
    "doc_id": DOCUMENT,
}
# Where it is only called `pk`, and where a query `?id=1&id=2` names several.
NAMESPACES = {
    "wagtailadmin_pages": PAGE,
    "wagtailadmin_api:pages": PAGE,
    "wagtailadmin_api:images": IMAGE,
    "wagtailadmin_api:documents": DOCUMENT,
    "wagtailimages_chooser": IMAGE,
    "wagtaildocs_chooser": DOCUMENT,
    "wagtailsnippets_practices_pages_contactperson": CONTACT,
    "wagtailsnippetchoosers_practices_pages_contactperson": CONTACT,
    "wagtailsnippetchoosers_practices_pages_localgovernmentunit": UNIT,
}
CHOSEN = frozenset({"chosen_multiple", "wagtailadmin_choose_page_chosen_multiple"})
EXPLORER = frozenset({"wagtailadmin_explore", "wagtailadmin_explore_results"})
PAGE_CHOOSERS = frozenset({"wagtailadmin_choose_page_chosen_multiple", "wagtailadmin_choose_page"})
# The last part of a posted field's name: practice_units-0-unit chooses a unit.
FIELDS = {
    "unit": UNIT,
    "contact": CONTACT,
    "main_image": IMAGE,
    "image": IMAGE,
    "document": DOCUMENT,
    "accessible_alternative": DOCUMENT,
    "captions": DOCUMENT,
    "video": DOCUMENT,
    "practice": PAGE,
    "project": PAGE,
    "next_meeting": PAGE,
    "new_parent_page": PAGE,
    "parent_page": PAGE,
}
# What a link or a picture in posted rich text names.
ENTITIES = {"LINK": PAGE, "DOCUMENT": DOCUMENT, "IMAGE": IMAGE}
TAGS = frozenset({"wagtailadmin_tag_autocomplete", "wagtailadmin_tag_model_autocomplete"})
# Who may only add pages has no business with reports, nor with who else uses a unit or a term.
CLOSED = frozenset({"wagtailadmin_reports"})
# Wagtail's choosers of snippets ask for no permission: these are for authors, no other is.
CHOOSERS = "wagtailsnippetchoosers_"
OPEN_CHOOSERS = frozenset(
    f"{CHOOSERS}practices_pages_{model}"
    for model in (
        "contactperson",
        "keycompetence",
        "localgovernmentunit",
        "schooltype",
        "thematicarea",
    )
)
DIGITS = 18  # Longer ones are no key of any database.

Named = dict[str, set[int]]


class IsolationMiddleware:
    """Belongs right behind the authentication: it needs the user, and nothing it lets through
    relies on it alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or not request.path.startswith(reverse("wagtailadmin_home")):
            return None
        if not request.user.is_authenticated or not isolation.is_isolated(request.user):
            return None
        if match.url_name in TAGS and isolation.is_author(request.user):
            # Other people's tags are other people's words.
            return JsonResponse([], safe=False)
        if _is_closed(match):
            closed: HttpResponse = permission_denied(request)
            return closed
        _check(request, match)
        return None


def _is_closed(match: ResolverMatch) -> bool:
    if match.namespace in CLOSED:
        return True
    if match.namespace.startswith(CHOOSERS):
        return match.namespace not in OPEN_CHOOSERS
    return match.url_name == "usage" and match.namespace.startswith("wagtailsnippets_")


def _check(request: HttpRequest, match: ResolverMatch) -> None:
    """Raise Http404 unless everything that the request names may be seen."""
    _check_parts_of_a_page(match)
    named = _merged(_in_address(match), _in_query(request.GET, match))
    posted = _posted(request.POST) if request.method == "POST" else {}
    page_id = match.kwargs.get("page_id")
    if posted and page_id:
        # What the page names already may stay, whoever chose it.
        for kind, keys in named_by_revision(page_id).items():
            posted.get(kind, set()).difference_update(keys)
    _check_units(request.user, match, posted.get(UNIT, set()))
    for kind, keys in _merged(named, posted).items():
        if keys and not isolation.all_seen(_seen(request.user, kind), keys):
            raise Http404


def _check_units(user: Any, match: ResolverMatch, keys: set[int]) -> None:
    """A meeting names any unit; whoever moderates one writes elsewhere for own units alone."""
    page_id = match.kwargs.get("page_id") or match.kwargs.get("parent_page_id")
    page = Page.objects.filter(pk=page_id).first() if page_id and keys else None
    if page is not None and page.path.startswith(isolation.sight_of(user).tending):
        return
    units = isolation.nameable_units(user, LocalGovernmentUnit.objects.all())
    if keys and not isolation.all_seen(units, keys):
        raise Http404


def _check_parts_of_a_page(match: ResolverMatch) -> None:
    """A version or a workflow that an address names must be of the page it names."""
    page_id = match.kwargs.get("page_id")
    if page_id is None:
        return
    for argument, model in (("revision_id", Revision), ("workflow_state_id", WorkflowState)):
        key = match.kwargs.get(argument)
        if key and not model.objects.filter(pk=key, object_id=str(page_id)).exists():
            raise Http404


def _seen(user: Any, kind: str) -> QuerySet[Any]:
    if kind == PAGE:
        return isolation.visible_to(user)
    if kind == GROUND:
        ground: QuerySet[Page] = Page.objects.filter(isolation.own_ground(user))
        return ground
    if kind == IMAGE:
        return isolation.visible_files(user, get_image_model().objects.all())
    if kind == DOCUMENT:
        return isolation.visible_files(user, get_document_model().objects.all())
    if kind == CONTACT:
        return isolation.visible_contacts(user, ContactPerson.objects.all())
    return isolation.choosable_units(user, LocalGovernmentUnit.objects.all())


def _in_address(match: ResolverMatch) -> Named:
    named: Named = defaultdict(set)
    for argument, value in match.kwargs.items():
        kind = ARGUMENTS.get(argument)
        if match.url_name in EXPLORER:
            kind = GROUND
        if argument == "pk":
            kind = NAMESPACES.get(match.namespace)
        if argument == "object_id":
            kind = _kind_of_model(match.kwargs)
        if kind:
            named[kind] |= set(_keys([value]))
    return named


def _in_query(query: QueryDict, match: ResolverMatch) -> Named:
    kind = NAMESPACES.get(match.namespace)
    if match.url_name in PAGE_CHOOSERS:
        kind = PAGE
    if match.url_name == "wagtail_bulk_action":
        kind = _kind_of_model(match.kwargs)
        if "all" in query.getlist("id") and kind not in {PAGE, IMAGE, DOCUMENT}:
            raise Http404  # Wagtail would list everything, and say what may not be touched.
    if match.url_name in CHOSEN and not all(map(str.isdigit, query.getlist("id"))):
        raise Http404  # Wagtail fails on them.
    pages = [key for name in ("target_pages[]", "childOf") for key in query.getlist(name)]
    named: Named = {PAGE: set(_keys(pages))}
    if kind:
        named = _merged(named, {kind: set(_keys(query.getlist("id")))})
    return named


def _kind_of_model(kwargs: dict[str, Any]) -> str | None:
    model = f"{kwargs.get('app_label')}.{kwargs.get('model_name')}".lower()
    if model == get_image_model()._meta.label_lower:
        return IMAGE
    if model == get_document_model()._meta.label_lower:
        return DOCUMENT
    if model == ContactPerson._meta.label_lower:
        return CONTACT
    return PAGE if model in _page_models() else None


def _page_models() -> set[str]:
    return {Page._meta.label_lower, *(m._meta.label_lower for m in Page.__subclasses__())}


def _posted(data: QueryDict) -> Named:
    named: Named = defaultdict(set)
    for name, values in data.lists():
        kind = FIELDS.get(name.rpartition("-")[2])
        if kind:
            named[kind] |= set(_keys(values))
        for value in values:
            for entity, key in _entities(str(value)):
                named[entity] |= set(_keys([key]))
    return named


def _entities(value: str) -> Iterator[tuple[str, Any]]:
    """What the rich text editor's JSON links to."""
    if not value.startswith("{") or "entityMap" not in value:
        return
    try:
        entities = json.loads(value).get("entityMap")
    except (json.JSONDecodeError, RecursionError):
        return
    listed = entities.values() if isinstance(entities, dict) else entities
    # Anybody may post anything there: what is no entity names nothing.
    for entity in listed if isinstance(listed, Iterable) else ():
        if isinstance(entity, dict) and isinstance(data := entity.get("data"), dict):
            kind = ENTITIES.get(str(entity.get("type")))
            if kind and data.get("id"):
                yield kind, data["id"]


def _keys(values: Iterable[Any]) -> Iterator[int]:
    for value in values:
        text = str(value).strip()
        if text.isascii() and text.isdigit() and len(text) <= DIGITS:
            yield int(text)


def _merged(one: Named, other: Named) -> Named:
    return {kind: one.get(kind, set()) | other.get(kind, set()) for kind in {*one, *other}}
