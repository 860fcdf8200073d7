"""The demo's projects, news, publications and calls for authors, from cms/demo/projects.json."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from wagtail.models import Page

from cms.demo_files import create_document, create_image, read
from cms.site_setup import SiteTree
from practices_pages.models import (
    CallDeadline,
    CallDocument,
    CallIndexPage,
    CallPage,
    ContactPerson,
    LibraryIndexPage,
    NewsIndexPage,
    NewsPage,
    NewsPractice,
    PlannedPublication,
    PracticePage,
    ProjectContact,
    ProjectDocument,
    ProjectEvent,
    ProjectIndexPage,
    ProjectIndicator,
    ProjectLogo,
    ProjectName,
    ProjectPage,
    ProjectPartner,
    ProjectProgramme,
    ProjectStage,
    PublicationFile,
    PublicationPage,
    ThematicArea,
)

CONSENT_LASTS = timedelta(days=730)
PROJECT_ROWS = {
    "other_names": ProjectName,
    "programmes": ProjectProgramme,
    "stages": ProjectStage,
    "indicators": ProjectIndicator,
    "planned_publications": PlannedPublication,
}
Entry = dict[str, Any]


def load(tree: SiteTree, users: dict[str, Any]) -> None:
    """Create them below the lists that the site has. Practices are there already."""
    content = read("projects.json")
    author = users["redaktor"]
    files = _Files()
    for entry in content["projects"]:
        _create_project(entry, files, author)
    for entry in content["news"]:
        _create_news(entry, files, author)
    for entry in content["projects"]:
        _link_events(entry, author)
    for entry in content["publications"]:
        _create_publication(entry, files, author)
    for entry in content["calls"]:
        _create_call(entry, files, author)
    for model, key in (
        (ProjectIndexPage, "introduction"),
        (NewsIndexPage, "news_introduction"),
        (LibraryIndexPage, "library_introduction"),
        (CallIndexPage, "calls_introduction"),
    ):
        _introduce(model, content[key])


class _Files:
    """Each file once, however many pages offer it."""

    def __init__(self) -> None:
        self._known: dict[str, Any] = {}

    def image(self, name: str, title: str) -> Any:
        if name not in self._known:
            self._known[name] = create_image(name, title)
        return self._known[name]

    def document(self, name: str, title: str) -> Any:
        if name not in self._known:
            self._known[name] = create_document(name, title)
        return self._known[name]


def _publish(index: type[Page], page: Any, user: Any) -> None:
    parent = index.objects.get()
    page.live, page.locale, page.owner = False, parent.locale, user
    parent.add_child(instance=page)
    page.save_revision(user=user).publish()


def _introduce(model: Any, text: str) -> None:
    page = model.objects.get()
    page.introduction = text
    page.save_revision().publish()


def _fields(entry: Entry, *names: str) -> Entry:
    return {name: entry[name] for name in names if name in entry}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _illustrate(page: Any, entry: Entry, files: _Files) -> None:
    if image := entry.get("image"):
        page.main_image = files.image(image["file"], entry["title"])
        page.image_alt, page.image_credit = image["alt"], image["credit"]


def _document_row(model: Any, row: Entry, files: _Files) -> Any:
    return model(
        document=files.document(row["file"], row["title"]),
        dated_on=_day(row.get("dated_on")),
        **_fields(row, "kind", "description", "licence", "is_accessible"),
    )


def _person(entry: Entry) -> ContactPerson:
    return ContactPerson.objects.create(
        published_until=timezone.localdate() + CONSENT_LASTS,
        **_fields(entry, "name", "role", "email", "phone"),
    )


def _create_project(entry: Entry, files: _Files, user: Any) -> None:
    page = ProjectPage(
        updated_on=_day(entry["updated_on"]),
        **_fields(
            entry,
            *("title", "slug", "full_name", "short_name", "lead", "starts", "ends"),
            *("general_aim", "description", "value", "value_qualifier", "procedure", "character"),
            *("funding_text", "external_title", "external_url", "team_name", "team_email"),
        ),
    )
    _illustrate(page, entry, files)
    for name, model in PROJECT_ROWS.items():
        setattr(page, name, [model(**row) for row in entry[name]])
    page.partners = [_partner(row, files) for row in entry["partners"]]
    page.events = [_event(row) for row in entry["events"]]
    page.documents = [_document_row(ProjectDocument, row, files) for row in entry["documents"]]
    page.team = [ProjectContact(contact=_person(row), task=row["task"]) for row in entry["team"]]
    page.funding_logos = [
        ProjectLogo(image=files.image(row["file"], row["alt"]), alt=row["alt"])
        for row in entry["funding_logos"]
    ]
    _publish(ProjectIndexPage, page, user)
    for practice in PracticePage.objects.filter(slug__in=entry["practices"]):
        practice.project = page
        practice.save_revision(user=user).publish()


def _partner(row: Entry, files: _Files) -> ProjectPartner:
    partner = ProjectPartner(
        **_fields(row, "name", "role", "amount", "qualifier", "task", "website")
    )
    if logo := row.get("logo"):
        partner.logo = files.image(logo, row["name"])
    return partner


def _event(row: Entry) -> ProjectEvent:
    return ProjectEvent(**{name: value for name, value in row.items() if name != "news"})


def _link_events(entry: Entry, user: Any) -> None:
    page = ProjectPage.objects.get(slug=entry["slug"])
    for row, event in zip(entry["events"], page.events.all(), strict=True):
        if slug := row.get("news"):
            event.more = Page.objects.get(pk=NewsPage.objects.get(slug=slug).pk)
            event.save()
    page.save_revision(user=user).publish()


def _create_news(entry: Entry, files: _Files, user: Any) -> None:
    page = NewsPage(
        dated_on=_day(entry["dated_on"]), **_fields(entry, "title", "slug", "lead", "body")
    )
    _illustrate(page, entry, files)
    page.projects = ProjectPage.objects.filter(slug__in=entry["projects"])
    page.related_practices = [
        NewsPractice(practice=practice)
        for practice in PracticePage.objects.filter(slug__in=entry["practices"])
    ]
    _publish(NewsIndexPage, page, user)


def _create_publication(entry: Entry, files: _Files, user: Any) -> None:
    names = ("title", "subtitle", "slug", "kind", "authors", "publisher", "issued", "lead")
    page = PublicationPage(
        project=ProjectPage.objects.get(slug=entry["project"]),
        **_fields(entry, *names, "abstract", "licence", "doi"),
    )
    page.documents = [_document_row(PublicationFile, row, files) for row in entry["files"]]
    _publish(LibraryIndexPage, page, user)


def _create_call(entry: Entry, files: _Files, user: Any) -> None:
    today = timezone.localdate()
    page = CallPage(
        opens_on=today + timedelta(days=entry["opens_in_days"]),
        project=ProjectPage.objects.get(slug=entry["project"]),
        **_fields(
            entry,
            *("title", "slug", "lead", "who", "purpose", "criteria", "how_to_submit"),
            *("office_name", "office_email"),
        ),
    )
    _illustrate(page, entry, files)
    if contact := entry.get("contact"):
        page.contact = _person(contact)
    page.areas = ThematicArea.objects.filter(slug__in=entry["areas"])
    page.deadlines = [
        CallDeadline(day=today + timedelta(days=row["in_days"]), what=row["what"])
        for row in entry["deadlines"]
    ]
    page.documents = [_document_row(CallDocument, row, files) for row in entry["documents"]]
    _publish(CallIndexPage, page, user)
