"""A Merkle log as the database keeps it: grown by events in order, asked for roots and proofs."""

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from shared.tlog.heads import HeadProof
from shared.tlog.heads_kept import KeptHeads
from shared.tlog.leaf import Leaf
from shared.tlog.merkle import (
    Frontier,
    Range,
    consistency_ranges,
    inclusion_ranges,
    range_root,
    root_of,
)
from shared.tlog.tiles import ENTRIES, WIDTH, Tile, bundle, perfect_from, width_in

AT_ONCE = 5_000

Leaves = Callable[[int, int], list[Leaf]]
"""Gives the events after a position up to and with another, in order, as many as there are."""


class TreeGap(Exception):  # noqa: N818 - said to people as one sentence
    """An event that the log has, or must have next, is not where it is read from."""


class Tree:
    """The log of one source in one schema, within the caller's transaction.

    Below the nodes that are kept stand the events themselves: what is asked of the tree is
    computed from them, so a changed event does not go unnoticed.
    """

    def __init__(self, connection: Connection, schema: str, source: str, leaves: Leaves) -> None:
        self._connection, self._schema, self._source = connection, schema, source
        self._leaves = leaves
        self._heads = KeptHeads(connection, schema, source)

    def lock(self) -> int:
        """Keep others from growing it until the transaction ends; give its size."""
        bound = {"source": self._source}
        self._connection.execute(
            text(
                f"INSERT INTO {self._schema}.trees (source) VALUES (:source) ON CONFLICT DO NOTHING"
            ),
            bound,
        )
        asked = f"SELECT size FROM {self._schema}.trees WHERE source = :source FOR UPDATE"
        return int(self._connection.execute(text(asked), bound).scalar_one())

    @property
    def size(self) -> int:
        """How many events it holds."""
        asked = text(f"SELECT size FROM {self._schema}.trees WHERE source = :source")
        return int(self._connection.execute(asked, {"source": self._source}).scalar() or 0)

    def extend(self, size: int, upto: int) -> int:
        """Take the events after `size`, which is locked, up to a position; give the new size."""
        leaves = self._leaves(size, min(upto, size + AT_ONCE))
        if not leaves:
            return size
        if [leaf.position for leaf in leaves] != list(range(size + 1, size + len(leaves) + 1)):
            raise TreeGap(f"{self._source}: position {size + 1} and on are not all there")
        grown = size + len(leaves)
        self._add_nodes(size, grown, [leaf.hash for leaf in leaves])
        self._heads.add(leaves)
        self._connection.execute(
            text(f"UPDATE {self._schema}.trees SET size = :size WHERE source = :source"),
            {"size": grown, "source": self._source},
        )
        return grown

    def root(self, size: int) -> bytes:
        """Give the root over the first `size` events."""
        return self._roots([(0, size)], size)[0]

    def heads_root(self) -> bytes:
        """Give the root over the heads of all events it holds now."""
        return self._heads.root()

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Give the proof that leaf `index` is in the tree of `size`."""
        return self._roots(inclusion_ranges(index, size), size)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Give the proof that the tree of `new` begins with that of `old`."""
        return self._roots(consistency_ranges(old, new), new)

    def head(self, key: UUID) -> HeadProof:
        """Give what shows a key's head among those of all events it holds now."""
        return self._heads.proof(key)

    def tile(self, tile: Tile, size: int) -> bytes | None:
        """Give a tile's bytes as a tree of `size` has them; None where it has not so many."""
        if tile.width > width_in(size, tile.level, tile.number):
            return None
        if tile.level == ENTRIES:
            start = tile.number * WIDTH
            return bundle([leaf.entry for leaf in self._whole(start, start + tile.width)])
        return b"".join(self._hashes(tile.level, tile.number, size)[: tile.width])

    def _roots(self, ranges: Sequence[Range], size: int) -> list[bytes]:
        known: dict[tuple[int, int], list[bytes]] = {}

        def hashes(level: int, number: int) -> list[bytes]:
            if (level, number) not in known:
                known[level, number] = self._hashes(level, number, size)
            return known[level, number]

        return [range_root(each, perfect_from(hashes)) for each in ranges]

    def _hashes(self, level: int, number: int, size: int) -> list[bytes]:
        start = number * WIDTH
        return self._between(level, start, start + width_in(size, level, number))

    def _between(self, level: int, start: int, end: int) -> list[bytes]:
        if level == 0:
            return [leaf.hash for leaf in self._whole(start, end)]
        rows = self._connection.execute(
            text(
                f"SELECT hash FROM {self._schema}.nodes WHERE source = :source"
                " AND level = :level AND number >= :start AND number < :end ORDER BY number"
            ),
            {"source": self._source, "level": level, "start": start, "end": end},
        )
        found = [row[0] for row in rows]
        if len(found) != end - start:
            raise TreeGap(f"{self._source}: nodes {level}/{start} to {end} are not all there")
        return found

    def _whole(self, start: int, end: int) -> list[Leaf]:
        leaves = self._leaves(start, end)
        if [leaf.position for leaf in leaves] != list(range(start + 1, end + 1)):
            raise TreeGap(f"{self._source}: positions {start + 1} to {end} are not all there")
        return leaves

    def _add_nodes(self, old: int, new: int, fresh: list[bytes]) -> None:
        """Keep the roots of the tiles that become whole, level upon level."""
        level, rows = 0, list[tuple[int, int, bytes]]()
        while old // WIDTH < new // WIDTH:
            first = old // WIDTH * WIDTH
            hashes = self._between(level, first, old) + fresh
            fresh = [
                root_of(hashes[start : start + WIDTH])
                for start in range(0, new // WIDTH * WIDTH - first, WIDTH)
            ]
            level, old, new = level + 1, old // WIDTH, new // WIDTH
            rows += [(level, old + place, each) for place, each in enumerate(fresh)]
        if rows:
            levels, numbers, hashes = (list(column) for column in zip(*rows, strict=True))
            self._connection.execute(
                text(
                    f"INSERT INTO {self._schema}.nodes (source, level, number, hash)"
                    " SELECT :source, * FROM unnest(CAST(:levels AS smallint[]),"
                    " CAST(:numbers AS bigint[]), CAST(:hashes AS bytea[]))"
                ),
                {"source": self._source, "levels": levels, "numbers": numbers, "hashes": hashes},
            )


def full_root(leaves: Leaves, size: int) -> bytes:
    """Compute a root from the events alone, without anything that is kept."""
    frontier = Frontier()
    for start in range(0, size, AT_ONCE):
        end = min(size, start + AT_ONCE)
        found = leaves(start, end)
        if [leaf.position for leaf in found] != list(range(start + 1, end + 1)):
            raise TreeGap(f"positions {start + 1} to {end} are not all there")
        for leaf in found:
            frontier.add(leaf.hash)
    return frontier.root()
