"""The network a request came from, cut so that it no longer points at one household."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from newsletter.conf import conf


def visitor_address(remote: str, forwarded: str = "") -> str:
    """From REMOTE_ADDR and X-Forwarded-For, which is anybody's to write: it counts only as far
    from its end as there are proxies of ours (setting TRUSTED_PROXIES)."""
    hops = [hop.strip() for hop in forwarded.split(",")]
    return hops[-conf.TRUSTED_PROXIES] if 0 < conf.TRUSTED_PROXIES <= len(hops) else remote


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
