"""A site in which every text that a person can write is hostile."""

from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Group
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Comment, CommentReply, Page, Site

from practices_pages import previews
from practices_pages.models import (
    SECTIONS,
    ContactPerson,
    CostItem,
    FundingNotice,
    HomePage,
    ImportRun,
    MeasuredEffect,
    Pitfall,
    PracticeAuthor,
    PracticeDocument,
    PracticePage,
    StandardPage,
    Step,
    ThematicArea,
)
from tests.factories import make_practice, make_site_tree, make_unit, make_user
from tests.newsletter.factories import make_subscription
from tests.practices_pages.importing import imported
from tests.xss_corpus import CORPUS

# Plain text may hold anything but NUL, which no database takes.
PLAIN = tuple(snippet.replace("\x00", "") for snippet in CORPUS)
ALL = "".join(PLAIN)
ROWS = 4


class HostileWorld:
    """`first` turns the corpus, so that another run puts other snippets into the short fields."""

    def __init__(self, first: int = 0) -> None:
        self._short = cycle(PLAIN[first:] + PLAIN[:first])
        self.admin = make_user("administrator", first_name=self.text(30), last_name=self.text(30))
        self.author = make_user("author", first_name=self.text(30), last_name=self.text(30))
        self.index = make_site_tree()
        self._name_everything_around()
        self.unit = make_unit(self.text(190))
        self.practice = self._practice()
        self._dirty_the_store()
        self.draft = make_practice(
            self.index, title=self.text(), unit=self.unit, owner=self.author, edited_by=self.author
        )
        self._talk_about_the_draft()
        _grant, self.preview_token = previews.create_grant(
            self.practice, by=self.admin, label=self.text(150), days=5
        )

    def text(self, length: int = 250) -> str:
        """The next snippet, and as many more as fit."""
        found = next(self._short)
        while len(found) + len(more := next(self._short)) < length:
            found += more
        return found[:length]

    def _name_everything_around(self) -> None:
        Site.objects.update(site_name=self.text(200))
        ThematicArea.objects.filter(slug="dowozenie").update(name=self.text(150))
        Group.objects.create(name=self.text(120))
        Collection.get_first_root_node().add_child(name=self.text(200))
        FundingNotice.objects.create(site=Site.objects.get(), text=ALL)
        home = HomePage.objects.get()
        home.title, home.lead, home.body = self.text(), ALL, ALL
        home.save_revision(user=self.admin).publish()
        self.plain_page = StandardPage(
            title=self.text(), slug="o-nas", body=ALL, show_in_menus=True, locale=home.locale
        )
        home.add_child(instance=self.plain_page)
        Redirect.objects.create(old_path="/x", redirect_link=f"/{self.text(100)}")

    def _practice(self) -> PracticePage:
        self.image = Image.objects.create(title=self.text(200), file=get_test_image_file())
        self.document = Document.objects.create(title=self.text(200), file="wzor.txt")
        page = make_practice(
            self.index,
            title=self.text(),
            seo_title=self.text(200),
            search_description=ALL,
            lead=self.text(590),
            unit=self.unit,
            edited_by=self.author,
            main_image=self.image,
            image_alt=self.text(),
            image_credit=self.text(),
            announce=True,
            contact=ContactPerson.objects.create(
                name=self.text(190),
                role=self.text(190),
                phone=self.text(40),
                email="kontakt@gmina.example",
                unit=self.unit,
                published_until=timezone.localdate() + timedelta(days=99),
            ),
        )
        self._add_rows(page)
        page.save_revision(user=self.author).publish()
        page.title, page.lead = self.text(), self.text(590)
        page.save_revision(user=self.admin)
        page.refresh_from_db()
        return page

    def _add_rows(self, page: PracticePage) -> None:
        for _ in range(ROWS):
            page.steps.add(Step(who=self.text(), when=self.text(120), what=self.text(300)))
            page.measured_effects.add(
                MeasuredEffect(
                    indicator=self.text(),
                    before=self.text(100),
                    after=self.text(100),
                    unit_of_measure=self.text(60),
                )
            )
            page.cost_items.add(CostItem(amount=1, year=2024, funding_source=self.text(200)))
            page.pitfalls.add(Pitfall(pitfall=self.text(300), advice=self.text(300)))
            page.authors.add(
                PracticeAuthor(
                    name=self.text(190),
                    role=self.text(190),
                    unit=self.unit,
                    consented_to_be_named=True,
                )
            )
        page.steps.add(Step(who="wszyscy", what=ALL))
        page.documents.add(
            PracticeDocument(document=self.document, description=self.text(), licence="cc-by-4.0")
        )

    def _dirty_the_store(self) -> None:
        """As raw SQL, a restored backup or a time before the cleaning would have left it."""
        table = PracticePage._meta.db_table
        columns = ", ".join(f"{name}=%s" for name in (*SECTIONS, "source_url", "film_url"))
        values = [ALL] * len(SECTIONS) + ["javascript:window.__xss=1"] * 2
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {columns}", values)  # noqa: S608
            cursor.execute("UPDATE practices_pages_standardpage SET body=%s", [ALL])
        revision = self.practice.latest_revision
        revision.content |= dict.fromkeys(SECTIONS, ALL)
        revision.save(update_fields=["content"])
        self.practice.refresh_from_db()

    def _talk_about_the_draft(self) -> None:
        draft = self.draft
        comment = Comment.objects.create(
            page=draft, user=self.author, text=ALL, contentpath="title"
        )
        CommentReply.objects.create(comment=comment, user=self.admin, text=ALL)
        draft.get_workflow().start(draft, self.author)
        task = draft.current_workflow_task
        task.on_action(draft.current_workflow_task_state, self.admin, "reject", comment=ALL)
        draft.refresh_from_db()
        draft.current_workflow_state.resume(self.author)

    def import_practices(self, folder: Path) -> str:
        """The address of the report on a file in which every word is hostile."""
        records = [
            {
                "id": f"X{number}",
                "title": self.text(200),
                "jst": {"name": self.text(80), "kind": self.text(40), "teryt": self.text(20)},
                "url": f"https://gmina.example/{number}",
                "sections": {"problem": ALL, "rozwiazanie": self.text()},
                "themes": [self.text(40)],
                self.text(60): self.text(60),
            }
            for number in range(ROWS)
        ]
        imported(folder, records)
        return reverse("practices_pages_import", args=[ImportRun.objects.latest("pk").pk])

    def subscriber(self) -> Any:
        return make_subscription("odbiorca@wzorowice.example")

    def moved_pages(self) -> list[Page]:
        return [self.practice, self.draft, self.plain_page, self.index, HomePage.objects.get()]
