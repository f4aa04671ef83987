"""Events as an object-centric event log (OCEL 2.0, JSON), for process mining.

Every stream, household and thing an event names is an object; nothing sealed is in it.
"""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import msgspec

from services.reporting.exports.manifest import Tally
from services.reporting.exports.reading import Row
from shared.codec import canonical

SEALED = "s1:"
TIMES = ("recorded_at",)
_TYPES: dict[type[Any], str] = {bool: "boolean", int: "integer", str: "string"}
_OBJECTS = (
    "household",
    "loan",
    "assignment",
    "sponsor",
    "group",
    "model",
    "disbursement",
    "review",
)

Attributes = dict[str, tuple[str, str]]
"""By name: the type and the value, which the format wants as a text."""


def document(rows: Iterable[Row], tally: Tally) -> Iterator[bytes]:
    """Give the log in parts; the member `manifest`, which readers skip, hashes what precedes it."""
    objects: dict[str, str] = {}
    types: dict[str, dict[str, str]] = {}
    yield tally.wrote(b'{"events":[')
    before = b""
    for row in rows:
        tally.counted(row.source, row.position)
        event, named, attributes = _event(row)
        objects |= named
        declared = types.setdefault(event["type"], {})
        for name, (kind, _) in attributes.items():
            # one name, two kinds: both are texts then
            declared[name] = kind if declared.get(name, kind) == kind else "string"
        yield tally.wrote(before + canonical(event))
        before = b","
    yield tally.wrote(b'],"objects":[')
    before = b""
    for found, kind in objects.items():
        yield tally.wrote(before + canonical({"id": found, "type": kind}))
        before = b","
    kinds = [{"name": kind, "attributes": []} for kind in sorted(set(objects.values()))]
    declared_types = [
        {
            "name": name,
            "attributes": [{"name": of, "type": kind} for of, kind in sorted(given.items())],
        }
        for name, given in sorted(types.items())
    ]
    foot = b'],"objectTypes":' + canonical(kinds) + b',"eventTypes":' + canonical(declared_types)
    yield tally.wrote(foot)
    yield b',"manifest":' + canonical(tally.manifest()) + b"}"


def _event(row: Row) -> tuple[dict[str, Any], dict[str, str], Attributes]:
    meta = row.meta
    data = msgspec.json.decode(row.data)
    stream_kind, _, stream_id = meta.stream_id.partition("-")
    named = {stream_id: stream_kind}
    relations = [{"objectId": stream_id, "qualifier": "stream"}]
    for kind in _OBJECTS:
        value = data.get(f"{kind}_id")
        if value is not None and _is_id(value) and value != stream_id:
            named[value] = kind
            relations.append({"objectId": value, "qualifier": kind})
    attributes = dict(plain_values("", data))
    attributes |= {
        "actor": ("string", meta.actor.sub),
        "hash": ("string", row.digest.hex()),
        "position": ("integer", str(row.position)),
        "recorded_at": ("time", msgspec.to_builtins(meta.recorded_at)),
    }
    event = {
        "id": str(meta.event_id),
        "type": f"{meta.source}.{meta.type}",
        "time": f"{meta.occurred_on.isoformat()}T00:00:00Z",
        "attributes": [
            {"name": name, "value": value} for name, (_, value) in sorted(attributes.items())
        ],
        "relationships": relations,
    }
    return event, named, attributes


def plain_values(before: str, data: dict[str, Any]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Give what is one value, under its path; lists and what is sealed are left to the raw log."""
    for name, value in data.items():
        if isinstance(value, dict):
            yield from plain_values(f"{before}{name}.", value)
        elif isinstance(value, str) and value.startswith(SEALED):
            continue
        elif (kind := _TYPES.get(type(value))) is not None:
            text = str(value).lower() if kind == "boolean" else str(value)
            yield f"{before}{name}", (kind, text)


def _is_id(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False
