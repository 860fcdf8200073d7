"""From an author's first word to one mail in each inbox, with real HTTP and a real SMTP server."""

import pytest
from django.core.management import call_command

from cms.demo_journey import PEOPLE, TITLE, Journey
from newsletter.models import Delivery, DeliveryState, Letter, Told
from tests.journeys.mail_server import Mailbox

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def journey(demo_site: str, mailbox: Mailbox) -> Journey:
    return Journey(
        demo_site,
        work=lambda: call_command("deliver_announcements", "--until-empty"),
        arrived=lambda: mailbox.messages,
    )


def test_a_practice_goes_through_the_workflow_into_each_inbox_once(
    journey: Journey, mailbox: Mailbox
) -> None:
    for _name, step in journey.steps():
        step()  # Raises when the step did not do what it promises.
    for address in PEOPLE:
        subjects = [
            " ".join(str(mail["Subject"]).split())
            for mail in mailbox.messages
            if "List-Unsubscribe" in mail and address in str(mail["To"])
        ]
        assert subjects == [TITLE]
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.ACCEPTED}
    assert Told.objects.count() == Delivery.objects.count()


@pytest.mark.once
def test_a_rejection_reaches_the_author_with_its_comment(
    journey: Journey, mailbox: Mailbox
) -> None:
    journey.write_and_submit()
    comment = "Prosimy dopisać, skąd były pieniądze."
    journey.act_in_workflow("redaktor", "reject", comment=comment)
    assert not mailbox.messages
    journey.work()
    to_author = [mail for mail in mailbox.messages if "autorka@" in str(mail["To"])]
    assert any(comment in mail.get_body(("plain",)).get_content() for mail in to_author)


@pytest.mark.once
def test_loading_the_demo_mails_nothing(journey: Journey, mailbox: Mailbox) -> None:
    journey.work()
    assert mailbox.messages == []
    assert not Letter.objects.exists()
