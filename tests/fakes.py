"""A fake ESP: an e-mail back end that can accept, refuse, defer or lose the answer, per address."""

from collections.abc import Callable
from email.message import Message as MIMEMessage
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from newsletter.errors import SendDeferred, SendOutcomeUnknown, SendRefused, ServerUnavailable


class Outside:
    """What has left the house, and how the outside behaves. Emptied before every test."""

    def __init__(self) -> None:
        self.empty()

    def empty(self) -> None:
        self.messages: list[EmailMessage] = []
        self.endings: dict[str, Exception] = {}
        self.is_down = False
        # Called with each message just before it is taken: whatever happens meanwhile.
        self.meanwhile: Callable[[EmailMessage], Any] | None = None

    def refuse(self, address: str, reason: str = "550 5.1.1 no such user") -> None:
        self.endings[address] = SendRefused(reason)

    def defer(self, address: str, retry_after: int | None = None) -> None:
        self.endings[address] = SendDeferred("451 4.7.1 try later", retry_after)

    def lose_the_answer(self, address: str) -> None:
        """It arrives, and nobody tells us."""
        self.endings[address] = SendOutcomeUnknown("timed out")

    def break_at(self, address: str, error: Exception) -> None:
        self.endings[address] = error

    def accept(self, address: str) -> None:
        self.endings.pop(address, None)

    def to(self, address: str) -> list[EmailMessage]:
        return [message for message in self.messages if message.to == [address]]

    def subjects_to(self, address: str) -> list[str]:
        return [message.subject for message in self.to(address)]

    @property
    def addresses(self) -> list[str]:
        return sorted(message.to[0] for message in self.messages)


outside = Outside()


class FakeESP(BaseEmailBackend):
    answer = "250 2.0.0 taken"

    def open(self) -> bool:
        if outside.is_down:
            raise ServerUnavailable("ConnectionRefusedError: connection refused")
        return True

    def close(self) -> None:
        pass

    def send_messages(self, messages: list[EmailMessage]) -> int:
        for message in messages:
            self._take(message)
        return len(messages)

    def _take(self, message: EmailMessage) -> None:
        self.as_bytes(message)
        if outside.meanwhile:
            outside.meanwhile(message)
        ending = outside.endings.get(message.to[0])
        if ending is None or isinstance(ending, SendOutcomeUnknown):
            outside.messages.append(message)
        if ending is not None:
            raise ending

    @staticmethod
    def as_bytes(message: EmailMessage) -> MIMEMessage:
        """As the wire would: a header that can not be written fails here."""
        return message.message()
