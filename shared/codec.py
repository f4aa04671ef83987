"""Events to canonical bytes (RFC 8785) and back, and the hash that chains them."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from shared.event import EventType, event_type
from shared.recorded import Meta, Recorded

GENESIS = bytes(32)
"""The hash before the first event of a stream."""

_DOMAIN = b"giamngheo/event/1\n"

Upcast = Callable[[dict[str, Any]], dict[str, Any]]
"""Turns the content of one schema version into that of the next."""


class UnknownEventError(Exception):
    """The stored type or schema version is not known here: its key must wait, not be skipped."""


_CANONICAL = msgspec.json.Encoder(order="sorted")


def canonical(value: object) -> bytes:
    """Give RFC 8785 bytes, for ASCII field names, integers below 2**53 and no floats."""
    return _CANONICAL.encode(value)


def chain(previous: bytes, meta: bytes, data: bytes) -> bytes:
    """Give the hash of an event after `previous` in its stream: SHA-256 over both parts."""
    whole = hashlib.sha256(_DOMAIN)
    whole.update(previous)
    whole.update(len(meta).to_bytes(4, "big"))
    whole.update(meta)
    whole.update(data)
    return whole.digest()


def follows(
    before: bytes | None, version: int, meta: bytes, data: bytes, digest: bytes
) -> bool | None:
    """Check whether an event's hash follows from `before`, the hash of version - 1 of its stream.

    None where `before` is needed and not known.
    """
    previous = GENESIS if version == 1 else before
    return None if previous is None else chain(previous, meta, data) == digest


_META = msgspec.json.Decoder(Meta)


def decode_meta(meta: bytes) -> Meta:
    """Read the meta bytes of a stored event."""
    return _META.decode(meta)


@dataclass(frozen=True, slots=True)
class Registry:
    """The published events of one source, with one upcaster per step of a schema version."""

    source: str
    events: tuple[type[Any], ...]
    upcasters: dict[tuple[str, int], Upcast] = field(default_factory=dict)
    _types: dict[str, EventType] = field(default_factory=dict, init=False, repr=False)
    _decoders: dict[tuple[str, int], Any] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        """Index the declarations; a name declared twice is a bug."""
        for cls in self.events:
            declared = event_type(cls)
            if declared.name in self._types:
                raise ValueError(f"{self.source} declares {declared.name} twice")
            self._types[declared.name] = declared
            current = (declared.name, declared.version)
            self._decoders[current] = msgspec.json.Decoder(declared.cls)

    def types(self) -> tuple[EventType, ...]:
        """Give every declaration, in the order of the events module."""
        return tuple(self._types.values())

    def decode(self, name: str, schema_version: int, data: bytes) -> Any:
        """Read a content, upcast to the present version; UnknownEventError if it cannot be."""
        decoder = self._decoders.get((name, schema_version))
        if decoder is not None:
            return decoder.decode(data)
        declared = self._types.get(name)
        if declared is None or schema_version > declared.version:
            raise UnknownEventError(f"{self.source} {name} version {schema_version}")
        content = msgspec.json.decode(data)
        for step in range(schema_version, declared.version):
            upcast = self.upcasters.get((name, step))
            if upcast is None:
                raise UnknownEventError(f"{self.source} {name} has no step from version {step}")
            content = upcast(content)
        return msgspec.convert(content, declared.cls)

    def read(
        self, meta_bytes: bytes, data: bytes, digest: bytes, position: int | None = None
    ) -> Recorded:
        """Give the recorded event of stored bytes."""
        meta = _META.decode(meta_bytes)
        decoder = self._decoders.get((meta.type, meta.schema_version))
        if decoder is None:
            fact = self.decode(meta.type, meta.schema_version, data)
        else:  # nearly always, and millions of times
            fact = decoder.decode(data)
        return Recorded(meta, fact, data, meta_bytes, digest, position)


Registries = Mapping[str, Registry]
"""Whose published events can be read, by source."""
