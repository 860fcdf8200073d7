"""A file is as public as what uses it, at the moment somebody asks, for images and documents."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Page,
    PageViewRestriction,
    ReferenceIndex,
)

from cms.practice_announcements import story_of
from practices_pages import previews
from practices_pages.models import (
    PracticeDocument,
    PracticeIndexPage,
    PracticePage,
)
from practices_pages.publishing import publish_due
from tests.factories import make_practice, make_site_tree, make_user
from tests.practices_pages import hostile

pytestmark = pytest.mark.django_db
SPEC = "width-4|format-webp"


@dataclass
class Files:
    """An image and documents, and every address at which one of them can be asked for."""

    image: Any
    attached: Any
    linked: Any

    @classmethod
    def make(cls, name: str = "plik") -> "Files":
        content = ImageFile(io.BytesIO(hostile.image("PNG")), name=f"{name}.png")
        image = get_image_model()(title=name, file=content)
        image._set_image_file_metadata()
        image.save()
        return cls(image, cls.document(f"{name}-a"), cls.document(f"{name}-b"))

    @staticmethod
    def document(name: str) -> Any:
        document = get_document_model()(title=name)
        document.file.save(f"{name}.txt", ContentFile(b"wz\xc3\xb3r"), save=False)
        document._set_document_file_metadata()
        document.save()
        return document

    @property
    def used(self) -> dict[str, str]:
        link = f'<p>Zob. <a linktype="document" id="{self.linked.pk}">wzór</a>.</p>'
        return {"main_image": self.image, "cost": link, **DESCRIBED}

    def put_on(self, page: PracticePage) -> None:
        for name, value in self.used.items():
            setattr(page, name, value)
        row = PracticeDocument(document=self.attached, description="Wzór", licence="cc0-1.0")
        page.documents = [row]

    @property
    def addresses(self) -> list[str]:
        rendition = self.image.get_rendition(SPEC)
        return [
            rendition.url,
            self.image.file.url,
            self.attached.url,
            self.linked.url,
        ]

    def collect(self, collection: Collection) -> None:
        for file in (self.image, self.attached, self.linked):
            file.collection = collection
            file.save()


DESCRIBED = {"image_alt": "Autobus", "image_credit": "Fot. A. Próbna"}


@pytest.fixture
def index() -> PracticeIndexPage:
    return make_site_tree()


@pytest.fixture
def files() -> Files:
    return Files.make()


@pytest.fixture
def page(index: PracticeIndexPage, files: Files) -> PracticePage:
    """A live practice that uses the files."""
    page = make_practice(index)
    files.put_on(page)
    page.save_revision().publish()
    return PracticePage.objects.get(pk=page.pk)


def get(client: Client, address: str) -> Any:
    answer = client.get(address)
    b"".join(answer)  # Read to the end, the file is closed.
    return answer


def answers(client: Client, files: Files) -> list[int]:
    return [get(client, address).status_code for address in files.addresses]


OPEN, SHUT = [200] * 4, [404] * 4


def test_files_nobody_uses_are_private(files: Files, client: Client) -> None:
    assert answers(client, files) == SHUT


def test_files_of_a_draft_are_private_until_it_is_published(
    index: PracticeIndexPage, files: Files, client: Client
) -> None:
    page = make_practice(index)
    files.put_on(page)
    page.save()
    revision = page.save_revision()
    assert answers(client, files) == SHUT

    revision.publish()
    assert answers(client, files) == OPEN


def unpublish(page: PracticePage) -> None:
    page.unpublish()


def expire(page: PracticePage) -> None:
    # Its time is over, but the clock that unpublishes it has not run yet.
    Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))


def make_private(page: PracticePage) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def make_private_above(page: PracticePage) -> None:
    make_private(page.get_parent())


def unpublish_above(page: PracticePage) -> None:
    page.get_parent().specific.unpublish()


def take_out(page: PracticePage) -> None:
    page.main_image, page.cost = None, "<p>Bez kosztów.</p>"
    page.documents = []
    page.save_revision().publish()


def delete(page: PracticePage) -> None:
    page.delete()


def move_out_of_the_site(page: PracticePage) -> None:
    page.move(Page.get_first_root_node(), pos="last-child")


@pytest.mark.parametrize(
    "withdraw",
    [
        unpublish,
        expire,
        make_private,
        make_private_above,
        unpublish_above,
        take_out,
        delete,
        move_out_of_the_site,
    ],
)
def test_files_are_private_again_when_their_page_is_no_longer_public(
    withdraw: Callable[[PracticePage], None], page: PracticePage, files: Files, client: Client
) -> None:
    assert answers(client, files) == OPEN
    withdraw(page)
    assert answers(client, files) == SHUT


def test_a_file_in_a_draft_change_of_a_live_page_is_private(
    index: PracticeIndexPage, files: Files, client: Client
) -> None:
    page = make_practice(index, live=True)
    files.put_on(page)
    page.save_revision()
    assert answers(client, files) == SHUT


def test_a_file_that_only_a_draft_change_takes_out_is_still_public(
    page: PracticePage, files: Files, client: Client
) -> None:
    page.main_image, page.documents = None, []
    page.save_revision()
    assert answers(client, files) == OPEN


def test_a_file_on_two_pages_is_public_while_one_of_them_is(
    index: PracticeIndexPage, page: PracticePage, files: Files, client: Client
) -> None:
    other = make_practice(index)
    files.put_on(other)
    other.save_revision()
    assert answers(client, files) == OPEN
    page.unpublish()
    assert answers(client, files) == SHUT


def test_a_scheduled_page_opens_its_files_when_its_time_comes(
    index: PracticeIndexPage, files: Files, client: Client
) -> None:
    page = make_practice(index)
    page.go_live_at = timezone.now() + timedelta(hours=1)
    files.put_on(page)
    revision = page.save_revision(user=make_user("author"))
    revision.publish(user=make_user("moderator"))
    assert answers(client, files) == SHUT
    revision.refresh_from_db()
    past = timezone.now() - timedelta(minutes=1)
    revision.approved_go_live_at, revision.content["go_live_at"] = past, past.isoformat()
    revision.save()
    assert publish_due().published == [revision.pk]
    assert answers(client, files) == OPEN


def test_publishing_opens_files_without_waiting_for_a_worker(
    index: PracticeIndexPage, files: Files, client: Client, settings: Any
) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    page = make_practice(index)
    files.put_on(page)
    page.save_revision().publish()
    assert answers(client, files) == OPEN
    take_out(page)
    assert answers(client, files) == SHUT


def test_an_index_made_anew_says_the_same(page: PracticePage, files: Files, client: Client) -> None:
    ReferenceIndex.objects.all().delete()
    assert answers(client, files) == SHUT
    call_command("rebuild_references_index", verbosity=0)
    assert answers(client, files) == OPEN


def test_an_alias_shows_what_its_source_shows(
    index: PracticeIndexPage, page: PracticePage, files: Files, client: Client
) -> None:
    home = index.get_parent()
    CreatePageAliasAction(page, parent=home, update_slug="alias", user=None).execute(
        skip_permission_checks=True
    )
    make_private_above(page)
    assert answers(client, files) == OPEN
    Page.objects.filter(alias_of=page).update(live=False)
    assert answers(client, files) == SHUT


def restrict(files: Files, kind: str, **fields: Any) -> CollectionViewRestriction:
    above = Collection.get_first_root_node().add_child(name="Wewnętrzne")
    files.collect(above.add_child(name="Umowy"))
    return CollectionViewRestriction.objects.create(
        collection=above, restriction_type=kind, **fields
    )


def test_a_private_collection_stays_private_wherever_its_files_are_used(
    page: PracticePage, files: Files, client: Client
) -> None:
    restriction = restrict(files, CollectionViewRestriction.GROUPS)
    group = Group.objects.create(name="Radni")
    restriction.groups.add(group)

    assert answers(client, files) == [404, 404, 302, 302]
    assert story_of(page).image_url == ""
    stranger, member = make_user("newsletter_manager"), make_user("newsletter_manager")
    member.groups.add(group)
    client.force_login(stranger)
    assert answers(client, files) == [404, 404, 302, 302]
    client.force_login(member)
    assert answers(client, files) == OPEN


def test_the_password_of_a_collection_opens_its_files_but_not_those_of_a_draft(
    page: PracticePage, files: Files, client: Client
) -> None:
    restriction = restrict(files, CollectionViewRestriction.PASSWORD, password="dla radnych")
    form = client.get(files.attached.url)
    assert "password" in form.content.decode()
    assert "no-store" in form["Cache-Control"]
    client.post(
        f"/documents/authenticate_with_password/{restriction.pk}/",
        {"password": "dla radnych", "return_url": files.attached.url},
    )
    assert answers(client, files) == OPEN
    page.unpublish()
    assert answers(client, files) == SHUT


def test_who_opened_a_private_page_sees_its_files(
    page: PracticePage, files: Files, client: Client
) -> None:
    restriction = PageViewRestriction.objects.create(
        page=page, restriction_type=PageViewRestriction.PASSWORD, password="dla radnych"
    )
    assert answers(client, files) == SHUT
    client.post(
        f"/_util/authenticate_with_password/{restriction.pk}/{page.pk}/",
        {"password": "dla radnych", "return_url": page.url},
    )
    assert answers(client, files) == OPEN
    assert get(client, files.addresses[0])["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("role", ["editor", "moderator", "administrator"])
def test_editors_see_in_the_panel_what_they_may_choose(
    role: str, files: Files, client: Client
) -> None:
    client.force_login(make_user(role))
    assert answers(client, files) == OPEN
    assert get(client, files.addresses[0])["Cache-Control"] == "private, no-store"


def test_a_login_alone_opens_nothing(files: Files, client: Client) -> None:
    client.force_login(make_user("newsletter_manager"))
    assert answers(client, files) == SHUT


@pytest.fixture
def preview(index: PracticeIndexPage, files: Files) -> tuple[Any, str]:
    page = make_practice(index, live=True)
    files.put_on(page)
    page.save_revision()
    grant, token = previews.create_grant(page, by=make_user("editor"), label="Urząd", days=7)
    return grant, f"/preview/{token}/"


def test_a_preview_link_shows_the_files_of_its_draft_until_it_ends(
    preview: tuple[Any, str], files: Files, client: Client
) -> None:
    grant, address = preview
    html = client.get(address).content.decode()
    key = previews.file_key(grant)
    rendition = files.image.get_rendition("fill-1120x840|format-webp")

    # Only renditions that the preview itself made can be asked for.
    for url in (rendition.url, files.attached.url, files.linked.url):
        assert f"{url}?grant={key}" in html
        answer = get(client, f"{url}?grant={key}")
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "private, no-store"
        assert client.get(url).status_code == 404
    assert address.split("/")[2] not in key

    previews.revoke(grant, by=make_user("editor"))
    assert client.get(f"{rendition.url}?grant={key}").status_code == 404


def test_a_preview_link_opens_no_file_of_another_draft(
    preview: tuple[Any, str], client: Client
) -> None:
    grant, _address = preview
    other = Files.make("inny")
    for address in other.addresses:
        assert client.get(f"{address}?grant={previews.file_key(grant)}").status_code == 404
    forged = f"{grant.pk}.{'A' * 43}"
    for key in ("", "1", forged, "%00", "1.1.1"):
        assert client.get(f"{other.addresses[0]}?grant={key}").status_code == 404
