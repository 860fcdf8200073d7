"""Log lines carry ids and event words. What slips through is taken out here."""

import logging
import re

# An address, and the signed token of a mailed or previewing link; also as a path encodes them.
ADDRESS = re.compile(r"[^\s@\"'<>=/]{1,64}(?:@|%40)[^\s@\"'<>/]{1,255}")
TOKEN = re.compile(
    r"[A-Za-z0-9_-]{8,}(?::|%3[Aa])[A-Za-z0-9_-]{4,}(?::|%3[Aa])[A-Za-z0-9_-]{20,}"
    r"|[A-Za-z0-9_-]{40,}"
)
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def redact(text: str) -> str:
    return TOKEN.sub("[token]", ADDRESS.sub("[address]", text))


class RedactPersonalData(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = redact(record.getMessage())
        record.args = None
        for name, value in list(vars(record).items()):
            if name not in STANDARD and not isinstance(value, int | float | None):
                # A request, for example, shows its path, and the path may hold a token.
                setattr(record, name, redact(str(value)))
        if record.exc_info:
            record.exc_text = redact(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        return True


class KeyValueFormatter(logging.Formatter):
    """`12:00:01 newsletter delivery.accepted delivery=… tries=1` for people at a terminal."""

    default_time_format = "%H:%M:%S"

    def format(self, record: logging.LogRecord) -> str:
        extra = " ".join(
            f"{name}={value}" for name, value in vars(record).items() if name not in STANDARD
        )
        line = f"{self.formatTime(record, self.default_time_format)} {record.name} "
        line += f"{record.getMessage()} {extra}".rstrip()
        return f"{line}\n{record.exc_text}" if record.exc_text else line
