"""The rows of the synthetic province: how fast it is made, and how fast the rules are scored."""

from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.row import Row, rate
from cli.score import read_event, score
from services.reporting.queries.scoring import watched
from shared.codec import GENESIS, canonical, chain
from simulation.making import EVENTS, make
from simulation.plan import Plan, plants, years

HOUSEHOLDS = 1_500


def encode_and_chain(events: Path) -> int:
    """Do only what any writer of events must: canonical bytes and their hash."""
    digest, count = GENESIS, 0
    with events.open("rb") as lines:
        for line in lines:
            recorded = read_event(line)
            digest = chain(digest, canonical(recorded.meta), canonical(recorded.event))
            count += 1
    return count


def rows() -> list[Row]:
    """Make one province, and score it."""
    plan = Plan(households=HOUSEHOLDS, years=years("2021-2026"), seed=1, plants=plants())
    with TemporaryDirectory() as place:
        folder = Path(place)
        started = perf_counter()
        made = make(plan, folder, watched).events / (perf_counter() - started)
        bare = rate(lambda: encode_and_chain(folder / EVENTS))
        started = perf_counter()
        found = score(folder)
        seconds = perf_counter() - started
    right = all(not (each.missed or each.wrong) for each in found)
    return [
        Row(
            what=f"a province of {HOUSEHOLDS:,} households through the real deciders",
            ours=made,
            unit="events/s",
            reference=bare,
            reference_what="read, encode and chain the same events, nothing decided",
            goal="≥ 2,000 events/s",
            reached=made >= 2_000,
        ),
        Row(
            what="every rule scored on it",
            ours=HOUSEHOLDS / seconds,
            unit="households/s",
            goal="precision and recall 1.0",
            reached=right,
        ),
    ]
