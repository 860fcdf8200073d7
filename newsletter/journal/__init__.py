"""The send journal: a record outside the database of what left and of who left.

It answers one question: may this database send, or was it restored or copied? What it says is
written by `recording`, compared by `lock` and put back by newsletter.replaying.
"""

from newsletter.journal.lock import SendingLock, sending_lock, unwritable_lock
from newsletter.journal.recording import (
    announcement,
    consent,
    ended,
    forget_old,
    lifted,
    mark,
    sending,
    suppressed,
    sync,
)

__all__ = [
    "SendingLock",
    "announcement",
    "consent",
    "ended",
    "forget_old",
    "lifted",
    "mark",
    "sending",
    "sending_lock",
    "suppressed",
    "sync",
    "unwritable_lock",
]
