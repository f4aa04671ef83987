"""From where a request came, also behind proxies that are ours."""

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from flask import current_app, request

PROXIES = "giamngheo.trusted_proxies"
_ONE_HOME = 64
"""Bits of an IPv6 address that one subscriber has the rest of."""

Network = IPv4Network | IPv6Network


def sender() -> str:
    """Return the address that this request came from."""
    proxies: tuple[Network, ...] = current_app.extensions[PROXIES]
    return sender_of(request.remote_addr or "", request.headers.getlist("X-Forwarded-For"), proxies)


def sender_of(peer: str, forwarded: list[str], proxies: tuple[Network, ...]) -> str:
    """Return the last address on the way that is not one of our proxies, homes of IPv6 as one.

    What others than our proxies say of where a request came from is not believed.
    """
    said = [text.strip() for text in ",".join(forwarded).split(",")] if proxies else []
    at = peer
    while said and _is_within(at, proxies):
        at = said.pop()
    return _home(at) or _home(peer) or peer


def _is_within(text: str, networks: tuple[Network, ...]) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return any(address in network for network in networks)


def _home(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    if address.version == 4:  # noqa: PLR2004 - the version's name
        return str(address)
    return str(ip_network((address, _ONE_HOME), strict=False))
