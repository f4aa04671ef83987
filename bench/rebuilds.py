"""The rows of rebuilds: by one process and by two, of so many events that starting them is little.

Each for two histories: households made up so that nearly everything is found of them, and
households of the synthetic province, of which little is.
"""

import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import Engine, text

from bench.reporting import ceiling, journalled, province
from bench.row import Row
from bench.views import MADE_UP, SYNTHETIC, synthetic
from services.reporting.domain.sources import REGISTRIES
from services.reporting.projections.rebuild import rebuild
from shared.recorded import Recorded
from tests.support.projecting import PARTITIONS

EVENTS = 150_000
TURNS = 3
_ID = re.compile(rb"\b[0-9a-f](?=[0-9a-f]{7}(?:-[0-9a-f]{4}){3}-)|(?<=h1:)[0-9a-f]")
_DIGITS = b"0123456789abcdef"


class Taken(NamedTuple):
    """Seconds by the clock, and of the processor: of this process, and of those it started."""

    clock: float
    own: float
    others: float


def rows() -> list[Row]:
    """Measure both histories."""
    found: list[Row] = []
    for name, recorded in ((MADE_UP, province(EVENTS // 30, 30)), (SYNTHETIC, repeated())):
        with journalled(recorded) as engine:
            found += rebuilds(name, engine, len(recorded))
    return found


def repeated() -> list[Recorded]:
    """Give a synthetic province several times over, each time with other ids and pseudonyms."""
    once = synthetic()
    return [other for turn in range(-(-EVENTS // len(once))) for other in _another(once, turn)]


def _another(once: Sequence[Recorded], turn: int) -> Iterator[Recorded]:
    def other(found: re.Match[bytes]) -> bytes:
        return _DIGITS[int(found[0], 16) ^ turn :][:1]

    for each in once:
        meta, data = _ID.sub(other, each.meta_bytes), _ID.sub(other, each.data)
        place = (each.position or 0) + turn * 10 * EVENTS
        yield REGISTRIES[each.meta.source].read(meta, data, each.digest, place)


def timed(work: Callable[[], object]) -> Taken:
    """Do it once."""
    clock, own, others = time.perf_counter(), time.process_time(), _others()
    work()
    return Taken(time.perf_counter() - clock, time.process_time() - own, _others() - others)


def _others() -> float:
    spent = os.times()
    return spent.children_user + spent.children_system


def rebuilds(name: str, engine: Engine, events: int) -> list[Row]:
    """Rebuild everything by one process and by two in turns, beside reading without rules."""
    with engine.begin() as connection:  # so that the first fills the views
        connection.execute(text("UPDATE views.about SET version = 0"))
    rebuild(engine, PARTITIONS)

    def by(workers: int) -> None:
        assert rebuild(engine, PARTITIONS, workers).equal

    turns = [
        (timed(lambda: ceiling(engine)), timed(lambda: by(1)), timed(lambda: by(2)))
        for _ in range(TURNS)
    ]
    bare, one, two = (min(taken) for taken in zip(*turns, strict=True))
    alone, both = events / one.clock, events / two.clock
    return [
        Row(
            what=f"rebuild every view with all rules, one process: {name}",
            ours=alone,
            unit="events/s",
            goal=">= 40,000/s and >= 0.5 of the ceiling",
            reached=alone >= 40_000 and one.clock <= 2 * bare.clock,
            reference=events / bare.clock,
            reference_what="events/s read, decoded, folded and copied without rules",
            note=f"{one.own / events * 1e6:.1f} µs of its processor an event, of which reading"
            f" without rules {bare.own / events * 1e6:.1f}",
        ),
        Row(
            what=f"the same, two processes: {name}",
            ours=both,
            unit="events/s",
            goal=">= 1.5 of one process",
            reached=both >= 1.5 * alone,
            reference=alone,
            reference_what="events/s by one process",
            note=f"{events:,} events; {two.own / events * 1e6:.1f} µs of processor an event of the"
            f" one that asked, {two.others / events * 1e6:.1f} of the other",
        ),
    ]
