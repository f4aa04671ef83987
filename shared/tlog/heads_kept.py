"""The tree of heads as the database keeps it: brought along with the log, asked for proofs."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from shared.tlog.heads import (
    BITS,
    BUCKETS,
    Head,
    HeadProof,
    Sub,
    bucket_of,
    levels,
    path_of,
    proof_within,
    subtree,
    walk,
)
from shared.tlog.leaf import NO_EVENTS, Leaf, chained

AT_ONCE = 256


class KeptHeads:
    """The heads of one source in one schema, within the caller's transaction."""

    def __init__(self, connection: Connection, schema: str, source: str) -> None:
        self._connection, self._schema, self._source = connection, schema, source

    def add(self, leaves: Sequence[Leaf]) -> None:
        """Bring the heads along with new events, in the order of their positions."""
        paths = {leaf.key: path_of(leaf.key) for leaf in leaves}
        heads = {head.path: head for head in self._heads(sorted(paths.values()))}
        for leaf in leaves:
            path = paths[leaf.key]
            before = heads.get(path) or Head(path, 0, 0, NO_EVENTS)
            chain = chained(before.chain, leaf.hash)
            heads[path] = Head(path, leaf.position, before.count + 1, chain)
        self._keep(sorted(heads.values()))

    def root(self) -> bytes:
        """Give the root over all heads; what events have touched is hashed again first."""
        stale = self._stale()
        for start in range(0, len(stale), AT_ONCE):
            self._refresh(stale[start : start + AT_ONCE])
        return levels(self._buckets())[0][0].hash

    def proof(self, key: UUID) -> HeadProof:
        """Give what shows a key's head, or that it has none, under the present root."""
        path = path_of(key)
        rows = levels(self._buckets())
        above = walk(rows, path)
        low = (bucket_of(path) >> (BITS - len(above))) << (BITS - len(above))
        high = low + (1 << (BITS - len(above)))
        return proof_within(self._within(low, high), path, above)

    def _buckets(self) -> list[Sub]:
        found = self._connection.execute(
            text(f"SELECT bucket, count, hash FROM {self._schema}.buckets WHERE source = :source"),
            {"source": self._source},
        )
        buckets = [Sub()] * BUCKETS
        for bucket, count, digest in found:
            buckets[bucket] = Sub(count, digest)
        return buckets

    def _stale(self) -> list[int]:
        found = self._connection.execute(
            text(
                f"SELECT bucket FROM {self._schema}.buckets WHERE source = :source AND is_stale"
                " ORDER BY bucket"
            ),
            {"source": self._source},
        )
        return [row[0] for row in found]

    def _refresh(self, buckets: Sequence[int]) -> None:
        found = self._connection.execute(
            text(
                f"SELECT bucket, path, position, count, chain FROM {self._schema}.heads"
                " WHERE source = :source AND bucket = ANY(:buckets) ORDER BY path"
            ),
            {"source": self._source, "buckets": list(buckets)},
        )
        heads: dict[int, list[Head]] = {bucket: [] for bucket in buckets}
        for bucket, *columns in found:
            heads[bucket].append(Head(*columns))
        subs = [subtree(heads[bucket], BITS) for bucket in buckets]
        self._connection.execute(
            text(
                f"UPDATE {self._schema}.buckets b"
                " SET count = n.count, hash = n.hash, is_stale = false FROM unnest("
                " CAST(:buckets AS int[]), CAST(:counts AS bigint[]), CAST(:hashes AS bytea[]))"
                " AS n(bucket, count, hash) WHERE b.source = :source AND b.bucket = n.bucket"
            ),
            {
                "source": self._source,
                "buckets": list(buckets),
                "counts": [sub.count for sub in subs],
                "hashes": [sub.hash for sub in subs],
            },
        )

    def _heads(self, paths: Sequence[bytes]) -> list[Head]:
        found = self._connection.execute(
            text(
                f"SELECT h.path, h.position, h.count, h.chain FROM {self._schema}.heads h"
                " JOIN unnest(CAST(:buckets AS int[]), CAST(:paths AS bytea[]))"
                " AS w(bucket, path) ON h.bucket = w.bucket AND h.path = w.path"
                " WHERE h.source = :source"
            ),
            {
                "source": self._source,
                "buckets": [bucket_of(path) for path in paths],
                "paths": list(paths),
            },
        )
        return [Head(*row) for row in found]

    def _within(self, low: int, high: int) -> list[Head]:
        found = self._connection.execute(
            text(
                f"SELECT path, position, count, chain FROM {self._schema}.heads"
                " WHERE source = :source AND bucket >= :low AND bucket < :high ORDER BY path"
            ),
            {"source": self._source, "low": low, "high": high},
        )
        return [Head(*row) for row in found]

    def _keep(self, heads: Sequence[Head]) -> None:
        buckets = [bucket_of(head.path) for head in heads]
        self._connection.execute(
            text(
                f"INSERT INTO {self._schema}.heads (source, bucket, path, position, count, chain)"
                " SELECT :source, * FROM unnest(CAST(:buckets AS int[]), CAST(:paths AS bytea[]),"
                " CAST(:positions AS bigint[]), CAST(:counts AS bigint[]),"
                " CAST(:chains AS bytea[])) ON CONFLICT (source, bucket, path) DO UPDATE"
                " SET position = excluded.position, count = excluded.count, chain = excluded.chain"
            ),
            {
                "source": self._source,
                "buckets": buckets,
                "paths": [head.path for head in heads],
                "positions": [head.position for head in heads],
                "counts": [head.count for head in heads],
                "chains": [head.chain for head in heads],
            },
        )
        self._connection.execute(
            text(
                f"INSERT INTO {self._schema}.buckets (source, bucket)"
                " SELECT :source, * FROM unnest(CAST(:buckets AS int[]))"
                " ON CONFLICT (source, bucket) DO UPDATE SET is_stale = true"
            ),
            {"source": self._source, "buckets": sorted(set(buckets))},
        )
