"""The whole journey of the product, step by step, against a running site.

Each step does one thing a person would do, looks at what came of it, and says so in a line; it
raises StepFailed when the product broke its promise.
"""

import html
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from email.message import EmailMessage

import requests
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import translation

from cms.demo_content import DEMO_PASSWORD
from cms.demo_mail import part_of
from cms.http_person import Person, StepFailed, form_fields, rich_text
from newsletter import announcing
from newsletter.models import Announcement, AnnouncementState, Subscription, SubscriptionState
from practices_pages.gate import problems
from practices_pages.models import (
    SECTIONS,
    Licence,
    LocalGovernmentUnit,
    PracticeIndexPage,
    PracticePage,
    ThematicArea,
    UnitMembership,
)

PEOPLE = {
    "sekretariat@journey.example": "pl",
    "anna.nowak@journey.example": "pl",
    "john.smith@journey.example": "en",
}
LEAVES = "anna.nowak@journey.example"
TITLE = "Wspólny dyżur psychologów w pięciu szkołach (sprawdzenie demo)"
LEAD = (
    "Pięć szkół dzieli jeden zespół psychologów, dzięki czemu każda ma dyżur dwa razy w tygodniu."
)


@dataclass
class Journey:
    base_url: str
    # Runs the newsletter's worker until nothing is due. The site must take fast forms
    # (NEWSLETTER_SIGN_UP_MIN_SECONDS=0): this visitor types faster than a person.
    work: Callable[[], object]
    # What has arrived anywhere so far, the oldest first.
    arrived: Callable[[], list[EmailMessage]]

    def steps(self) -> list[tuple[str, Callable[[], str]]]:
        return [
            ("An author writes a practice and submits it", self.write_and_submit),
            ("An incomplete draft cannot be approved", self.refuse_incomplete),
            ("An editor and a moderator approve it", self.approve),
            ("Three people confirm from their mails", self.subscribe),
            ("The announcement is released and delivered", self.release_and_deliver),
            ("A one-click POST unsubscribes", self.unsubscribe),
            ("Published again: nobody is told twice", self.publish_again),
            ("The API serves the practice", self.read_api),
        ]

    def write_and_submit(self) -> str:
        author = Person(self.base_url).log_in("autorka", DEMO_PASSWORD)
        index = PracticeIndexPage.objects.get(locale__language_code="pl")
        path = f"/panel/pages/add/practices_pages/practicepage/{index.pk}/"
        fields = form_fields(author.get(path).text, "page-edit-form") | practice_fields()
        author.post(path, fields | {"action-submit": "1"})
        page = self.practice()
        if page.live or not page.workflow_in_progress:
            raise StepFailed("The practice did not enter the workflow.")
        return f"{page.pid} waits for: {page.current_workflow_task.name}"

    def refuse_incomplete(self) -> str:
        page = self.practice()
        revision = page.get_latest_revision()
        content = revision.content
        revision.content = content | {"problem": ""}
        revision.save(update_fields=["content"])
        with translation.override("pl"):  # The editor's language.
            lacks = [str(problem.message) for problem in problems(revision.as_object())]
        answer = self.act_in_workflow("redaktor", "approve")
        revision.content = content
        revision.save(update_fields=["content"])
        if self.practice().current_workflow_task_state.pk != page.current_workflow_task_state.pk:
            raise StepFailed("The gate let an incomplete practice through.")
        told = html.unescape(answer.text)
        if not lacks or not all(lack in told for lack in lacks):
            raise StepFailed(f"The refusal does not say what is missing: {lacks}")
        return f"refused: {' '.join(lacks)}"

    def approve(self) -> str:
        for username in ("redaktor", "moderatorka"):
            self.act_in_workflow(username, "approve")
        page = self.practice()
        answer = requests.get(page.full_url, timeout=30)
        if not page.live:
            raise StepFailed(f"The practice was not published; it waits: {page.status_string}")
        if answer.status_code != 200 or LEAD not in answer.text:
            raise StepFailed(f"{page.full_url} answers {answer.status_code} without the practice.")
        return f"published at {page.url}"

    def act_in_workflow(
        self, username: str, action: str, *, comment: str = ""
    ) -> requests.Response:
        page = self.practice()
        state = page.current_workflow_task_state
        person = Person(self.base_url).log_in(username, DEMO_PASSWORD)
        path = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, state.pk])
        return person.post(path, {"next": f"/panel/pages/{page.pk}/edit/", "comment": comment})

    def subscribe(self) -> str:
        for address, locale in PEOPLE.items():
            prefix = "" if locale == "pl" else f"/{locale}"
            visitor = Person(self.base_url)
            page = visitor.get(f"{prefix}/newsletter/")
            fields = form_fields(page.text, f"{prefix}/newsletter/")
            visitor.post(
                f"{prefix}/newsletter/",
                fields | {"address": address, "topics": "all", "consent": "on"},
            )
        self.work()
        for address in PEOPLE:
            link = first_link(self.mails_to(address), "confirm")
            visitor = Person(self.base_url)
            visitor.get(link)
            if self.state_of(address) != SubscriptionState.PENDING:
                raise StepFailed("Looking at the confirmation page confirmed the subscription.")
            visitor.post(link, {})
            if self.state_of(address) != SubscriptionState.CONFIRMED:
                raise StepFailed("A confirmation link did not confirm.")
        return ", ".join(PEOPLE)

    def release_and_deliver(self) -> str:
        announcement = Announcement.objects.get(stories__title=TITLE)
        if announcement.state != AnnouncementState.READY:
            raise StepFailed("The announcement is not in its undo window.")
        admin = get_user_model().objects.get(username="admin")
        announcing.release(announcement, by=admin, reason="demo-check")
        self.work()
        for address in PEOPLE:
            if self.announcements_to(address) != 1:
                raise StepFailed(f"{self.announcements_to(address)} mails instead of one.")
        counts = announcing.delivery_counts(announcement)
        return ", ".join(f"{name} {count}" for name, count in asdict(counts).items() if count)

    def unsubscribe(self) -> str:
        mail = self.mails_to(LEAVES)[-1]
        link = re.findall(r"<(https?://[^>]+)>", str(mail["List-Unsubscribe"]))[0]
        if requests.get(link, timeout=30).status_code != 200:
            raise StepFailed("The unsubscribe page cannot be read.")
        if self.state_of(LEAVES) != SubscriptionState.CONFIRMED:
            raise StepFailed("A GET unsubscribed: mail scanners would, too.")
        body = {"List-Unsubscribe": "One-Click"}
        answer = requests.post(link, data=body, timeout=30, allow_redirects=False)
        if answer.status_code != 200 or self.state_of(LEAVES) != SubscriptionState.WITHDRAWN:
            raise StepFailed("The one-click POST did not unsubscribe (RFC 8058).")
        return "200 without a redirect; a GET before it changed nothing"

    def publish_again(self) -> str:
        page = self.practice()
        for _time in range(2):
            page.get_latest_revision().publish()
        self.work()
        if any(self.announcements_to(address) != 1 for address in PEOPLE):
            raise StepFailed("Somebody was told twice.")
        return "one mail each"

    def read_api(self) -> str:
        pid = self.practice().pid
        answer = requests.get(f"{self.base_url}/api/v1/practices/{pid}", timeout=30)
        listing = requests.get(f"{self.base_url}/api/v1/practices", timeout=30).json()
        if answer.json()["title"] != TITLE or len(answer.json()["sections"]) != len(SECTIONS):
            raise StepFailed("The API does not serve the practice.")
        return f"/api/v1/practices/{pid}: 8 sections; {listing['count']} practices in the list"

    def practice(self) -> PracticePage:
        return PracticePage.objects.get(title=TITLE)

    def state_of(self, address: str) -> str:
        return Subscription.objects.get(address=address).state

    def mails_to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.arrived() if address in str(mail["To"])]

    def announcements_to(self, address: str) -> int:
        return sum("List-Unsubscribe" in mail for mail in self.mails_to(address))


def first_link(mails: list[EmailMessage], kind: str) -> str:
    """The newest link of that kind in these mails."""
    for mail in reversed(mails):
        if links := re.findall(rf"https?://\S+/{kind}/\S+", part_of(mail, "plain")):
            return str(links[0])
    raise StepFailed(f"None of {len(mails)} mails has such a link: {kind}")


def practice_fields() -> dict[str, str]:
    """What an author types: a complete practice, in the words of the admin form."""
    memberships = UnitMembership.objects.current().filter(user__username="autorka")
    units = LocalGovernmentUnit.objects.filter(memberships__in=memberships)
    unit = units.exclude(office_email="").first()
    area = ThematicArea.objects.first()
    if unit is None or area is None:
        raise StepFailed("The demo author has no unit, or there are no thematic areas.")
    sections = {
        key: rich_text(f"Opis sprawdzający część {number}: pięć szkół, jeden zespół psychologów.")
        for number, key in enumerate(SECTIONS, start=1)
    }
    return sections | {
        "title": TITLE,
        "slug": "wspolny-dyzur-psychologow-sprawdzenie",
        "lead": LEAD,
        "licence": Licence.CC_BY,
        "areas": str(area.pk),
        "practice_units-TOTAL_FORMS": "1",
        "practice_units-0-unit": str(unit.pk),
        "practice_units-0-ORDER": "1",
    }
