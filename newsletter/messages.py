"""From rows to a message: rendered once per announcement, language and set of stories, then
personal parts put in. No writes, no network.
"""

import hashlib
import html
import secrets
import textwrap
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from typing import Any

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, SafeMIMEText
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsletter import audience, tokens, topics
from newsletter.conf import conf
from newsletter.models import (
    Announcement,
    Delivery,
    Letter,
    LetterKind,
    Story,
    Subscription,
    SubscriptionTopic,
)
from newsletter.tokens import Purpose

# More stories than this are listed by title only: a launch of eighty practices is still a letter.
MAX_IN_FULL = 15
# Different sets of stories that one worker keeps rendered.
MAX_KEPT = 200
TEXT_WIDTH = 72

Message = EmailMultiAlternatives


@dataclass(frozen=True)
class Printed:
    """A rendered letter with stand-ins where the personal links go."""

    subject: str
    text: str
    html: str

    def personal(self, links: dict[str, str]) -> "Printed":
        text, markup = self.text, self.html
        for stand_in, link in links.items():
            text = text.replace(stand_in, link)
            markup = markup.replace(stand_in, html.escape(link))
        return Printed(self.subject, text, markup)


class Press:
    """Prints the letters of one worker. What was rendered is kept and used again."""

    def __init__(self) -> None:
        self._printed: dict[tuple[str, frozenset[int]], Printed] = {}
        self._told: dict[tuple[int, int], frozenset[int]] = {}
        self._topics: dict[int, frozenset[str]] = {}
        # Random, so that no story's text can contain it.
        stand_in = f"https://{secrets.token_hex(8)}.invalid"
        self._manage, self._unsubscribe = f"{stand_in}/manage", f"{stand_in}/unsubscribe"

    def load(self, deliveries: Sequence[Delivery]) -> None:
        """Read what a batch needs in a handful of queries; after it was claimed, never before."""
        people = {row.subscription_id for row in deliveries if row.subscription_id is not None}
        self._told.clear()
        for announcement in {row.announcement_id for row in deliveries}:
            for person, stories in audience.told_stories(announcement, people).items():
                self._told[announcement, person] = stories
        self._topics = _topics_of(people)

    def stories_for(self, row: Delivery | Letter) -> frozenset[int]:
        """What the message to this row tells, as it was when the batch was loaded."""
        if isinstance(row, Letter) or row.subscription_id is None:
            return frozenset()
        return self._told.get((row.announcement_id, row.subscription_id), frozenset())

    def message(self, row: Delivery | Letter) -> Message | None:
        """The finished message; None when there is nobody to write to or nothing to tell."""
        if isinstance(row, Delivery):
            return self._announcement(row)
        return letter_message(row)

    def _announcement(self, delivery: Delivery) -> Message | None:
        subscription, stories = delivery.subscription, self.stories_for(delivery)
        if subscription is None or not stories:
            return None
        locale = known_locale(subscription.locale)
        with translation.override(locale):
            printed = self._print(locale, stories)
            unsubscribe = _link(Purpose.UNSUBSCRIBE, subscription, delivery.id)
            manage = _link(Purpose.MANAGE, subscription)
            personal = printed.personal({self._unsubscribe: unsubscribe, self._manage: manage})
            headers = _headers(delivery.id, locale) | _list_headers(
                unsubscribe, self._topics.get(subscription.pk, frozenset())
            )
        return _message(personal, subscription.address, headers)

    def _print(self, locale: str, stories: frozenset[int]) -> Printed:
        if (locale, stories) not in self._printed:
            if len(self._printed) >= MAX_KEPT:
                self._printed.clear()
            self._printed[locale, stories] = print_announcement(
                Story.objects.filter(pk__in=stories),
                manage=self._manage,
                unsubscribe=self._unsubscribe,
            )
        return self._printed[locale, stories]


def print_announcement(stories: Iterable[Story], *, manage: str, unsubscribe: str) -> Printed:
    """Render stories in the active language."""
    listed = list(stories)
    context = {
        "stories": listed,
        "subject": announcement_subject(listed),
        "in_full": len(listed) <= MAX_IN_FULL,
        "preview": listed[0].lead
        if len(listed) == 1
        else " · ".join(s.title for s in listed)[:200],
        "manage_url": manage,
        "unsubscribe_url": unsubscribe,
    }
    return _render("announcement", announcement_subject(listed), context)


def announcement_subject(stories: Sequence[Story]) -> str:
    if len(stories) == 1:
        return stories[0].title
    return ngettext("%(count)d new good practice", "%(count)d new good practices", len(stories)) % {
        "count": len(stories)
    }


def size_problem(announcement: Announcement) -> str:
    """Why it is too large to go out, in the active language; empty when it is not."""
    stories = list(announcement.stories.all())
    sizes = [0]
    for locale, _name in settings.LANGUAGES:
        with translation.override(locale):
            printed = print_announcement(stories, manage="", unsubscribe="") if stories else None
        if printed:
            sizes.append(len(SafeMIMEText(printed.html, "html", "utf-8").as_bytes()))
    if max(sizes) <= conf.MAX_HTML_BYTES:
        return ""
    return _(
        "The letter has %(size)d bytes and mail programs cut it off after %(limit)d: "
        "take some stories out."
    ) % {"size": max(sizes), "limit": conf.MAX_HTML_BYTES}


# --- letters: any other mail --------------------------------------------------------------------


def letter_message(letter: Letter) -> Message | None:
    locale = known_locale(letter.locale)
    with translation.override(locale):
        headers = _headers(letter.id, locale)
        if letter.kind == LetterKind.NOTICE:
            return _message(Printed(letter.subject, letter.text, letter.html), letter.to, headers)
        if letter.subscription is None:
            return None
        printed = _subscription_letter(letter, letter.subscription)
        return _message(printed, letter.subscription.address, headers)


def _subscription_letter(letter: Letter, subscription: Subscription) -> Printed:
    """Made at the last moment, so that no link ever lies in the database. Nothing that a visitor
    typed is in it, for it may be written to a stranger."""
    if letter.kind == LetterKind.CONFIRMATION:
        context = {
            "link": _link(Purpose.CONFIRM, subscription, letter.sign_up),
            "days": conf.CONFIRMATION_DAYS,
        }
        return _render("confirmation", _("Please confirm your subscription"), context)
    if letter.kind == LetterKind.FRESH_LINK:
        context = {
            "link": _link(Purpose.FRESH, subscription),
            "hours": conf.FRESH_LINK_HOURS,
        }
        return _render("fresh_link", _("Link to change your subscription"), context)
    context = {"link": _link(Purpose.MANAGE, subscription)}
    return _render("already_subscribed", _("You are subscribed already"), context)


# --- rendering ----------------------------------------------------------------------------------


def _render(name: str, subject: str, context: dict[str, Any]) -> Printed:
    page = {
        "subject": subject,
        "sender": sender_name(),
        "site_url": f"{conf.BASE_URL}/",
        "locale": translation.get_language(),
        "controller": conf.CONTROLLER_NAME,
        "controller_address": conf.CONTROLLER_ADDRESS,
        "controller_email": conf.CONTROLLER_EMAIL,
    }
    page |= context
    markup = render_to_string(f"newsletter/email/{name}.html", page)
    text = render_to_string(f"newsletter/email/{name}.txt", page)
    # Templates escape always; plain text is what was meant before the escaping.
    return Printed(subject, wrapped(html.unescape(text)), _inlined(markup))


def _inlined(markup: str) -> str:
    """Styles on the elements, where Gmail and Outlook look; media queries stay in the head."""
    inliner = css_inline.CSSInliner(
        keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False
    )
    return inliner.inline(markup)


def wrapped(text: str) -> str:
    """Lines of 72 characters, links unbroken on their own, one empty line between paragraphs."""
    lines: list[str] = []
    for line in text.splitlines():
        stripped = line.strip()
        if stripped or (lines and lines[-1]):
            lines += textwrap.wrap(
                stripped, TEXT_WIDTH, break_long_words=False, break_on_hyphens=False
            ) or [""]
    return "\n".join(lines).strip() + "\n"


# --- links and headers --------------------------------------------------------------------------

VIEW_OF = {
    Purpose.CONFIRM: "newsletter:confirm",
    Purpose.UNSUBSCRIBE: "newsletter:unsubscribe",
    Purpose.MANAGE: "newsletter:manage",
    Purpose.FRESH: "newsletter:manage",
}


def _link(purpose: Purpose, subscription: Subscription, origin: uuid.UUID | None = None) -> str:
    token = tokens.make(purpose, subscription.ref, origin)
    return conf.BASE_URL + reverse(VIEW_OF[purpose], args=[token])


def known_locale(locale: str) -> str:
    return locale if locale in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def sender() -> str:
    return conf.FROM_EMAIL or settings.DEFAULT_FROM_EMAIL


def sender_name() -> str:
    name, address = parseaddr(sender())
    return name or address.rpartition("@")[2]


def list_domain() -> str:
    return conf.LIST_DOMAIN or parseaddr(sender())[1].rpartition("@")[2]


def _message(printed: Printed, address: str, headers: dict[str, str]) -> Message:
    message = Message(printed.subject, printed.text, sender(), [address], headers=headers)
    if printed.html:
        message.attach_alternative(printed.html, "text/html")
    return message


def _headers(ref: uuid.UUID, locale: str) -> dict[str, str]:
    return {
        "Message-ID": f"<{ref.hex}@{list_domain()}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "Content-Language": locale,
    }


def _list_headers(unsubscribe: str, chosen: frozenset[str]) -> dict[str, str]:
    mailbox = conf.UNSUBSCRIBE_MAILBOX
    by_mail = f", <mailto:{mailbox}?subject=unsubscribe>" if mailbox else ""
    headers = {
        "List-Unsubscribe": f"<{unsubscribe}>{by_mail}",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": formataddr((sender_name(), f"{_list_name(chosen)}.{list_domain()}")),
        "List-Help": f"<{conf.BASE_URL}{reverse('newsletter:sign-up')}>",
        "List-Archive": f"<{conf.BASE_URL}/>",
    }
    return headers | ({"Feedback-ID": conf.FEEDBACK_ID} if conf.FEEDBACK_ID else {})


def _list_name(chosen: frozenset[str]) -> str:
    """RFC 2919: stable for one set of topics, so that people can filter on it."""
    if topics.ALL in chosen or not chosen:
        return topics.ALL
    if len(chosen) == 1:
        return "-".join(part for part in min(chosen).replace(":", "-").split() if part)
    digest = hashlib.sha256("\n".join(sorted(chosen)).encode()).hexdigest()
    return f"topics-{digest[:12]}"


def _topics_of(people: Iterable[int]) -> dict[int, frozenset[str]]:
    chosen: dict[int, set[str]] = {}
    rows = SubscriptionTopic.objects.filter(subscription__in=people)
    for person, topic in rows.values_list("subscription", "topic"):
        chosen.setdefault(person, set()).add(topic)
    return {person: frozenset(keys) for person, keys in chosen.items()}
