"""Ids made by the shell; the pure core receives them."""

import secrets
from collections.abc import Callable
from hashlib import sha1
from typing import cast
from uuid import NAMESPACE_DNS, UUID, uuid5

import msgspec

NAMESPACE = uuid5(NAMESPACE_DNS, "giamngheo.vn")
_NAMESPACE = NAMESPACE.bytes


def uuid7(milliseconds: int) -> UUID:
    """Make a version 7 UUID for an instant given in milliseconds since 1970 (RFC 9562)."""
    value = (milliseconds & ((1 << 48) - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | (7 << 76)
    return UUID(int=value & ~(0x3 << 62) | (0x2 << 62))


def named(name: str) -> UUID:
    """Give the same id for the same name, in any replay (UUIDv5 in the project's namespace)."""
    made = bytearray(sha1(_NAMESPACE + name.encode(), usedforsecurity=False).digest()[:16])
    made[6] = made[6] & 0x0F | 0x50
    made[8] = made[8] & 0x3F | 0x80
    return msgspec.convert(bytes(made), UUID)  # as `UUID(bytes=…)` does in twice the time


text_of = cast("Callable[[UUID], str]", msgspec.to_builtins)
"""Give the text of an id, as `str` does in four times the time; rules ask for very many."""
