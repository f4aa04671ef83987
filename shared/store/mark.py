"""What a repeated command is known by, as it travels beside its events on the log.

A store that is restored from a backup gets its newest events back from the log; with these it
also knows again which commands they answered (G5). All of it is keyed hashes and ids.
"""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shared.log.headers import MARK


class Mark(msgspec.Struct, frozen=True, omit_defaults=True):
    """The command of an event, and on its first event the marks and the ids that it made."""

    command_id: UUID
    key: bytes | None = None
    fingerprint: bytes | None = None
    content: bytes | None = None
    made: tuple[UUID, ...] = ()


_DECODER = msgspec.json.Decoder(Mark)


def encode_mark(
    event_id: UUID,
    command_id: UUID,
    key: bytes | None,
    fingerprint: bytes | None,
    content: bytes | None,
    made: Sequence[UUID] | None,
) -> bytes:
    """Give the bytes for the header; none where an event stands for itself."""
    if command_id == event_id and key is None and fingerprint is None and not made:
        return b""
    return msgspec.json.encode(Mark(command_id, key, fingerprint, content, tuple(made or ())))


def mark_of(event_id: UUID, headers: Sequence[tuple[str, bytes]]) -> Mark:
    """Read the mark beside an event; one without, or with what is none, stands for itself."""
    for name, value in headers:
        if name == MARK:
            try:
                return _DECODER.decode(value)
            except msgspec.MsgspecError:
                break
    return Mark(event_id)
