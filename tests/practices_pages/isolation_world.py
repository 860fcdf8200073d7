"""Two units with an author each. Whatever of the second is not public carries a canary."""

import io
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.utils import timezone
from PIL import Image as Picture
from wagtail.admin.models import EditingSession
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Comment, CommentReply, Page

from practices_pages import previews
from practices_pages.models import SECTIONS, ContactPerson, PracticeDocument, PracticePage
from tests.factories import make_practice, make_site_tree, make_unit, make_user

CANARY = "kanarzyca"


def fresh(page: PracticePage) -> PracticePage:
    return PracticePage.objects.get(pk=page.pk)


def make_image(title: str, name: str, user: Any) -> Any:
    content = io.BytesIO()
    Picture.new("RGB", (40, 30), "teal").save(content, "PNG")
    content.seek(0)
    image = get_image_model()(
        title=title, file=ImageFile(content, name=f"{name}.png"), uploaded_by_user=user
    )
    image.save()
    return image


def make_document(title: str, name: str, user: Any) -> Any:
    document = get_document_model()(
        title=title, file=ContentFile(title.encode(), name=f"{name}.txt"), uploaded_by_user=user
    )
    document.save()
    return document


def make_contact(name: str, unit: Any) -> ContactPerson:
    return ContactPerson.objects.create(
        name=name,
        email=f"{name.split()[-1].lower()}@urzad.example",
        phone="600 000 000",
        unit=unit,
        published_until=timezone.localdate() + timedelta(days=100),
    )


def sung(place: str) -> dict[str, Any]:
    """The fields of a practice with a canary in each text."""
    texts = {key: f"<p>{CANARY}-{place}-{key}</p>" for key in SECTIONS}
    return texts | {
        "title": f"{CANARY}-{place}-title",
        "lead": f"{CANARY}-{place}-lead",
        "image_alt": f"{CANARY}-{place}-alt",
    }


def make_world() -> SimpleNamespace:
    index = make_site_tree()
    unit_a, unit_b = make_unit("Gmina Swoja"), make_unit("Gmina Obca")
    anna = make_user("author", username="anna")
    bozena = make_user(
        "author",
        username=f"{CANARY}-b",
        last_name=f"{CANARY}-nazwisko",
        email=f"{CANARY}@urzad.example",
    )
    world = SimpleNamespace(index=index, unit_a=unit_a, unit_b=unit_b, anna=anna, bozena=bozena)
    world.editor = make_user("editor")
    world.own = make_practice(index, owner=anna, unit=unit_a, title="Własny szkic")
    world.own_live = make_practice(index, owner=anna, unit=unit_a, live=True, title="Własna")
    world.own_image = make_image("Własne zdjęcie", "wlasne", anna)
    world.image = make_image(f"{CANARY}-image", f"{CANARY}-obraz", bozena)
    world.document = make_document(f"{CANARY}-document", f"{CANARY}-plik", bozena)
    world.contact = make_contact(f"Osoba {CANARY}-kontakt", unit_b)
    world.draft = _draft(world)
    world.changed = _changed(world, title="Publiczna obca")
    world.renamed = _changed(world, title="Publiczna, której zmieniają tytuł", rename=True)
    world.unpublished = _unpublished(world)
    world.alias = world.draft.create_alias(update_slug=f"{CANARY}-alias")
    world.grant, _token = previews.create_grant(
        world.draft, by=bozena, label=f"{CANARY}-dla-kogo", days=3
    )
    Redirect.objects.create(old_path=f"/{CANARY}-dawny", redirect_page=Page(pk=world.draft.pk))
    return world


def _draft(world: SimpleNamespace) -> PracticePage:
    page = make_practice(
        world.index,
        owner=world.bozena,
        unit=world.unit_b,
        slug=f"{CANARY}-draft",
        contact=world.contact,
        main_image=world.image,
        **sung("draft"),
    )
    page.documents.add(
        PracticeDocument(document=world.document, description=f"{CANARY}-opis-pliku")
    )
    page.save()
    later = fresh(page)
    later.lead = f"{CANARY}-second-version"
    later.save_revision(user=world.bozena, log_action=True)
    world.comment = Comment.objects.create(
        page=page, user=world.bozena, text=f"{CANARY}-comment", contentpath="lead"
    )
    CommentReply.objects.create(comment=world.comment, user=world.bozena, text=f"{CANARY}-reply")
    EditingSession.objects.create(
        user=world.bozena, content_object=page, last_seen_at=timezone.now()
    )
    page.get_workflow().start(fresh(page), world.bozena)
    task = fresh(page).current_workflow_task_state.specific
    task.reject(user=world.editor, comment=f"{CANARY}-rejection")
    fresh(page).current_workflow_state.resume(world.bozena)
    return fresh(page)


def _changed(world: SimpleNamespace, *, title: str, rename: bool = False) -> PracticePage:
    """Live, so its public text is no secret; what will be changed is."""
    page = make_practice(world.index, owner=world.bozena, unit=world.unit_b, live=True, title=title)
    later = fresh(page)
    for name, text in (sung("change") | ({} if rename else {"title": title})).items():
        setattr(later, name, text)
    later.save_revision(user=world.bozena, log_action=True)
    Comment.objects.create(
        page=page, user=world.bozena, text=f"{CANARY}-comment-live", contentpath="lead"
    )
    page.get_workflow().start(fresh(page), world.bozena)
    return fresh(page)


def _unpublished(world: SimpleNamespace) -> PracticePage:
    page = make_practice(
        world.index, owner=world.bozena, unit=world.unit_b, live=True, **sung("unpublished")
    )
    page.unpublish()
    Page.objects.filter(pk=page.pk).update(locked=True, locked_by=world.editor)
    return fresh(page)
