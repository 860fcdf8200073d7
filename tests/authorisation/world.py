"""One object of every kind that an address can name, and pages in every state."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice
from wagtail.admin.models import EditingSession
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Page,
    PageViewRestriction,
    Site,
    Task,
    UploadedFile,
    Workflow,
)

from practices_pages import previews
from practices_pages.models import (
    ContactPerson,
    FundingNotice,
    ImportRun,
    KeyCompetence,
    NetworkIndexPage,
    PracticeIndexPage,
    PracticePage,
    SchoolType,
    SynonymGroup,
    ThematicArea,
    UnitMembership,
)
from tests.factories import make_practice, make_site_tree, make_unit, make_user
from tests.newsletter.admin_world import make_world
from tests.practices_pages.meetings_world import make_network

# In the order of the table's columns.
ROLES = ("anonymous", "author", "editor", "moderator", "newsletter_manager", "administrator")
PAGE_STATES = ("own draft", "foreign draft", "waiting", "live", "private")
BULK_ACTIONS = (
    "publish pages",
    "unpublish pages",
    "move pages",
    "delete pages",
    "delete live pages",
    "tag images",
    "collect images",
    "delete images",
    "tag documents",
    "collect documents",
    "delete documents",
    "delete users",
    "give users a role",
    "switch users off",
    "delete snippets",
)
Values = dict[str, object]


@dataclass
class World:
    clients: dict[str, Client]
    # What a parameter of a route stands for, unless `special` knows better.
    values: Values
    # The same for the routes whose name begins so.
    special: dict[str, Values]
    # The same for each state that a page is in.
    states: dict[str, Values]
    # What is posted, by the name of the route; nothing where nothing is needed.
    bodies: dict[str, dict[str, object]]

    def values_for(self, name: str, state: str) -> Values:
        values = self.values | self.states.get(state, {})
        for beginning, special in self.special.items():
            if name.startswith(beginning):
                values |= special
        return values


def build_world() -> World:
    index = make_site_tree()
    people = {role: make_user(role) for role in ROLES[1:]}
    pages = _pages(index, people["author"])
    states = {state: _values_of(page, people) for state, page in pages.items()}
    waiting = pages["waiting"].current_workflow_state
    values = states["live"] | {
        "parent_page_id": index.pk,
        "destination_id": index.pk,
        "page_pk": index.pk,
        "task_state_id": waiting.current_task_state.pk,
        "workflow_state_id": waiting.pk,
        "task_id": waiting.current_task_state.task_id,
        "workflow_pk": waiting.workflow_id,
        "app_label": "practices_pages",
        "model_name": "practicepage",
        "content_type_app_name": "practices_pages",
        "content_type_model_name": "practicepage",
        "app_name": "practices_pages",
        "action_name": "approve",
        "object_id": pages["own draft"].pk,
        "token": "nobody-has-this-token",
        "uidb64": "MQ",
        "esp": "mailgun",
    }
    values |= _files(people["author"])
    values |= _settings_of_the_site(pages["private"], people)
    values["calendar_path"] = _network(index).url_path.split("/", 2)[2]
    values["contact_id"] = ContactPerson.objects.create(
        name="Jan Kontaktowy",
        email="jan@gmina.example",
        published_until=date.today() + timedelta(days=30),
    ).pk
    states |= {
        state: {"bulk": bulk} for state, bulk in _bulk_actions(pages, values, people).items()
    }
    FundingNotice.objects.create(site=Site.objects.get())
    bodies: dict[str, dict[str, object]] = {
        "wagtailadmin_pages:copy": {
            "new_title": "Kopia",
            "new_slug": "kopia",
            "new_parent_page": index.pk,
        },
        "wagtailadmin_choose_page_external_link": {
            "external-link-chooser-url": "https://a.example"
        },
    }
    return World(_clients(people), values, _special(waiting, people), states, bodies)


def _network(index: PracticeIndexPage) -> Page:
    networks = NetworkIndexPage(title="Sieci", slug="sieci", locale=index.locale)
    index.get_parent().add_child(instance=networks)
    return make_network(networks)


def _pages(index: PracticeIndexPage, author: Any) -> dict[str, PracticePage]:
    """The author's own draft, and a foreign page in each state."""
    colleague = make_user("author")
    unit, foreign_unit = make_unit("Gmina Własna"), make_unit("Gmina Obca")
    foreign = {"owner": colleague, "unit": foreign_unit}
    pages = {
        "own draft": make_practice(index, owner=author, unit=unit),
        "foreign draft": make_practice(index, **foreign),
        "waiting": make_practice(index, **foreign),
        "live": make_practice(index, live=True, **foreign),
        "private": make_practice(index, live=True, **foreign),
    }
    pages["waiting"].get_workflow().start(pages["waiting"], colleague)
    PageViewRestriction.objects.create(
        page=pages["private"], restriction_type=PageViewRestriction.LOGIN
    )
    return {state: PracticePage.objects.get(pk=page.pk) for state, page in pages.items()}


def _values_of(page: PracticePage, people: dict[str, Any]) -> Values:
    grant, _token = previews.create_grant(page, by=people["editor"], label="dla autora", days=3)
    return {
        "page_id": page.pk,
        "pk": page.pk,
        "page_to_move_id": page.pk,
        "revision_id": page.latest_revision_id,
        "grant_id": grant.pk,
        "pid": page.pid,
        "page_path": page.url_path.split("/", 2)[2],
    }


def _bulk_actions(
    pages: dict[str, PracticePage], values: Values, people: dict[str, Any]
) -> dict[str, str]:
    draft, live = pages["foreign draft"].pk, pages["live"].pk
    image, document, person = values["image_id"], values["document_id"], people["author"].pk
    return {
        "publish pages": f"wagtailcore/page/publish/?id={draft}",
        "unpublish pages": f"wagtailcore/page/unpublish/?id={live}",
        "move pages": f"wagtailcore/page/move/?id={draft}",
        "delete pages": f"wagtailcore/page/delete/?id={draft}",
        "delete live pages": f"wagtailcore/page/delete/?id={live}",
        "tag images": f"wagtailimages/image/add_tags/?id={image}",
        "collect images": f"wagtailimages/image/add_to_collection/?id={image}",
        "delete images": f"wagtailimages/image/delete/?id={image}",
        "tag documents": f"wagtaildocs/document/add_tags/?id={document}",
        "collect documents": f"wagtaildocs/document/add_to_collection/?id={document}",
        "delete documents": f"wagtaildocs/document/delete/?id={document}",
        "delete users": f"auth/user/delete/?id={person}",
        "give users a role": f"auth/user/assign_role/?id={person}",
        "switch users off": f"auth/user/set_active_state/?id={person}",
        "delete snippets": f"practices_pages/contactperson/delete/?id={values['contact_id']}",
    }


def _files(owner: Any) -> Values:
    document = Document.objects.create(
        title="Regulamin", file=ContentFile(b"tekst", "regulamin.txt"), uploaded_by_user=owner
    )
    image = Image.objects.create(
        title="Zdjęcie", file=get_test_image_file(), uploaded_by_user=owner
    )
    for file in (document, image):  # Wagtail fills them in when somebody first looks.
        file.get_file_size()
        file.get_file_hash()
    uploaded = UploadedFile.objects.create(
        for_content_type=ContentType.objects.get_for_model(Document),
        file=ContentFile(b"tekst", "wzor.txt"),
        uploaded_by_user=owner,
    )
    return {
        "document_id": document.pk,
        "doc_id": document.pk,
        "filename": document.filename,
        "image_id": image.pk,
        "filter_spec": "max-165x165",
        "name": image.file.name,
        "uploaded_file_id": uploaded.pk,
    }


def _settings_of_the_site(page: PracticePage, people: dict[str, Any]) -> Values:
    collection = Collection.get_first_root_node().add_child(name="Zastrzeżone")
    restriction = CollectionViewRestriction.objects.create(
        collection=collection, restriction_type="password", password="tajne"
    )
    session = EditingSession.objects.create(
        user=people["editor"], content_object=page, last_seen_at=timezone.now()
    )
    return {
        "collection_id": collection.pk,
        "restriction_id": restriction.pk,
        "page_view_restriction_id": PageViewRestriction.objects.get().pk,
        "redirect_id": Redirect.objects.create(old_path="/stare", redirect_link="/").pk,
        "session_id": session.pk,
    }


def _special(waiting: Any, people: dict[str, Any]) -> dict[str, Values]:
    news = make_world()
    contact = ContactPerson.objects.get()
    unit = make_unit("Gmina Opisana")
    run = ImportRun.objects.create(
        index_page=PracticeIndexPage.objects.get(),
        created_by=people["moderator"],
        filename="praktyki.csv",
        language="pl",
    )
    device = TOTPDevice.objects.create(user=make_user("author"), name="Telefon")
    snippets = {
        "localgovernmentunit": unit,
        "unitmembership": UnitMembership.objects.first(),
        "contactperson": contact,
        "thematicarea": ThematicArea.objects.first(),
        "synonymgroup": SynonymGroup.objects.first(),
        "keycompetence": KeyCompetence.objects.first(),
        "schooltype": SchoolType.objects.first(),
    }
    rows: dict[str, Any] = {
        f"{place}_practices_pages_{name}:": row
        for name, row in snippets.items()
        for place in ("wagtailsnippets", "wagtailsnippetchoosers")
    } | {
        "newsletter_announcement_": news.announcement,
        "newsletter_delivery_": news.unknown,
        "newsletter_subscription_": news.subscription,
        "newsletter_consentevent_": news.event,
        "newsletter_clause_": news.clause,
        "newsletter_letter_": news.letter,
        "practices_pages_import": run,
        "cms_second_factor_person": people["editor"],
        "cms_second_factor_remove": device,
        "wagtailadmin_api:documents:": Document.objects.get(),
        "wagtailadmin_api:images:": Image.objects.get(),
        "wagtailadmin_collections:": Collection.objects.get(name="Zastrzeżone"),
        "wagtailadmin_workflows:": Workflow.objects.get(pk=waiting.workflow_id),
        "wagtailadmin_workflows:edit_task": Task.objects.first(),
        "wagtailadmin_workflows:disable_task": Task.objects.first(),
        "wagtailadmin_workflows:enable_task": Task.objects.first(),
        "wagtailsites:": Site.objects.get(),
        "wagtailusers_users:": people["editor"],
        "wagtailusers_groups:": Group.objects.get(name="Redaktorzy"),
        "wagtaildocs_chooser:": Document.objects.get(),
        "wagtailimages_chooser:": Image.objects.get(),
    }
    special: dict[str, Values] = {name: {"pk": row.pk} for name, row in rows.items()}
    special["newsletter_announcement_"] |= {"locale": "pl", "delivery": news.unknown.pk}
    for name in ("delivery", "subscription", "consentevent"):
        special[f"newsletter_{name}_modeladmin_export"] = {"kind": "csv"}
    special["wagtailadmin_workflows:add_task"] = {"model_name": "reviewtask"}
    special["wagtailsettings:"] = {"model_name": "fundingnotice", "pk": Site.objects.get().pk}
    special["wagtailadmin_tag_model_autocomplete"] = {"app_name": "taggit", "model_name": "tag"}
    special["wagtailadmin_api:pages:action"] = {"action_name": "publish"}
    return special


def _clients(people: dict[str, Any]) -> dict[str, Client]:
    clients = {"anonymous": Client(raise_request_exception=False)}
    for role, person in people.items():
        clients[role] = Client(raise_request_exception=False)
        clients[role].force_login(person)
    return clients
