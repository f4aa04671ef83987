"""Ids made by the shell; the pure core receives them."""

import secrets
from uuid import NAMESPACE_DNS, UUID, uuid5

NAMESPACE = uuid5(NAMESPACE_DNS, "giamngheo.vn")


def uuid7(milliseconds: int) -> UUID:
    """Make a version 7 UUID for an instant given in milliseconds since 1970 (RFC 9562)."""
    value = (milliseconds & ((1 << 48) - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | (7 << 76)
    return UUID(int=value & ~(0x3 << 62) | (0x2 << 62))


def named(name: str) -> UUID:
    """Give the same id for the same name, in any replay (UUIDv5 in the project's namespace)."""
    return uuid5(NAMESPACE, name)
