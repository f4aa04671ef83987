"""From a record as it came to an event that may be believed, or the reason why not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from shared.codec import Registries, follows
from shared.log.headers import problem_of
from shared.log.port import Record
from shared.projector.journal import digests
from shared.recorded import Recorded

Links = dict[tuple[str, str, int], bytes]
"""The hash of an event by source, stream and version."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a record cannot be believed."""

    reason: str


Reading = tuple[Record, Recorded | Doubt]


def read_records(
    connection: Connection,
    records: Iterable[Record],
    sources: Mapping[str, str],
    registries: Registries,
) -> list[Reading]:
    """Decode and check each record; `sources` says whose events a topic carries.

    A hash is checked wherever the event before it in its stream is in this batch or in the
    journal; of a stream whose events have several keys it may not be there yet.
    """
    readings = [(record, _decode(record, sources, registries)) for record in records]
    links = _links(connection, readings)
    checked: list[Reading] = []
    for record, reading in readings:
        if isinstance(reading, Recorded):
            checked.append((record, _check(reading, links)))
        else:
            checked.append((record, reading))
    return checked


def _decode(record: Record, sources: Mapping[str, str], registries: Registries) -> Recorded | Doubt:
    source = sources[record.topic]
    try:
        recorded = registries[source].read(record.meta, record.data, record.digest, record.position)
    except Exception as problem:  # noqa: BLE001 - whatever is wrong with it, its key must wait
        return Doubt(f"{type(problem).__name__}: {problem}")
    problem_found = problem_of(record, recorded.meta)
    if problem_found is None and recorded.meta.source != source:
        problem_found = f"an event of {recorded.meta.source} on the topic of {source}"
    return recorded if problem_found is None else Doubt(problem_found)


def _links(connection: Connection, readings: Iterable[Reading]) -> Links:
    links: Links = {}
    wanted: dict[str, set[tuple[str, int]]] = {}
    for _, recorded in readings:
        if isinstance(recorded, Recorded):
            meta = recorded.meta
            links[meta.source, meta.stream_id, meta.version] = recorded.digest
            wanted.setdefault(meta.source, set()).add((meta.stream_id, meta.version - 1))
    for source, places in wanted.items():
        missing = [
            (stream, version)
            for stream, version in places
            if version > 0 and (source, stream, version) not in links
        ]
        if missing:
            for (stream, version), digest in digests(connection, source, missing).items():
                links[source, stream, version] = digest
    return links


def _check(recorded: Recorded, links: Links) -> Recorded | Doubt:
    meta = recorded.meta
    before = links.get((meta.source, meta.stream_id, meta.version - 1))
    if follows(before, meta.version, recorded.meta_bytes, recorded.data, recorded.digest) is False:
        return Doubt("ce_hash does not follow from the event before it in its stream")
    return recorded
