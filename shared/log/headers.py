"""Events as CloudEvents 1.0 in binary mode: the headers a record carries, and reading them back."""

from collections.abc import Iterable
from functools import lru_cache
from uuid import UUID

import msgspec

from shared.codec import decode_meta
from shared.ids import named
from shared.log.port import Outgoing, Record
from shared.recorded import Meta

Headers = tuple[tuple[str, bytes], ...]

MOST_DIGITS = 18
"""A position is a 64-bit number."""

MARK = "ce_commandmark"
TYPE_PREFIX = "vn.giamngheo"

CHECKPOINT = "CheckpointSigned"
"""The type of a signed checkpoint, which is a text and no event of a store."""
_CONTENT_TYPES = {CHECKPOINT: b"text/plain; charset=utf-8"}


def headers_of(outgoing: Outgoing) -> Headers:
    """Give the headers under which an event travels, in the order of the contract."""
    meta = decode_meta(outgoing.meta)
    text: list[tuple[str, str | None]] = [
        ("ce_specversion", "1.0"),
        ("ce_id", str(meta.event_id)),
        ("ce_source", f"/{meta.source}"),
        ("ce_type", f"{TYPE_PREFIX}.{meta.source}.{meta.type}"),
        ("ce_subject", meta.stream_id),
        ("ce_time", msgspec.to_builtins(meta.recorded_at)),
        ("ce_occurredon", meta.occurred_on.isoformat()),
        ("ce_partitionkey", outgoing.key_text or str(meta.key)),
        ("ce_streamversion", str(meta.version)),
        ("ce_position", str(outgoing.position)),
        ("ce_schemaversion", str(meta.schema_version)),
        ("ce_actor", meta.actor.sub),
        ("ce_causationid", None if meta.causation_id is None else str(meta.causation_id)),
        ("traceparent", meta.traceparent),
        ("ce_origin", meta.origin),
        ("ce_hash", outgoing.digest.hex()),
    ]
    return (
        *((name, value.encode()) for name, value in text if value is not None),
        ("ce_meta", outgoing.meta),
        *(((MARK, outgoing.mark),) if outgoing.mark else ()),
        ("content-type", _CONTENT_TYPES.get(meta.type, b"application/json")),
    )


def record_of(
    topic: str,
    partition: int,
    offset: int,
    key: bytes | None,
    value: bytes | None,
    headers: Iterable[tuple[str, bytes]],
) -> Record:
    """Read a record as it came; what cannot be read is left empty for `problem_of` to name."""
    kept = tuple(headers)
    by_name = dict(kept)
    return Record(
        topic=topic,
        partition=partition,
        offset=offset,
        key=_key(key or b""),
        position=_position(by_name.get("ce_position", b"")),
        source=by_name.get("ce_source", b"").decode(errors="replace").removeprefix("/"),
        meta=by_name.get("ce_meta", b""),
        data=value or b"",
        digest=_digest(by_name.get("ce_hash", b"")),
        headers=kept,
    )


def problem_of(record: Record, meta: Meta) -> str | None:
    """Say in which way the headers and the authoritative meta of a record disagree, if any."""
    by_name = dict(record.headers)
    if record.position < 1:
        return "ce_position is missing or not a position"
    if not record.digest:
        return "ce_hash is missing or not a SHA-256"
    if by_name.get("ce_id") != str(meta.event_id).encode():
        return "ce_id is not the id in ce_meta"
    if record.source != meta.source:
        return "ce_source is not the source in ce_meta"
    if record.key != meta.key:
        return "the key is not the key in ce_meta"
    return None


def key_of_text(text: str) -> UUID:
    """Give the id that stands for a record's key that is none."""
    return named(f"log-key:{text.encode().hex()}")


@lru_cache(maxsize=65_536)  # a household's key comes again with each of its events
def _key(raw: bytes) -> UUID:
    try:
        return UUID(raw.decode("ascii"))
    except ValueError:
        return named(f"log-key:{raw.hex()}")


def _position(raw: bytes) -> int:
    return int(raw) if raw.isdigit() and len(raw) <= MOST_DIGITS else 0


def _digest(raw: bytes) -> bytes:
    try:
        digest = bytes.fromhex(raw.decode("ascii"))
    except ValueError:
        return b""
    return digest if len(digest) == 32 else b""  # noqa: PLR2004 - the length of a SHA-256
