"""The network a request came from, cut so that it no longer points at one household."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from newsletter.conf import conf


def network_of(remote: str, forwarded: str = "") -> str:
    """The /24 or /48 of the visitor, from REMOTE_ADDR; empty when there is no usable address.

    X-Forwarded-For is anybody's to write: it counts only as far from its end as there are
    proxies of ours (setting TRUSTED_PROXIES).
    """
    hops = [hop.strip() for hop in forwarded.split(",")]
    if 0 < conf.TRUSTED_PROXIES <= len(hops):
        remote = hops[-conf.TRUSTED_PROXIES]
    try:
        address = ip_address(remote)
    except ValueError:
        return ""
    return str(ip_network(f"{_unmapped(address)}/{_prefix(address)}", strict=False))


def _unmapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _prefix(address: IPv4Address | IPv6Address) -> int:
    return 24 if isinstance(_unmapped(address), IPv4Address) else 48
