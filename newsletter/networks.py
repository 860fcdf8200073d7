"""Where a request came from: the host, or its network, cut so that it points at no household."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from newsletter.conf import conf


def hops(meta: Mapping[str, str]) -> tuple[str, str]:
    """Of a request's META, what the functions below ask for."""
    return meta.get("REMOTE_ADDR", ""), meta.get("HTTP_X_FORWARDED_FOR", "")


def visitor_address(remote: str, forwarded: str = "") -> str:
    """From REMOTE_ADDR and X-Forwarded-For, which is anybody's to write: it counts only as far
    from its end as there are proxies of ours (setting TRUSTED_PROXIES)."""
    claimed = [hop.strip() for hop in forwarded.split(",")]
    return claimed[-conf.TRUSTED_PROXIES] if 0 < conf.TRUSTED_PROXIES <= len(claimed) else remote


def host_of(remote: str, forwarded: str = "") -> str:
    """The visitor's address, of an IPv6 one the /64 that one host has; empty when unusable."""
    try:
        address = _unmapped(ip_address(visitor_address(remote, forwarded)))
    except ValueError:
        return ""
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network(f"{address}/64", strict=False).network_address)


def network_of(remote: str, forwarded: str = "") -> str:
    """The /24 or /48 of the visitor; empty when there is no usable address."""
    try:
        address = ip_address(visitor_address(remote, forwarded))
    except ValueError:
        return ""
    return str(ip_network(f"{_unmapped(address)}/{_prefix(address)}", strict=False))


def _unmapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _prefix(address: IPv4Address | IPv6Address) -> int:
    return 24 if isinstance(_unmapped(address), IPv4Address) else 48
