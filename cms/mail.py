"""Django's e-mail back end of this site: a notice becomes a letter of the newsletter.

Wagtail sends its workflow notices inside the request, while SQLite's write lock is held. Here they
are rows of the same transaction, rolled back with it, and a worker sends them.
"""

import uuid
from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import get_language

from newsletter.letters import write_notice


class LetterBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            for recipient in message.recipients():
                write_notice(
                    key=f"notice:{uuid.uuid4()}",
                    to=recipient,
                    subject=str(message.subject),
                    text=str(message.body),
                    html=html_of(message),
                    locale=get_language() or "pl",
                )
        return len(email_messages)


def html_of(message: EmailMessage) -> str:
    if isinstance(message, EmailMultiAlternatives):
        for content, mimetype in message.alternatives:
            if mimetype == "text/html":
                return str(content)
    return ""
