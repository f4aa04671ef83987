"""Whether the trees of heads, as they are kept to prove from, are what the events make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from cli.audit.checkpoints import Grown
from cli.audit.reading import Connection
from cli.audit.streams import REMEDY
from shared.tlog.heads import BITS, Head, Sub, bucket_of, subtree

_SIZE = "SELECT size FROM {schema}.trees WHERE source = %s"
_HEADS = "SELECT path, position, count, chain FROM {schema}.heads WHERE source = %s"
_BUCKETS = "SELECT bucket, count, hash FROM {schema}.buckets WHERE source = %s AND NOT is_stale"


def heads(
    connection: Connection, schema: str, source: str, grown: Grown, where: str
) -> Iterator[str]:
    """Name each key whose end is kept otherwise than its events have it.

    Looked at only where the tree is as of the last checkpoint, as `grown` is.
    """
    size = connection.execute(_SIZE.format(schema=schema), (source,)).fetchone()
    if size != (grown.heads_at,):
        return
    right = {head.path: (key, head) for key, head in grown.heads.items()}
    for row in connection.execute(_HEADS.format(schema=schema), (source,)):
        kept = Head(bytes(row[0]), row[1], row[2], bytes(row[3]))
        key, head = right.pop(kept.path, (None, None))
        if kept != head:
            yield (
                f"{where}: đầu chuỗi của {key or kept.path.hex()} không còn như các sự kiện / "
                f"the end of this key is not what its events make; {REMEDY}"
            )
    for key, _ in right.values():
        yield f"{where}: đầu chuỗi của {key} đã mất / the end of this key is gone; {REMEDY}"
    yield from _buckets(connection, schema, source, grown, where)


def _buckets(
    connection: Connection, schema: str, source: str, grown: Grown, where: str
) -> Iterator[str]:
    within = defaultdict[int, list[Head]](list)
    for head in sorted(grown.heads.values()):
        within[bucket_of(head.path)].append(head)
    for bucket, count, digest in connection.execute(_BUCKETS.format(schema=schema), (source,)):
        if Sub(count, bytes(digest)) != subtree(within[bucket], BITS):
            yield (
                f"{where}: nhóm {bucket} không còn như các sự kiện / this bucket of the tree of "
                f"heads is not what the events make; {REMEDY}"
            )
