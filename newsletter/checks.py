"""System checks: what would go wrong later is said at start.

Errors are what the newsletter cannot work with; what only matters for real people's mail is
checked with --deploy.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.utils.module_loading import import_string

from newsletter.conf import conf, listened_esps, missing_webhook_settings

CONTROLLER = ("CONTROLLER_NAME", "CONTROLLER_ADDRESS", "CONTROLLER_EMAIL")


@register("newsletter")
def check_settings(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    return [*_suppression_key(), *_base_url(), *_topics(), *_lease()]


@register("newsletter", Tags.security, deploy=True)
def check_deployment(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    messages: list[CheckMessage] = _webhooks()
    if conf.SUPPRESSION_KEY and conf.SUPPRESSION_KEY == settings.SECRET_KEY:
        messages.append(
            Error(
                "NEWSLETTER_SUPPRESSION_KEY is the SECRET_KEY.",
                hint="Give it a value of its own: rotating SECRET_KEY would otherwise forget "
                "everybody who asked never to be written to.",
                id="newsletter.E005",
            )
        )
    missing = [f"NEWSLETTER_{name}" for name in CONTROLLER if not getattr(conf, name)]
    if missing:
        messages.append(
            Warning(
                f"The consent clause does not name the controller: {', '.join(missing)}.",
                hint="RODO art. 13 asks for the name and the contact details.",
                id="newsletter.W001",
            )
        )
    if urlsplit(conf.BASE_URL).scheme != "https":
        messages.append(
            Warning(
                "NEWSLETTER_BASE_URL is not https.",
                hint="RFC 8058 asks for https in List-Unsubscribe.",
                id="newsletter.W002",
            )
        )
    return messages


def _webhooks() -> list[CheckMessage]:
    return [
        Error(
            f"Webhooks of {esp} cannot be proven genuine: {', '.join(missing)} is not set.",
            hint="Set it, or anybody could tell us that mail bounced; until then they are refused.",
            id="newsletter.E010",
        )
        for esp in sorted(listened_esps())
        if (missing := missing_webhook_settings(esp))
    ]


def _suppression_key() -> list[CheckMessage]:
    if conf.SUPPRESSION_KEY:
        return []
    return [
        Error(
            "NEWSLETTER_SUPPRESSION_KEY is not set.",
            hint="A long random text, kept for ever: addresses are recognised by it.",
            id="newsletter.E001",
        )
    ]


def _base_url() -> list[CheckMessage]:
    parts = urlsplit(conf.BASE_URL)
    if parts.scheme in {"http", "https"} and parts.netloc and not conf.BASE_URL.endswith("/"):
        return []
    return [
        Error(
            f"NEWSLETTER_BASE_URL is {conf.BASE_URL!r}.",
            hint="It must look like https://www.example.org, without a slash at the end.",
            id="newsletter.E002",
        )
    ]


def _topics() -> list[CheckMessage]:
    try:
        provider = import_string(conf.TOPICS)
    except ImportError as missing:
        return [Error(f"NEWSLETTER_TOPICS: {missing}", id="newsletter.E003")]
    if callable(provider):
        return []
    return [Error(f"NEWSLETTER_TOPICS: {conf.TOPICS} cannot be called.", id="newsletter.E003")]


def _lease() -> list[CheckMessage]:
    timeout = settings.EMAIL_TIMEOUT
    if timeout is None:
        return [
            Warning(
                "EMAIL_TIMEOUT is not set: a mail server that does not answer stops a worker.",
                hint="EMAIL_TIMEOUT = 60",
                id="newsletter.W003",
            )
        ]
    # Connecting may take one timeout and the answer to the message another one.
    if 2 * timeout < conf.LEASE_SECONDS:
        return []
    return [
        Error(
            f"NEWSLETTER_LEASE_SECONDS ({conf.LEASE_SECONDS}) is too short for EMAIL_TIMEOUT "
            f"({timeout}).",
            hint="It must be more than twice the timeout: a slow send would look like a dead "
            "worker, and its outcome would be lost.",
            id="newsletter.E004",
        )
    ]
