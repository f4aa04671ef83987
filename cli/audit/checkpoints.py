"""Whether the events of a store are still those that its checkpoints were signed over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from cli.audit.reading import Advance, Connection, streamed
from cli.audit.streams import REMEDY
from shared.tlog.checkpoint import Checkpoint, read_checkpoint
from shared.tlog.heads import Head, path_of, subtree
from shared.tlog.leaf import NO_EVENTS, Leaf, chained
from shared.tlog.merkle import Frontier
from shared.tlog.notes import BadNote, Verifier, opened, read_note, read_vkey
from shared.tlog.schema import OWN

_PLACED = """
    SELECT p.position, e.key, e.hash FROM positions p LEFT JOIN events e USING (seq)
    ORDER BY p.position
"""
_UNPLACED = """
    SELECT e.event_id FROM events e LEFT JOIN positions p USING (seq)
    WHERE p.seq IS NULL AND e.seq < (SELECT max(seq) FROM positions) ORDER BY e.seq
"""
_SIGNED = f"SELECT number, size, note, vkey FROM {OWN}.checkpoints ORDER BY number"
_REFUSED = f"SELECT problem FROM {OWN}.trees WHERE problem IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint as it is kept, and where; `vkey` is the key that is said to have signed it."""

    where: str
    number: int
    size: int
    note: str
    vkey: str


@dataclass(slots=True)
class Grown:
    """What the events themselves make of the log, up to where they are dense."""

    size: int = 0
    roots: dict[int, bytes] = field(default_factory=dict)
    heads: dict[UUID, Head] = field(default_factory=dict)
    heads_at: int = 0
    """The size that `heads` are as of: that of the last checkpoint, where it is reached."""


def signed_by_store(connection: Connection) -> list[Signed]:
    """Give every checkpoint that a service has signed."""
    return [Signed("kho / store", *row) for row in connection.execute(_SIGNED)]


def positions(
    connection: Connection, signed: Sequence[Signed], grown: Grown, advance: Advance
) -> Iterator[str]:
    """Name what is missing among the positions; grow the log of them for all that was signed."""
    wanted = {each.size for each in signed}
    last, frontier, is_dense = max(wanted, default=0), Frontier(), True
    place = 0
    for position, key, digest in streamed(connection, "audit_positions", _PLACED, advance):
        if position != place + 1:
            is_dense = False
            yield f"vị trí / positions {place + 1}-{position - 1}: đã mất / are gone; {REMEDY}"
        if key is None:
            is_dense = False
            yield f"vị trí / position {position}: sự kiện đã mất / its event is gone; {REMEDY}"
        place = position
        if is_dense:
            leaf = Leaf(position, key, bytes(digest))
            frontier.add(leaf.hash)
            grown.size = position
            if position <= last:
                _head(grown, leaf)
            if position in wanted:
                grown.roots[position] = frontier.root()
    for (event_id,) in connection.execute(_UNPLACED):
        yield f"sự kiện {event_id}: vị trí đã mất / its position is gone; {REMEDY}"


def _head(grown: Grown, leaf: Leaf) -> None:
    before = grown.heads.get(leaf.key) or Head(path_of(leaf.key), 0, 0, NO_EVENTS)
    chain = chained(before.chain, leaf.hash)
    grown.heads[leaf.key] = Head(before.path, leaf.position, before.count + 1, chain)
    grown.heads_at = leaf.position


def checkpoints(origin: str, signed: Iterable[Signed], grown: Grown) -> Iterator[str]:
    """Name each checkpoint that is not whole, not signed, or not what the events make."""
    heads: Mapping[int, bytes] = {}
    if grown.heads:
        heads = {grown.heads_at: subtree(sorted(grown.heads.values())).hash}
    known: dict[str, list[Verifier]] = {}
    numbers: dict[str, int] = {}
    for each in signed:
        name = f"điểm kiểm / checkpoint {each.number} ({each.where})"
        if each.number != numbers.get(each.where, 0) + 1:
            yield f"{name}: điểm trước đã mất / the one before it is gone; {REMEDY}"
        numbers[each.where] = each.number
        problem = _problem(origin, each, known.setdefault(each.where, []), grown, heads)
        if problem is not None:
            yield f"{name}: {problem}; {REMEDY}"


def _problem(
    origin: str,
    each: Signed,
    known: list[Verifier],
    grown: Grown,
    heads: Mapping[int, bytes],
) -> str | None:
    try:
        note, verifier = read_note(each.note), read_vkey(each.vkey)
        said: Checkpoint = read_checkpoint(note.text)
    except BadNote as bad:
        return f"không đọc được / cannot be read: {bad}"
    if note.signed_by(verifier) is None or verifier.name != origin or said.origin != origin:
        return "chữ ký không đúng / the signature is not right"
    if verifier not in known:
        if known and not opened(note, known):
            return "khóa lạ, không khóa cũ nào ký kèm / a new key that no known one vouches for"
        known.append(verifier)
    if said.size != each.size:
        return "cột khác nội dung đã ký / its columns are not what was signed"
    if said.size > grown.size:
        return (
            f"ký {said.size} sự kiện, kho chỉ còn {grown.size} liền nhau / {said.size} events "
            f"were signed, the store holds {grown.size} in a row"
        )
    if grown.roots.get(said.size) != said.root:
        return (
            f"{said.size} sự kiện đầu không còn như đã ký / the first {said.size} events are not "
            "those that were signed"
        )
    if heads.get(said.size, said.heads) != said.heads:
        return "sự kiện theo khoá không còn như đã ký / the keys' events are not those signed"
    return None


def refused(connection: Connection) -> Iterator[str]:
    """Say why evidence cannot be written at the moment, where that is so."""
    for (problem,) in connection.execute(_REFUSED):
        yield f"không ký được, lệnh bị từ chối / not signed, commands are refused: {problem}"
