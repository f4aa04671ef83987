"""Roots of a log: of a proof that it grew, and of an export whose every event is hashed anew."""

import json
from collections.abc import Iterable, Mapping, Sequence

from audit.checkpoints import read_signed, unpacked
from audit.refusals import need
from shared.codec import GENESIS, chain
from shared.tlog.leaf import entry_of
from shared.tlog.merkle import Frontier, consistent, leaf_hash
from shared.tlog.notes import Verifier

Place = tuple[str, int]
"""A log by its name, and how many events it had."""
Roots = dict[Place, bytes]


def read_growth(raw: str, keys: Sequence[Verifier]) -> Roots:
    """Return the roots that `…/audit/log/{service}/consistency` shows to be of one log."""
    document = json.loads(raw)
    said, old = read_signed(document["checkpoint"], keys), document["from"]["size"]
    root, proof = unpacked(document["from"]["root"]), [unpacked(e) for e in document["siblings"]]
    need(
        consistent(old, said.size, root, said.root, proof),
        f"{said.origin}: {said.size} sự kiện không nối tiếp {old} sự kiện đầu",
        "the proof does not show that the log grew out of its first events",
    )
    return {(said.origin, old): root, (said.origin, said.size): said.root}


def read_export(lines: Iterable[bytes], wanted: Iterable[Place]) -> Roots:
    """Hash every event of a whole export anew; return the logs' roots at the sizes wanted."""
    places = set(wanted)
    origins = {origin.rpartition("/")[2]: origin for origin, _ in places}
    found: Roots = {}
    ends: dict[tuple[str, str], bytes] = {}
    trees: dict[str, tuple[int, Frontier]] = {}
    for line in lines:
        if line.startswith(b'{"manifest":'):
            break
        first, data, meta, position = _parts(line)
        source, stream = meta["source"], (meta["source"], meta["stream_id"])
        digest = ends[stream] = chain(ends.get(stream, GENESIS), first, data)
        size, tree = trees.get(source) or (0, Frontier())
        need(
            position == size + 1,
            f"{source}: thiếu sự kiện {size + 1}",
            "that event is missing: export everything, with an area of the whole province",
        )
        tree.add(leaf_hash(entry_of(position, digest)))
        trees[source] = (position, tree)
        place = (origins.get(source, ""), position)
        if place in places:
            found[place] = tree.root()
    return found


def _parts(line: bytes) -> tuple[bytes, bytes, Mapping[str, str], int]:
    """Return the bytes of an event's meta and data as they were hashed, the meta and its place."""
    begun, _, rest = line.partition(b',"data":')
    data, _, tail = rest.rpartition(b',"hash":"')
    first = begun + b"}"
    return first, data, json.loads(first), json.loads(b'{"hash":"' + tail)["position"]
