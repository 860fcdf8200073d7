"""Outbound: hands one message to the mail server or ESP and says how it ended, in four words.

Accepted is a Receipt; SendRefused, SendDeferred and SendOutcomeUnknown are raised. Knows no row.
Answers are kept without any address in them.
"""

import re
import smtplib
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from anymail.exceptions import (
    AnymailError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailRequestsAPIError,
    AnymailSerializationError,
    AnymailUnsupportedFeature,
)
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address
from urllib3.exceptions import MaxRetryError, NameResolutionError, NewConnectionError

from newsletter.conf import conf
from newsletter.errors import (
    NewsletterError,
    SendDeferred,
    SendOutcomeUnknown,
    SendRefused,
    ServerUnavailable,
)

ADDRESS = re.compile(r"[^\s@\"'<>=(),;:\[\]]{1,64}@[^\s@\"'<>(),;\[\]]{1,255}")
LONGEST_RETRY_AFTER = 24 * 60 * 60


@dataclass(frozen=True)
class Receipt:
    message_id: str
    answer: str = ""


def redact(text: str) -> str:
    """One line of at most 500 characters without an address."""
    return " ".join(ADDRESS.sub("[address]", text).split())[:500]


class Outbox:
    """One kept-open connection of one worker."""

    def __init__(self) -> None:
        self._connection: Any = None

    def open(self) -> None:
        """Raise ServerUnavailable when nothing can go out now. A second call does nothing."""
        if self._connection is None:
            connection = get_connection(conf.EMAIL_BACKEND)
            connection.open()
            self._connection = connection

    def send(self, message: EmailMessage, *, delivery_id: str) -> Receipt:
        # Only anymail reads these two: its events come back with them.
        labelled: Any = message
        labelled.metadata, labelled.tags = {"delivery": delivery_id}, ["newsletter"]
        self.open()
        with _endings():
            taken = self._connection.send_messages([message])
        if taken == 0:
            raise SendRefused("The e-mail back end did not take the message.")
        status = getattr(message, "anymail_status", None)
        message_id = status.message_id if status else message.extra_headers.get("Message-ID")
        return Receipt(str(message_id or ""), redact(getattr(self._connection, "answer", "")))

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@contextmanager
def _endings() -> Iterator[None]:
    """Whatever a back end raises becomes one of our three endings."""
    try:
        yield
    except NewsletterError:
        raise
    except AnymailError as error:
        raise _anymail_ending(error) from error
    except OSError as error:
        # A back end that is not ours does not say how far it came.
        raise SendOutcomeUnknown(redact(str(error))) from error


# --- an ESP over HTTP, through anymail ----------------------------------------------------------

# anymail raises these before anything is sent, or after the ESP named the address as the reason.
NOTHING_TAKEN = (
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailSerializationError,
    AnymailUnsupportedFeature,
)
# What the status of an answer means where it is not simply 4xx refused, 5xx unknown. A wrong key,
# domain or address of the ESP refuses every message alike: that is no verdict on this one.
UNAVAILABLE = {401, 402, 403, 404, 405, 407, 429, 503}
DEFERRED = {408, 409, 423, 425}


def _anymail_ending(error: AnymailError) -> NewsletterError:
    if isinstance(error, NOTHING_TAKEN):
        return SendRefused(redact(str(error)))
    if not isinstance(error, AnymailRequestsAPIError):
        return SendOutcomeUnknown(redact(str(error)))
    if error.response is None:
        return _broken_call(error)
    return _http_ending(error.response)


def _http_ending(response: requests.Response) -> NewsletterError:
    status = response.status_code
    answer = redact(f"HTTP {status} {response.text[:1000]}")
    if status in UNAVAILABLE or 300 <= status < 400:
        return ServerUnavailable(answer, _retry_after(response))
    if status in DEFERRED:
        return SendDeferred(answer, _retry_after(response))
    if 400 <= status < 500:
        return SendRefused(answer)
    # 2xx that anymail could not read, and 5xx: the ESP may well have taken it.
    return SendOutcomeUnknown(answer)


def _retry_after(response: requests.Response) -> int | None:
    """Seconds, or an HTTP date (RFC 9110 10.2.3)."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return min(int(value[:9]), LONGEST_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    wait = (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return max(1, min(int(wait), LONGEST_RETRY_AFTER))


def _broken_call(error: AnymailRequestsAPIError) -> NewsletterError:
    """The call ended without an answer: only when it never began can we say nothing was taken."""
    cause: Any = error.__cause__
    answer = redact(f"{type(cause).__name__}: no answer from the ESP")
    reason = _first(cause)
    reason = reason.reason if isinstance(reason, MaxRetryError) else reason
    never_connected = isinstance(cause, requests.ConnectTimeout) or isinstance(
        reason, NewConnectionError | NameResolutionError
    )
    if never_connected or isinstance(_first(reason), ssl.SSLCertVerificationError):
        return ServerUnavailable(answer)
    return SendOutcomeUnknown(answer)


def _first(error: Any) -> Any:
    return error.args[0] if isinstance(error, Exception) and error.args else None


# --- SMTP ---------------------------------------------------------------------------------------

# "Authentication required", "mechanism too weak", "credentials invalid" and their kin: our
# configuration, not this message (RFC 4954 section 6).
LOG_IN_CODES = {454, 530, 534, 535, 538}
# No answer, "closing the channel", "bad sequence of commands": about the conversation only.
OUT_OF_STEP = {None, 421, 503}


class SMTPBackend(EmailBackend):
    """Django's SMTP back end, with an ending for every way a conversation can break off."""

    # The server's last reply to a message it took.
    answer = ""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _TLSConversation if self.use_ssl else _Conversation

    def open(self) -> bool | None:
        """Raise ServerUnavailable unless the server greeted us and let us in."""
        try:
            return super().open()
        except OSError as error:  # smtplib.SMTPException is one, too
            self.close()
            reason = redact(f"{type(error).__name__}: {_reply(error)}")
            raise ServerUnavailable(reason) from error

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        return sum(self._send(message) for message in email_messages)

    def _send(self, email_message: EmailMessage) -> bool:
        envelope = _envelope(email_message)
        was_open = not self.open()
        try:
            return self._converse(*envelope)
        except SendDeferred:
            if self.connection is not None or not was_open:
                raise
        # A server may close a connection that was kept open; nothing was taken, so once more.
        self.open()
        return self._converse(*envelope)

    def _converse(self, sender: str, recipient: str, content: bytes) -> bool:
        conversation: Any = self.connection
        # The timeout is per socket operation; the conversation as a whole must end in the lease.
        conversation.deadline = time.monotonic() + conf.LEASE_SECONDS * 0.8
        try:
            conversation.sendmail(sender, [recipient], content)
        except OSError as error:
            raise self._ending(error) from error
        self.answer = conversation.reply
        return True

    def _ending(self, error: OSError) -> NewsletterError:
        conversation: Any = self.connection
        code, reason = _code(error), redact(_reply(error))
        if conversation.message_begun or code in OUT_OF_STEP:
            # Django would keep the dead connection, and every further message would fail on it.
            conversation.close()
            self.connection = None
        if conversation.message_begun:
            return SendOutcomeUnknown(reason)
        if code in LOG_IN_CODES:
            return ServerUnavailable(reason)
        if code is not None and 500 <= code < 600 and code not in OUT_OF_STEP:
            return SendRefused(reason)
        return SendDeferred(reason)

    def _close_connection(self, connection: smtplib.SMTP) -> None:
        try:
            super()._close_connection(connection)  # type: ignore[misc]  # missing in the stubs
        except OSError:
            connection.close()


class _Conversation(smtplib.SMTP):
    """Knows whether bytes of a message are out while its final reply is not in."""

    message_begun = False
    reply = ""
    deadline: float | None = None

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.message_begun = False
        self.putcmd("data")
        code, reply = self.getreply()
        if code != 354:
            # smtplib would leave the envelope open, and the next message would be refused for it.
            with suppress(smtplib.SMTPServerDisconnected):
                self.rset()
            raise smtplib.SMTPDataError(code, reply)
        self.message_begun = True
        # A line that is only a dot would end the message (RFC 5321 4.5.2).
        self.send(re.sub(rb"(?m)^\.", b"..", msg).removesuffix(b"\r\n") + b"\r\n.\r\n")
        code, reply = self.getreply()
        if 200 <= code < 600:
            self.message_begun = False
        self.reply = redact(f"{code} {_text(reply)}")
        return (250 if 200 <= code < 300 else code), reply

    def getreply(self) -> tuple[int, bytes]:
        self._shorten_timeout()
        return super().getreply()

    def send(self, s: Any) -> None:
        self._shorten_timeout()
        super().send(s)

    def _shorten_timeout(self) -> None:
        if self.deadline is None or self.sock is None:
            return
        left = self.deadline - time.monotonic()
        if left <= 0:
            self.close()
            raise smtplib.SMTPServerDisconnected("The conversation took too long.")
        self.sock.settimeout(min(left, self.timeout or left))


class _TLSConversation(_Conversation, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


def _envelope(message: EmailMessage) -> tuple[str, str, bytes]:
    try:
        encoding = message.encoding or settings.DEFAULT_CHARSET
        sender = sanitize_address(message.from_email, encoding)
        (recipient,) = [sanitize_address(address, encoding) for address in message.recipients()]
        mime: Any = message.message()
        return sender, recipient, mime.as_bytes(linesep="\r\n")
    except ValueError as error:
        # A forbidden header, or an address that can not be written on an envelope.
        raise SendRefused(redact(f"{type(error).__name__}: {error}")) from error


def _code(error: OSError) -> int | None:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next(iter(error.recipients.values()))[0]
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0:
        return error.smtp_code
    return None


def _reply(error: OSError) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reply = next(iter(error.recipients.values()))
        return f"{code} {_text(reply)}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return str(error)


def _text(reply: bytes | str) -> str:
    return reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
