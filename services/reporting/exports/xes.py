"""Events as a case-centric log (XES, IEEE 1849), for process mining: one trace per household.

What belongs to no household has a trace of its own; nothing sealed is in it.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any
from uuid import UUID
from xml.sax.saxutils import quoteattr

import msgspec

from services.reporting.exports.manifest import Tally
from services.reporting.exports.ocel import plain_values
from services.reporting.exports.reading import Row
from shared.codec import canonical

_EXTENSIONS = {
    "Concept": "concept",
    "Time": "time",
    "Organizational": "org",
    "Identity": "identity",
}
_ELEMENTS = {"boolean": "boolean", "integer": "int", "string": "string"}
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">\n'
    + "".join(
        f'<extension name="{name}" prefix="{prefix}"'
        f' uri="http://www.xes-standard.org/{prefix}.xesext"/>\n'
        for name, prefix in _EXTENSIONS.items()
    )
    + '<global scope="trace"><string key="concept:name" value=""/></global>\n'
    '<global scope="event"><string key="concept:name" value=""/>'
    '<date key="time:timestamp" value="1970-01-01T00:00:00Z"/></global>\n'
    '<classifier name="Event" keys="concept:name"/>\n'
)


def document(rows: Iterable[Row], tally: Tally) -> Iterator[bytes]:
    """Give the log in parts, of rows that come by key; a comment at its end is the manifest."""
    yield tally.wrote(_HEAD.encode())
    for key, events in groupby(rows, lambda row: row.key):
        yield tally.wrote(_trace(key, list(events), tally).encode())
    yield tally.wrote(b"</log>\n")
    # two hyphens would end a comment
    said = canonical(tally.manifest()).replace(b"--", b"-\\u002d")
    yield b"<!-- manifest " + said + b" -->\n"


def _trace(key: UUID, rows: list[Row], tally: Tally) -> str:
    for row in rows:
        tally.counted(row.source, row.position)
    told = sorted(rows, key=lambda row: (row.occurred_on, row.meta.recorded_at, row.event_id))
    events = "".join(_event(row) for row in told)
    return f"<trace>{_said('string', 'concept:name', str(key))}\n{events}</trace>\n"


def _event(row: Row) -> str:
    meta = row.meta
    found = [
        _said("string", "concept:name", f"{meta.source}.{meta.type}"),
        _said("date", "time:timestamp", f"{row.occurred_on.isoformat()}T00:00:00Z"),
        _said("string", "org:resource", meta.actor.sub),
        _said("id", "identity:id", str(row.event_id)),
        _said("string", "hash", row.digest.hex()),
        _said("int", "position", str(row.position)),
        _said("date", "recorded_at", str(msgspec.to_builtins(meta.recorded_at))),
        _said("string", "stream", meta.stream_id),
    ]
    data: dict[str, Any] = msgspec.json.decode(row.data)
    for name, (kind, value) in sorted(plain_values("data.", data)):
        found.append(_said(_ELEMENTS[kind], name, value))
    return f"<event>{''.join(found)}</event>\n"


def _said(element: str, name: str, value: str) -> str:
    legal = _NO_XML.sub("\N{REPLACEMENT CHARACTER}", value)
    return f"<{element} key={quoteattr(name)} value={quoteattr(legal)}/>"
