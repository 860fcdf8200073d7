"""What can go wrong in the newsletter, one class per ending."""


class NewsletterError(Exception):
    """The family. Settings problems raise ImproperlyConfigured and stay outside of it."""


class AddressInvalid(NewsletterError):
    """Not an address mail can be sent to (RFC 5321, RFC 6531)."""


class LinkInvalid(NewsletterError):
    """A link that was forged, cut, made for another purpose, or already used."""


class LinkExpired(LinkInvalid):
    """A genuine link whose time is over."""


class ClauseChanged(NewsletterError):
    """The wording somebody agreed to is not the current one: they have to read it again."""


class TopicsRefused(NewsletterError):
    """No topic at all, or more topics than this link may ask for."""


class NotMailable(NewsletterError):
    """Nobody may write to this subscription: not confirmed, withdrawn or suppressed."""


class ReleaseRefused(NewsletterError):
    """An announcement that may not go out as it is; the message says why."""


class JournalMissing(NewsletterError):
    """There is no journal to read, or it belongs to another installation."""


class JournalUnwritable(NewsletterError):
    """The send journal takes no line: nothing may leave, and nothing did."""


class SendRefused(NewsletterError):
    """The ESP said no for good. `reason` is its code and text, without an address."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SendDeferred(NewsletterError):
    """Nothing was taken; it may be tried again after `retry_after` seconds (None: our own wait)."""

    def __init__(self, reason: str, retry_after: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class ServerUnavailable(SendDeferred):
    """No message at all can go out now: the ESP is out of reach, or our log-in is refused.

    It says nothing about this one message, so it does not count as a try.
    """


class SendOutcomeUnknown(NewsletterError):
    """It may have arrived. Never sent again by a machine."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
