"""No address of the panel tells an author anything of another unit's unpublished work."""

import itertools
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import (
    Comment,
    Page,
    PageViewRestriction,
    Revision,
    Task,
    TaskState,
    WorkflowState,
)

from practices_pages.models import PreviewGrant
from tests.practices_pages.editing import edit_form
from tests.practices_pages.isolation_world import CANARY, make_world

pytestmark = pytest.mark.django_db
# It fails on purpose, for whoever tests error pages.
FAILS_ON_PURPOSE = {"wagtailadmin_error_test"}
ENDS_THE_SESSION = {"wagtailadmin_logout"}
LINK = re.compile(r'="(/panel/[^"#]*)"|"(?:url|editUrl|href)": ?"(/panel/[^"#]*)"')
MOST_LINKS = 400


@pytest.fixture
def world() -> SimpleNamespace:
    return make_world()


@pytest.fixture
def anna(world: SimpleNamespace) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(world.anna)
    return client


def panel_addresses() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Full name and arguments of every named address of the panel."""

    def walk(resolver: Any, prefix: str, names: tuple[str, ...]) -> Iterator[Any]:
        for entry in resolver.url_patterns:
            here = prefix + str(entry.pattern)
            if hasattr(entry, "url_patterns"):
                inside = (*names, entry.namespace) if entry.namespace else names
                yield from walk(entry, here, inside)
            elif entry.name and here.startswith("panel/"):
                arguments = re.findall(r"<(?:\w+:)?(\w+)>", here)
                yield ":".join((*names, entry.name)), tuple(arguments)

    yield from walk(get_resolver(), "", ())


def values(world: SimpleNamespace, name: str, argument: str) -> list[Any]:
    """What stands for `argument` in the address `name`: the other unit's things first."""
    pages = [world.draft, world.changed]
    if name.endswith((":edit", ":history", ":view_draft", "_explore")):
        pages += [world.unpublished, world.alias, world.renamed]
    keys = [page.pk for page in pages]
    if argument == "destination_id":
        return [world.draft.pk, world.index.pk]
    if argument in {"page_id", "page_to_move_id", "page_pk", "parent_page_id"}:
        return [*keys, world.index.pk if argument == "parent_page_id" else world.own.pk]
    if argument in {"revision_id", "revision_id_a", "revision_id_b"}:
        ends = {"revision_id_a": ["earliest"], "revision_id_b": ["latest"]}.get(argument, [])
        revisions = Revision.objects.filter(object_id__in=[str(key) for key in keys[:2]])
        return ends or list(revisions.order_by("-pk").values_list("pk", flat=True)[:3])
    single = {
        "image_id": world.image,
        "document_id": world.document,
        "doc_id": world.document,
        "grant_id": world.grant,
        "workflow_state_id": WorkflowState.objects.first(),
        "task_state_id": TaskState.objects.last(),
        "task_id": Task.objects.first(),
    }
    if argument in single:
        return [single[argument].pk]
    named = {
        "action_name": ["approve", "publish", "copy", "delete"],
        "filter_spec": ["max-165x165"],
        "action": ["delete", "publish", "unpublish", "move", "add_tags"],
        "app_label": ["wagtailcore"],
        "content_type_app_name": ["practices_pages"],
        "content_type_model_name": ["practicepage"],
        "model_name": ["page"],
        "app_name": ["practices_pages"],
        "object_id": keys[:1],
        "session_id": [1],
        "uploaded_file_id": [1],
        "collection_id": [1],
        "redirect_id": [1],
        "uidb64": ["x"],
        "token": ["x"],
        "kind": ["csv"],
        "locale": ["pl"],
        "delivery": [uuid4()],
        "pk": _keys_of(world, name),
    }
    return named.get(argument, keys[:1])


def _keys_of(world: SimpleNamespace, name: str) -> list[Any]:
    if "pages" in name.split(":"):
        return [world.draft.pk, world.changed.pk, world.own.pk]
    for part, thing in (
        ("image", world.image),
        ("doc", world.document),
        ("contactperson", world.contact),
        ("localgovernmentunit", world.unit_b),
        ("users", world.bozena),
    ):
        if part in name:
            return [thing.pk]
    return [world.draft.pk]


def urls(world: SimpleNamespace, names: tuple[str, ...] = ()) -> Iterator[str]:
    for name, arguments in panel_addresses():
        if name in FAILS_ON_PURPOSE | ENDS_THE_SESSION:
            continue
        if names and name.rpartition(":")[2] not in names:
            continue
        chosen = [values(world, name, argument) for argument in arguments]
        for combination in itertools.product(*chosen):
            try:
                yield reverse(name, kwargs=dict(zip(arguments, combination, strict=True)))
            except NoReverseMatch:
                # Only a value's form can be wrong here: an argument for which we know no value
                # is an assertion above.
                continue


def body_of(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    headers = " ".join(f"{name}: {value}" for name, value in response.items())
    return f"{headers}\n{content.decode('utf-8', 'replace')}"


def leak_of(response: Any, address: str) -> list[str]:
    """What is wrong with an answer: nothing, an error, or where the canary sings."""
    text = body_of(response)
    if response.status_code >= 500:
        return [f"{response.status_code} {address}"]
    # An echo of what was asked for tells nothing: a search says what it searched for.
    heard = [
        m.start() for m in re.finditer(CANARY, text) if text[m.start() - 3 : m.start()] != "*q="
    ]
    return [f"{address}: …{text[max(0, at - 60) : at + 40]!r}" for at in heard[:1]]


@pytest.mark.once
def test_no_address_of_the_panel_and_no_link_from_there_leaks(world, anna) -> None:
    wrong: list[str] = []
    found: dict[str, None] = {}
    seen: set[str] = set()
    for address in urls(world):
        seen.add(address)
        response = anna.get(address)
        wrong += leak_of(response, address)
        found |= dict.fromkeys(link for pair in LINK.findall(body_of(response)) for link in pair)
    links = [link.replace("&amp;", "&") for link in found if link and "logout" not in link]
    links = [link for link in links if link.partition("?")[0] not in seen or "id=" in link]
    links = [link for link in links if link not in seen and "failwhale" not in link]
    assert len(links) < MOST_LINKS
    for address in links:
        wrong += leak_of(anna.get(address), address)
    assert not wrong, "\n".join(wrong)


def test_no_search_no_filter_and_no_export_leaks(world, anna) -> None:
    wrong: list[str] = []
    lists = [name for name, arguments in panel_addresses() if not arguments]
    queries = [f"q={CANARY[:-1]}", "export=csv"]
    addresses = [f"{reverse(name)}?{query}" for name in lists for query in queries]
    addresses += [
        f"{reverse('wagtailadmin_explore', args=[world.index.pk])}?q={CANARY[:-1]}&search_all=1",
        f"{reverse('wagtailadmin_explore', args=[world.index.pk])}?owner={world.bozena.pk}",
        f"{reverse('wagtailadmin_choose_page')}?page_type=practices_pages.practicepage",
        f"{reverse('wagtailadmin_api:pages:listing')}?fields=*&limit=20",
        f"{reverse('wagtailadmin_api:pages:listing')}?search={CANARY[:-1]}&for_explorer=1",
        f"{reverse('wagtailadmin_api:pages:listing')}?child_of={world.index.pk}&fields=_,title",
        f"{reverse('wagtailadmin_api:images:listing')}?search={CANARY[:-1]}&fields=*",
        f"{reverse('wagtailadmin_api:documents:listing')}?fields=*",
    ]
    ids = f"id={world.draft.pk}&id={world.changed.pk}&id={world.own.pk}"
    chosen = [reverse("wagtailadmin_choose_page_chosen_multiple")]
    chosen += [
        reverse(f"{kind}_chooser:chosen_multiple") for kind in ("wagtailimages", "wagtaildocs")
    ]
    for model in ("wagtailcore/page", "wagtailimages/image", "wagtaildocs/document"):
        chosen += [f"/panel/bulk/{model}/delete/", f"/panel/bulk/{model}/move/"]
    chosen += ["/panel/bulk/practices_pages/contactperson/delete/"]
    addresses += [
        f"{address}?{query}" for address in chosen for query in (ids, "id=1&id=2", "id=all")
    ]
    addresses += [f"/panel/bulk/wagtailcore/page/delete/?id=all&childOf={world.index.pk}"]
    for address in addresses:
        if "failwhale" not in address and "logout" not in address:
            wrong += leak_of(anna.get(address), address)
    assert not wrong, "\n".join(wrong)


UNSAFE = (
    "add", "edit", "delete", "unpublish", "move", "move_confirm", "copy", "lock", "unlock",
    "revisions_revert", "revisions_unschedule", "workflow_action", "collect_workflow_action_data",
    "confirm_workflow_cancellation", "convert_alias", "set_privacy", "preview_on_edit",
    "set_page_position", "practices_pages_previews", "practices_pages_revoke_preview", "action",
    "delete_multiple", "edit_multiple", "ping", "wagtail_bulk_action", "view_draft",
)  # fmt: skip


def everything_of(world: SimpleNamespace) -> list[Any]:
    """Rows of what is not Anna's, as they are stored."""
    pages = [world.draft.pk, world.changed.pk, world.unpublished.pk, world.alias.pk]
    texts = [str(key) for key in pages]
    rows: list[Any] = [
        Page.objects.filter(pk__in=pages),
        Revision.objects.filter(object_id__in=texts),
        WorkflowState.objects.all(),
        TaskState.objects.all(),
        PreviewGrant.objects.all(),
        get_image_model().objects.filter(pk=world.image.pk),
        get_document_model().objects.filter(pk=world.document.pk),
        type(world.contact).objects.all(),
        Comment.objects.all(),
        PageViewRestriction.objects.all(),
    ]
    return [list(queryset.order_by("pk").values()) for queryset in rows]


def test_nothing_of_another_unit_can_be_changed(world, anna) -> None:
    before = everything_of(world)
    foreign = {str(thing.pk) for thing in (world.draft, world.changed, world.image, world.document)}
    title = {"title": "Przejęty", "slug": "przejety", "name": "Przejęty", "is_expanded": "1"}
    wrong: list[str] = []
    for address in urls(world, UNSAFE):
        if not foreign & set(re.findall(r"\d+", address)) and "contactperson" not in address:
            continue
        data = edit_form(world.draft) if "/edit/" in address else title
        query = f"?id={world.draft.pk}" if "/bulk/" in address else ""
        wrong += leak_of(anna.post(address + query, data), address)
    assert not wrong, "\n".join(wrong)
    assert everything_of(world) == before
