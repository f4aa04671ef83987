"""The same events in any order, any batches, with any duplication: the same bytes in every view."""

import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from services.reporting.domain.dossier import fold
from services.reporting.domain.rulebook import RULEBOOKS
from services.reporting.projections.rebuild import rebuild
from services.reporting.projections.rows import household_rows
from shared.recorded import Recorded
from tests.support.facts import (
    HOME,
    Recorder,
    applied,
    assigned,
    classified,
    closed,
    collected,
    day,
    disbursed,
    groups,
    inspected,
    registered,
    target,
    uid,
    visited,
)
from tests.support.projecting import (
    PARTITIONS,
    contents,
    digest,
    drain,
    emptied,
    memory_log,
    projector,
    publish,
)

M = 1_000_000


def life(number: int, chance: random.Random) -> list[Any]:
    """What happens to one household, in the order in which its services record it."""
    home, loan = uid(f"home {number}"), uid(f"loan {number}")
    paid, help_ = uid(f"paid {number}"), uid(f"help {number}")
    account = chance.choice(["h1:one", "h1:two", None])
    on = chance.randint(0, 120)
    facts = [
        registered(home=home),
        classified(chance.choice(["poor", "near_poor"]), home=home),
        target(day(-20), year=2026, home=home),
        applied("HN", loan=loan, home=home),
        disbursed(day(on), paid=paid, loan=loan, home=home, account=account),
        inspected(day(on + 9), wrong=chance.choice([0, 20 * M]), paid=paid, loan=loan, home=home),
        collected(day(on + 30), 20 * M, loan=loan, home=home),
        assigned(day(5), help_=help_, home=home),
        visited(day(chance.randint(60, 150)), help_=help_, home=home),
        groups("single_parent", on=day(3), home=home),
        closed(day(200), home=home),
    ]
    first = chance.choice([0, 0, 1, 3, 4])  # a loan may come before its household
    return facts[first : chance.randint(5, len(facts))]


def province(seed: int, households: int = 8) -> list[Recorded]:
    chance = random.Random(seed)
    recorder = Recorder()
    lives = [life(number, chance) for number in range(households)]
    events = [event for own in lives for event in own]
    return [recorder.record(event) for event in events]


def interleaved(recorded: Sequence[Recorded], seed: int) -> list[Recorded]:
    """Mix the topics as chance will, each in its own order, some records twice."""
    chance = random.Random(seed)
    queues: dict[str, list[Recorded]] = {}
    for each in recorded:
        queues.setdefault(each.meta.source, []).append(each)
    mixed: list[Recorded] = []
    while queues:
        source = chance.choice(sorted(queues))
        mixed.append(queues[source].pop(0))
        if not queues[source]:
            del queues[source]
        if chance.random() < 0.2:
            again = [each for each in mixed if each.meta.source == source]
            mixed.extend(again[-chance.randint(1, 3) :])
    return mixed


@settings(deadline=None, max_examples=100)
@given(st.randoms(use_true_random=False))
def test_a_dossier_has_the_same_bytes_whatever_the_order_of_arrival(chance: random.Random) -> None:
    recorder = Recorder()
    own = [recorder.record(event) for event in life(0, chance)]
    home = uid("home 0")
    expected = household_rows(fold(home, own), RULEBOOKS[-1])
    chance.shuffle(own)
    assert household_rows(fold(home, own), RULEBOOKS[-1]) == expected
    assert household_rows(fold(HOME, []), RULEBOOKS[-1]) is None


@pytest.mark.servers
@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10**6), batch=st.integers(1, 40), order=st.integers(0, 10**6))
def test_every_interleaving_of_the_topics_gives_the_same_views(
    engine: Engine, seed: int, batch: int, order: int
) -> None:
    recorded = province(seed)
    results = []
    for arrival in (recorded, interleaved(recorded, order)):
        emptied(engine)
        log = memory_log()
        publish(log, arrival)
        drain(projector(engine, log, batch=batch))
        results.append((digest(engine), contents(engine)))
    assert results[0] == results[1]
    outcome = rebuild(engine, PARTITIONS)
    assert outcome.equal
    assert outcome.switched
    assert (digest(engine), contents(engine)) == results[0]
