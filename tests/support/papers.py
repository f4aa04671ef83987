"""Signed logs in memory, by their definitions: what stands beside events in proofs of findings."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from random import Random
from typing import Any
from uuid import UUID

from audit import proof_file
from services.reporting.proofs.assembly import Line
from services.reporting.tlog.proofs import Agreed, EventProof
from shared.recorded import Recorded
from shared.tlog.checkpoint import Checkpoint
from shared.tlog.heads import Head, HeadProof, path_of, proof_within, subtree
from shared.tlog.leaf import NO_EVENTS, Leaf, chained
from shared.tlog.merkle import inclusion_ranges, node_hash, range_root
from shared.tlog.notes import Signer, sign

AT = datetime(2026, 6, 1, tzinfo=UTC)


@lru_cache(maxsize=4)
def _others(size: int, households: int) -> tuple[list[list[bytes]], list[Head]]:
    """Give a log of other people's events, level by level, and their heads."""
    made = Random(1)
    rows = [[made.randbytes(32) for _ in range(size)]]
    while len(rows[-1]) > 1:
        row = rows[-1]
        rows.append([node_hash(row[n], row[n + 1]) for n in range(0, len(row) - 1, 2)])
    heads = [Head(made.randbytes(32), 1, 1, NO_EVENTS) for _ in range(households)]
    return rows, sorted(heads)


class PaperLog:
    """One service's log, with one household's events somewhere in it."""

    def __init__(
        self, source: str, key: UUID, recorded: Sequence[Recorded], others: int, households: int
    ) -> None:
        self.lines: list[Line] = []
        self.size = max(others, len(recorded))
        rows, heads = _others(self.size, households)
        self._rows: dict[tuple[int, int], bytes] = {}
        self._below = rows
        places = range(1, self.size + 1)
        positions = sorted(Random(2).sample(places, len(recorded)))
        chain, self.leaves = NO_EVENTS, dict[int, Leaf]()
        for position, each in zip(positions, recorded, strict=True):
            leaf = self.leaves[position] = Leaf(position, key, each.digest)
            self._put(position - 1, leaf.hash)
            chain = chained(chain, leaf.hash)
            meta = each.meta
            names = (meta.event_id, meta.stream_id, meta.version, meta.type)
            content = (each.meta_bytes, each.data, each.digest)
            self.lines.append(Line(source, position, key, *names, *content))
        mine = [Head(path_of(key), positions[-1], len(positions), chain)] if positions else []
        self.heads = sorted([*mine, *heads])
        self.signer = Signer(f"giamngheo/{source}", bytes(32))
        root = range_root((0, self.size), self.perfect)
        said = Checkpoint(f"giamngheo/{source}", self.size, root, subtree(self.heads).hash, AT)
        self.agreed = Agreed(source, 1, str(sign(said.text, [self.signer])), said, AT)

    def _put(self, index: int, leaf: bytes) -> None:
        """Put another leaf into the log, and hash what stands above it anew."""
        self._rows[0, index] = leaf
        for level in range(1, len(self._below)):
            index >>= 1
            if index >= len(self._below[level]):
                return
            below = (self.perfect(level - 1, 2 * index), self.perfect(level - 1, 2 * index + 1))
            self._rows[level, index] = node_hash(*below)

    def perfect(self, level: int, index: int) -> bytes:
        return self._rows.get((level, index)) or self._below[level][index]


class PaperLogs:
    """The logs of all services; `others` events and `households` are somebody else's in each."""

    def __init__(
        self, key: UUID, recorded: Sequence[Recorded], others: int = 0, households: int = 3
    ) -> None:
        self._key, self._recorded, self._others = key, recorded, (others, households)
        self._logs: dict[str, PaperLog] = {}

    def _of(self, source: str) -> PaperLog:
        if source not in self._logs:
            own = [each for each in self._recorded if each.meta.source == source]
            self._logs[source] = PaperLog(source, self._key, own, *self._others)
        return self._logs[source]

    def lines(self, sources: Collection[str]) -> list[Line]:
        return [line for source in sorted(sources) for line in self._of(source).lines]

    def log(self, source: str) -> Agreed | None:
        return self._of(source).agreed

    def note(self, agreed: Agreed) -> tuple[str, str]:
        return self._of(agreed.source).signer.verifier.vkey, agreed.note

    def events(self, agreed: Agreed, positions: Collection[int]) -> dict[int, EventProof]:
        log, found = self._of(agreed.source), {}
        for position in positions:
            parts = inclusion_ranges(position - 1, log.size)
            siblings = tuple(range_root(part, log.perfect) for part in parts)
            found[position] = EventProof(log.leaves[position], siblings)
        return found

    def head(self, agreed: Agreed, key: UUID) -> HeadProof:
        return proof_within(self._of(agreed.source).heads, path_of(key))

    def links(self, source: str, wanted: set[tuple[str, int]]) -> dict[tuple[str, int], bytes]:
        lines = self._of(source).lines
        every = {(line.stream_id, line.version): line.hash for line in lines}
        return {each: every[each] for each in wanted if each in every}


def changed(raw: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    """Give a file with a change, sealed anew as a forger would."""
    document = proof_file.read_file(raw)
    change(document)
    return proof_file.sealed(document)


def values_of(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Name every value of a file by the way to it."""
    if isinstance(value, dict | list):
        inside = value.items() if isinstance(value, dict) else enumerate(value)
        for name, each in inside:
            yield from values_of(each, (*path, name))
    else:
        yield path


def touched(raw: bytes, path: tuple[Any, ...]) -> bytes:
    """Give a file with one value changed, sealed anew."""

    def change(document: dict[str, Any]) -> None:
        *way, last = path
        inside: Any = document
        for name in way:
            inside = inside[name]
        inside[last] = _another(inside[last])

    return changed(raw, change)


def _another(value: Any) -> Any:
    if isinstance(value, str) and value:
        middle = len(value) // 2
        return value[:middle] + chr(ord(value[middle]) ^ 1) + value[middle + 1 :]
    return 1 - value if isinstance(value, int) else "x"
