"""What a letter says, to whom, and with which headers."""

import re
from email import message_from_bytes, policy
from html.parser import HTMLParser

import pytest
from django.utils.translation import override

from newsletter import messages, tokens
from newsletter.announcing import deliver_due
from newsletter.messages import announcement_subject, print_announcement, wrapped
from newsletter.models import Delivery, Story
from newsletter.tokens import Purpose
from tests.newsletter.factories import ANA, BARTEK, make_subscription
from tests.newsletter.stories import facts, opened

pytestmark = pytest.mark.django_db

HOSTILE = [
    '"><script>alert(1)</script>',
    "<img src=x onerror=alert(1)>",
    "{{ manage_url }}{% debug %}",
    "</td></table><a href='javascript:alert(1)'>x</a>",
    "&lt;b&gt; & &amp;amp; 'cudzysłów'",
]


class Seen(HTMLParser):
    """What a mail program would find in the HTML."""

    def __init__(self, markup):
        super().__init__()
        self.tags, self.links, self.sources, self.words, self._skip = [], [], [], [], 0
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self._skip += tag in {"style", "title"}
        self.links += [value for name, value in attrs if name == "href"]
        self.sources += [value for name, value in attrs if name in {"src", "background"}]
        assert not [name for name, _value in attrs if name.startswith("on")]

    def handle_endtag(self, tag):
        self._skip -= tag in {"style", "title"}

    def handle_data(self, data):
        if not self._skip:
            self.words += data.split()


def sent(esp, address=ANA):
    """As it went over the wire."""
    (message,) = esp.to(address)
    return message_from_bytes(message.message().as_bytes(), policy=policy.default)


def parts(message):
    text = message.get_body(("plain",)).get_content()
    return text, message.get_body(("html",)).get_content()


def letter(esp, *stories, **subscription):
    make_subscription(ANA, **subscription)
    opened(*stories or [facts("Autobus szkolny")])
    deliver_due()
    return sent(esp)


# Headers


def test_every_id_on_the_wire_is_the_deliverys_own(esp):
    message = letter(esp)
    delivery = Delivery.objects.get()
    assert message["Message-ID"] == f"<{delivery.id.hex}@testowo.example>"
    assert esp.messages[0].metadata == {"delivery": str(delivery.id)}
    assert delivery.esp_message_id == message["Message-ID"]


def test_one_click_unsubscribe_is_offered_as_rfc_8058_wants_it(esp):
    message = letter(esp)
    (link,) = re.fullmatch(
        r"<(http://testserver/\S+)>", message["List-Unsubscribe"].strip()
    ).groups()
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    token = link.rstrip("/").rpartition("/")[2]
    speaks_for = tokens.read(Purpose.UNSUBSCRIBE, token)
    delivery = Delivery.objects.get()
    assert (speaks_for.subject_ref, speaks_for.origin) == (delivery.subscription.ref, delivery.id)


def test_a_mailbox_to_unsubscribe_is_offered_only_where_somebody_reads_it(esp, settings):
    settings.NEWSLETTER_UNSUBSCRIBE_MAILBOX = "rezygnacja@testowo.example"
    assert "<mailto:rezygnacja@testowo.example?subject=" in letter(esp)["List-Unsubscribe"]


def test_a_letter_says_that_it_is_automatic_and_to_which_list_it_belongs(esp, settings):
    settings.NEWSLETTER_FEEDBACK_ID = "ogloszenia:dobre"
    message = letter(esp)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == "Dobre Praktyki <all.testowo.example>"
    assert message["List-Help"] == "<http://testserver/newsletter/>"
    assert message["List-Archive"] == "<http://testserver/>"
    assert message["Feedback-ID"] == "ogloszenia:dobre"
    assert message["Content-Language"] == "pl"
    assert message["From"] == "Dobre Praktyki <newsletter@testowo.example>"
    assert message["To"] == ANA


def test_the_list_is_stable_for_one_topic(esp):
    message = letter(esp, facts(facets=["area:transport"]), topics=["area:transport"])
    assert message["List-Id"] == "Dobre Praktyki <area-transport.testowo.example>"


def test_each_set_of_topics_is_a_list_of_its_own(esp):
    sets = [["area:a", "area:b"], ["area:b", "area:a"], ["area:a", "area:c"]]
    lists = []
    for number, topics in enumerate(sets):
        address = f"osoba{number}@gmina.example"
        make_subscription(address, topics=topics)
    opened(facts(facets=["area:a"]))
    deliver_due()
    for number in range(len(sets)):
        (message,) = esp.to(f"osoba{number}@gmina.example")
        lists.append(message.message()["List-Id"])
    assert lists[0] == lists[1] != lists[2]
    assert lists[0].endswith(".testowo.example>")


def test_the_from_address_can_be_the_one_that_dkim_signs(esp, settings):
    settings.NEWSLETTER_FROM_EMAIL = "Ogłoszenia <list@listy.example>"
    settings.NEWSLETTER_LIST_DOMAIN = ""
    message = letter(esp)
    assert message["From"] == "Ogłoszenia <list@listy.example>"
    assert message["Message-ID"].endswith("@listy.example>")


@pytest.mark.parametrize(
    "title",
    [
        "Tytuł\r\nBcc: ofiara@gmina.example",
        "Tytuł\nX-Spam: no",
        "Tytuł\rTo: ofiara@gmina.example",
        "Tytuł\u2028Bcc: ofiara@gmina.example",
        "Tytuł\x00\x0b\x0cX",
        "=?utf-8?q?Tytu=C5=82=0D=0ABcc:_a@b.example?=",
        "T" * 5000,
        "Ł" * 255,
    ],
)
def test_no_title_can_add_a_header_or_an_addressee(esp, title):
    message = letter(esp, facts(title))
    plain = message_from_bytes(esp.messages[0].message().as_bytes())
    assert esp.messages[0].recipients() == [ANA]
    assert "Bcc" not in message
    assert "X-Spam" not in message
    assert message.get_all("To") == [ANA]
    assert len(plain.items()) == 15
    assert max(map(len, esp.messages[0].message().as_bytes().splitlines())) <= 998


# Text and HTML


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_author_gets_text_and_never_markup(esp, hostile):
    harmless = Seen(print_letter(facts("Zwykły tytuł", lead="Zwykły tekst.", origin="Gmina")))
    Story.objects.all().delete()
    text, markup = parts(letter(esp, facts(hostile, lead=hostile, origin=hostile)))
    seen = Seen(markup)
    assert seen.tags == harmless.tags
    assert all(link.startswith("http://testserver/") for link in seen.links)
    assert hostile.split()[0] in " ".join(seen.words)
    assert hostile in text.replace("\n", " ")


def print_letter(story):
    saved = Story(
        key=story.key,
        title=story.title,
        lead=story.lead,
        url=story.url,
        origin=story.origin,
        published_at=story.published_at,
    )
    return print_announcement(
        [saved], manage="http://testserver/m", unsubscribe="http://testserver/u"
    ).html


def test_text_and_html_say_the_same(esp):
    stories = [facts(f"Praktyka numer {n}", lead=f"Zdanie {n}.") for n in range(13)]
    text, markup = parts(letter(esp, *stories))
    seen = Seen(markup)
    written = {word for word in text.split() if not word.startswith("http")}
    shown = {word.strip("·") for word in seen.words}
    # The text numbers with a dot and ends the names of its links with a colon.
    missing = {word.rstrip(".:") for word in written} - {word.rstrip(".:") for word in shown}
    assert missing <= {"--"}
    links = {word for word in text.split() if word.startswith("http")}
    assert links == set(seen.links) - {"http://testserver/"}


def test_the_plain_text_keeps_links_whole_on_lines_of_their_own(esp):
    text, _markup = parts(letter(esp, facts(lead="Długie zdanie o szkole. " * 20)))
    for line in text.splitlines():
        assert len(line) <= 72 or re.fullmatch(r"https?://\S+", line)
    assert "\n\n\n" not in text


def test_the_html_calls_nobody_and_follows_nobody(esp):
    _text, markup = parts(letter(esp, facts(image_url="http://testserver/media/a.jpg")))
    seen = Seen(markup)
    assert seen.sources == ["http://testserver/media/a.jpg"]
    assert "script" not in seen.tags
    assert "link" not in seen.tags
    delivery = Delivery.objects.get()
    personal = [link for link in seen.links if len(link) > 60]
    assert len(personal) == 2
    assert delivery.id.hex not in markup


def test_a_picture_has_its_alternative_text(esp):
    story = facts(image_url="http://testserver/a.jpg", image_alt='Autobus "Gimbus" przy szkole')
    _text, markup = parts(letter(esp, story))
    assert 'alt="Autobus &quot;Gimbus&quot; przy szkole"' in markup


def test_styles_are_on_the_elements_and_dark_mode_in_the_head(esp):
    _text, markup = parts(letter(esp))
    head, body = markup.split("</head>")
    assert "prefers-color-scheme: dark" in head
    assert '<meta name="color-scheme" content="light dark"' in head
    assert "background-color: #0b4f56" in body
    assert ".masthead {" not in head.split("@media")[0]


def test_thirteen_practices_stay_far_below_what_mail_programs_cut_off(esp):
    lead = "Zażółcona gęślą jaźń opowiada. " * 18
    stories = [facts(f"Tytuł {n} " + "ż" * 200, lead=lead, origin="ś" * 255) for n in range(13)]
    letter(esp, *stories)
    (html_part,) = [
        part for part in esp.messages[0].message().walk() if part.get_content_type() == "text/html"
    ]
    assert len(html_part.as_bytes()) < 90_000


def test_very_many_practices_are_listed_by_title(esp):
    stories = [facts(f"Tytuł {n}", lead="Streszczenie.") for n in range(80)]
    text, markup = parts(letter(esp, *stories))
    assert "80. Tytuł 79" in text
    assert "Streszczenie" not in text + markup
    assert len(markup.encode()) < 90_000


# Languages


@pytest.mark.parametrize(
    ("count", "polish", "english"),
    [
        (2, "2 nowe dobre praktyki", "2 new good practices"),
        (5, "5 nowych dobrych praktyk", "5 new good practices"),
        (13, "13 nowych dobrych praktyk", "13 new good practices"),
        (22, "22 nowe dobre praktyki", "22 new good practices"),
    ],
)
def test_the_subject_counts_as_the_language_does(count, polish, english):
    stories = [Story(title="x") for _ in range(count)]
    with override("pl"):
        assert announcement_subject(stories) == polish
    with override("en"):
        assert announcement_subject(stories) == english


def test_each_person_is_written_to_in_their_language_with_links_into_it(esp):
    make_subscription(ANA, locale="en")
    make_subscription(BARTEK, locale="xx")
    opened()
    deliver_due()
    english, _markup = parts(sent(esp, ANA))
    polish, _markup = parts(sent(esp, BARTEK))
    assert "Unsubscribe" in english
    assert "http://testserver/en/newsletter/" in english
    assert "Zrezygnuj z subskrypcji" in polish
    assert "/en/" not in polish


# Rendered once


def test_a_letter_is_rendered_once_however_many_get_it():
    for _ in range(20):
        make_subscription()
    opened()
    rendered = []
    press = messages.Press()
    deliveries = list(Delivery.objects.select_related("subscription"))
    press.load(deliveries)
    for delivery in deliveries:
        message = press.message(delivery)
        rendered.append(message.body)
        assert message.to == [delivery.subscription.address]
    assert len(set(rendered)) == 20
    assert len(press._printed) == 1


def test_lines_are_wrapped_and_links_are_not():
    link = "https://dobre.example/" + "x" * 100
    assert wrapped(f"{'słowo ' * 30}\n\n\n\n{link}\n") == (
        ("słowo " * 12).strip()
        + "\n"
        + ("słowo " * 12).strip()
        + "\n"
        + ("słowo " * 6).strip()
        + f"\n\n{link}\n"
    )
