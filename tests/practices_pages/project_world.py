"""Projects, news, calls and publications for tests. Everything is invented."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page

from practices_pages.models import (
    CallDeadline,
    CallIndexPage,
    CallPage,
    HomePage,
    LibraryIndexPage,
    NewsIndexPage,
    NewsPage,
    PartnerRole,
    ProjectIndexPage,
    ProjectPage,
    ProjectPartner,
    PublicationFile,
    PublicationPage,
    Qualifier,
)
from tests.factories import make_site_tree

_numbers = count(1)


def make_index(model: Any, home: Page | None = None) -> Any:
    """A public list of `model` right below the home page, made when there is none."""
    found = model.objects.first()
    if found is not None:
        return found
    home = home or HomePage.objects.first() or make_site_tree().get_parent()
    index = model(title=str(model._meta.verbose_name), slug=model.__name__.lower())
    index.locale = home.locale
    home.add_child(instance=index)
    return index


def make_image(name: str = "lipa.png") -> Any:
    return get_image_model().objects.create(title=name, file=get_test_image_file(filename=name))


def make_document(title: str = "Raport", name: str = "raport.pdf", size: int = 2048) -> Any:
    document = get_document_model().objects.create(title=title, file=ContentFile(b"x" * size, name))
    document.get_file_size()
    return document


def publish(page: Any) -> Any:
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def _add(index: Page, page: Any, *, live: bool) -> Any:
    page.live, page.has_unpublished_changes, page.locale = False, True, index.locale
    index.add_child(instance=page)
    return publish(page) if live else page


def make_project(*, live: bool = True, **fields: Any) -> ProjectPage:
    number = next(_numbers)
    rows = {name: fields.pop(name) for name in list(fields) if name in ROWS}
    given = {
        "title": f"Projekt {number}",
        "slug": f"projekt-{number}",
        "lead": "Sieć gmin uczy się od siebie.",
        "starts": "2024-01",
    }
    page = ProjectPage(**(given | fields))
    rows.setdefault("partners", [ProjectPartner(name="Lipowo", role=PartnerRole.LEADER)])
    for name, listed in rows.items():
        getattr(page, name).add(*listed)
    return _add(make_index(ProjectIndexPage), page, live=live)


ROWS = frozenset(
    {
        "documents",
        "events",
        "funding_logos",
        "indicators",
        "other_names",
        "partners",
        "planned_publications",
        "programmes",
        "stages",
        "team",
    }
)


def make_partner(**fields: Any) -> ProjectPartner:
    given = {"name": "Biuro w Lipowie", "amount": Decimal(800_000), "qualifier": Qualifier.OVER}
    return ProjectPartner(**(given | fields))


def make_news(*projects: ProjectPage, live: bool = True, **fields: Any) -> NewsPage:
    number = next(_numbers)
    given = {
        "title": f"Wiadomość {number}",
        "slug": f"wiadomosc-{number}",
        "lead": "Spotkali się i uzgodnili.",
        "dated_on": date(2025, 3, 14),
        "body": "<p>Szczegóły.</p>",
    }
    page = NewsPage(**(given | fields))
    page.projects = list(projects)
    return _add(make_index(NewsIndexPage), page, live=live)


def make_call(*deadlines: date, live: bool = True, **fields: Any) -> CallPage:
    number = next(_numbers)
    given = {
        "title": f"Nabór {number}",
        "slug": f"nabor-{number}",
        "lead": "Szukamy opisów z małych gmin.",
        "who": "<p>Samorządy, które coś wypróbowały.</p>",
        "how_to_submit": "<p>Listem do redakcji.</p>",
        "office_name": "Redakcja",
        "office_email": "redakcja@praktyki.example",
    }
    page = CallPage(**(given | fields))
    page.deadlines.add(*(CallDeadline(day=day) for day in deadlines))
    return _add(make_index(CallIndexPage), page, live=live)


def make_publication(*documents: Any, live: bool = True, **fields: Any) -> PublicationPage:
    number = next(_numbers)
    given = {
        "title": f"Poradnik {number}",
        "slug": f"poradnik-{number}",
        "lead": "Jak zacząć, krok po kroku.",
        "kind": "thematic_analysis",
        "issued": "2025",
        "licence": "cc-by-4.0",
    }
    page = PublicationPage(**(given | fields))
    for document in documents or [make_document()]:
        page.documents.add(PublicationFile(document=document))
    return _add(make_index(LibraryIndexPage), page, live=live)
