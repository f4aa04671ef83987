"""Proofs under the latest checkpoint that agrees with what reporting has read."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, CursorResult, text

from services.reporting.tlog.leaves import JournalLeaves
from services.reporting.tlog.tables import COPY
from shared.tlog.checkpoint import Checkpoint, read_checkpoint
from shared.tlog.heads import HeadProof, path_of, proves
from shared.tlog.leaf import Leaf
from shared.tlog.merkle import consistent, included
from shared.tlog.notes import read_note
from shared.tlog.tree import Tree, TreeGap

_LATEST = text(
    f"SELECT number, size, note, signed_at FROM {COPY}.checkpoints"
    " WHERE source = :source AND problem IS NULL ORDER BY size DESC, number DESC LIMIT 1"
)
_OF_SIZE = text(
    f"SELECT number, size, note, signed_at FROM {COPY}.checkpoints WHERE source = :source"
    " AND size = :size AND problem IS NULL ORDER BY number DESC LIMIT 1"
)
_COSIGNED = text(
    f"SELECT line FROM {COPY}.cosignatures WHERE source = :source AND number = :number"
    " ORDER BY vkey"
)


class Contradicted(Exception):  # noqa: N818 - said to people as one sentence
    """What was read has been changed since it was compared with what was signed."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """A checkpoint that reporting has compared with its own copy; `note` has all signatures."""

    source: str
    number: int
    note: str
    said: Checkpoint
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class EventProof:
    """That an event is in the log of a checkpoint."""

    leaf: Leaf
    siblings: tuple[bytes, ...]


def latest(connection: Connection, source: str) -> Agreed | None:
    """Give the largest checkpoint that agrees, the newest of that size."""
    return _agreed(connection, source, connection.execute(_LATEST, {"source": source}))


def of_size(connection: Connection, source: str, size: int) -> Agreed | None:
    """Give the newest checkpoint of a size that agrees, if any was signed there."""
    bound = {"source": source, "size": size}
    return _agreed(connection, source, connection.execute(_OF_SIZE, bound))


def _agreed(connection: Connection, source: str, rows: CursorResult[Any]) -> Agreed | None:
    found = rows.one_or_none()
    if found is None:
        return None
    bound = {"source": source, "number": found.number}
    lines = "".join(row[0] for row in connection.execute(_COSIGNED, bound))
    said = read_checkpoint(read_note(found.note).text)
    return Agreed(source, found.number, found.note + lines, said, found.signed_at)


def prove_events(
    connection: Connection, agreed: Agreed, positions: Collection[int]
) -> dict[int, EventProof]:
    """Prove events of the checkpoint's source that it covers; each proof is verified first."""
    tree, leaves = tree_of(connection, agreed.source), JournalLeaves(connection, agreed.source)
    size, found = agreed.said.size, {}
    for position in positions:
        try:
            [leaf] = leaves(position - 1, position)
            siblings = tree.inclusion(position - 1, size)
        except (ValueError, TreeGap):
            raise Contradicted(f"{agreed.source} {position}") from None
        if not included(leaf.hash, position - 1, size, siblings, agreed.said.root):
            raise Contradicted(f"{agreed.source} {position}")
        found[position] = EventProof(leaf, tuple(siblings))
    return found


def prove_head(connection: Connection, agreed: Agreed, key: UUID) -> HeadProof:
    """Prove a key's head, or that it has no events, under the latest checkpoint."""
    found = tree_of(connection, agreed.source).head(key)
    if not proves(path_of(key), found, agreed.said.heads):
        raise Contradicted(f"{agreed.source} {key}")
    return found


def prove_growth(connection: Connection, agreed: Agreed, old: int) -> tuple[bytes, list[bytes]]:
    """Prove that the log began with its first `old` events; give their root too."""
    tree = tree_of(connection, agreed.source)
    try:
        root, siblings = tree.root(old), tree.consistency(old, agreed.said.size)
    except TreeGap:
        raise Contradicted(f"{agreed.source} {old}") from None
    if not consistent(old, agreed.said.size, root, agreed.said.root, siblings):
        raise Contradicted(f"{agreed.source} {old}")
    return root, siblings


def tree_of(connection: Connection, source: str) -> Tree:
    """Give reporting's copy of a service's log."""
    return Tree(connection, COPY, source, JournalLeaves(connection, source))
