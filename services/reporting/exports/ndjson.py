"""Raw events, one a line as they were hashed; the last line is the manifest of those before."""

from collections.abc import Iterable, Iterator

from services.reporting.exports.manifest import Tally
from services.reporting.exports.reading import Row
from shared.codec import canonical


def lines(rows: Iterable[Row], tally: Tally) -> Iterator[bytes]:
    """Give the lines; the manifest's hash is over the bytes of all lines before it."""
    for row in rows:
        tally.counted(row.source, row.position)
        yield tally.wrote(row.line() + b"\n")
    yield canonical({"manifest": tally.manifest()}) + b"\n"
