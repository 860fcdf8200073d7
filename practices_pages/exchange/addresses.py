"""One source has several addresses: which of them are the same, and what a record is known by."""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

# Copies of one site under other names: the same article answers at each of them.
SAME_SITE = re.compile(r"^(?:www\d?|dev|nowa|archiwum|m)\.(?=[^.]+\.)")
# A tab of the same page, and where a reader came from.
NOT_THE_PAGE = re.compile(r"^(?:tab|utm_\w+|fbclid|gclid)$")
DEFAULT_PORTS = {80, 443}
# Printable characters that mean the same escaped and not.
PLAIN = "-._~!$&'()*+,;=:@/"


def canonical(address: str) -> str:
    """One writing of all addresses that lead to the same source; never to be opened, only compared.

    An address that cannot be read is its own canonical form.
    """
    try:
        parts = urlsplit(address.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return address.strip()
    if parts.scheme.lower() not in {"http", "https"} or not host:
        return address.strip()
    host = SAME_SITE.sub("", host)
    if port and port not in DEFAULT_PORTS:
        host = f"{host}:{port}"
    query = [
        pair
        for pair in parse_qsl(parts.query, keep_blank_values=True)
        if not NOT_THE_PAGE.match(pair[0])
    ]
    path = quote(unquote(parts.path), safe=PLAIN).rstrip("/")
    return f"{host}{path}" + (f"?{urlencode(query)}" if query else "")


@dataclass(frozen=True)
class Source:
    """What one practice is known by: an address and an id there, or both, or a fingerprint."""

    address: str
    source_id: str
    fingerprint: str = ""

    @property
    def key(self) -> str:
        parts = [self.address, self.source_id, self.fingerprint]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def sources_of(record: dict[str, Any]) -> list[Source]:
    """Everything `record` is known by, the surest first; never empty.

    An id belongs to the site that gave it. Without id and address, title and units have to do.
    """
    found = []
    home, number = record.get("html_url") or "", record.get("id") or ""
    if home and number:
        found.append(Source(site_of(home), number))
    address, source_id = canonical(record.get("source_url") or ""), record.get("source_id") or ""
    # An address alone says enough only where nothing better is known: several practices share one.
    if source_id or (address and not found):
        found.append(Source(address, source_id))
    return found or [Source("", "", _fingerprint(record))]


def site_of(address: str) -> str:
    return canonical(address).partition("/")[0].partition("?")[0]


def _fingerprint(record: dict[str, Any]) -> str:
    units = [unit.get("code") or unit.get("name") or "" for unit in record.get("units") or []]
    words = [record.get("title", ""), *sorted(units)]
    return " · ".join(" ".join(word.casefold().split()) for word in words)[:500]
