"""Zero skip by walking every interleaving of a small world (guarantee G1)."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from shared.mover.watch import Watch, after_look, after_pass
from tests.support.sequencer_model import Rules, World, Writer, walk

ALONE = World((Writer(), Writer(), Writer()), passes=3)
TWICE = World((Writer(draws=2), Writer(draws=2)))
CHAIN = World((Writer(), Writer(follows=0), Writer()))
TWO = World((Writer(), Writer()), watches=((0, ()), (0, ())), looks_next=(False, False))

WORLDS = {"three writers": ALONE, "two draws": TWICE, "a stream": CHAIN, "two sequencers": TWO}


@pytest.mark.parametrize("limit", [1, 2, 5_000])
@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_no_interleaving_loses_or_reorders_an_event(world: World, limit: int) -> None:
    findings = walk(world, Rules(limit=limit))
    assert findings.worlds > 1_000
    assert (findings.lost, findings.disordered, findings.unsettled) == (0, 0, 0)


def forget_holes(watch: Watch, seen: Sequence[int], *, full: bool) -> Watch:
    return replace(after_pass(watch, seen, full=full), holes={})


def give_up_by_age(watch: Watch, seen: Sequence[int], *, full: bool) -> Watch:
    old = {number: frozenset[str]() for number in watch.holes}
    return after_pass(replace(watch, holes=old), seen, full=full)


def give_up_beyond_the_limit(watch: Watch, seen: Sequence[int], *, full: bool) -> Watch:
    return after_pass(watch, seen, full=False)


def give_up_at_the_look(watch: Watch, running: frozenset[str]) -> Watch:
    looked = after_look(watch, running)
    return replace(looked, holes={n: waits for n, waits in looked.holes.items() if waits})


BUGS = {
    "no hole list": Rules(after_pass=forget_holes),
    "holes die by age": Rules(after_pass=give_up_by_age),
    "holes die without a later pass": Rules(after_look=give_up_at_the_look),
}


@pytest.mark.parametrize("bug", BUGS.values(), ids=BUGS)
def test_the_walk_sees_a_planted_bug(bug: Rules) -> None:
    findings = walk(ALONE, bug)
    assert findings.lost > 0
    assert findings.unsettled > 0


def test_the_walk_sees_holes_given_up_though_a_full_pass_never_reached_them() -> None:
    # three numbers come visible together while an earlier one fills the pass
    world = World((Writer(draws=3), Writer()), passes=5)
    assert walk(world, Rules(limit=1)).lost == 0
    assert walk(world, Rules(after_pass=give_up_beyond_the_limit, limit=1)).lost > 0


def test_a_hole_waits_for_those_who_ran_when_it_was_missed_and_one_more_pass() -> None:
    watch = after_pass(Watch(), [2], full=False)
    assert dict(watch.holes) == {1: None}
    watch = after_look(watch, {"3/1", "4/7"})
    watch = after_pass(watch, [], full=False)
    assert dict(watch.holes) == {1: frozenset({"3/1", "4/7"})}
    watch = after_look(watch, {"4/7", "3/2"})  # 3/2 began later: it cannot own the number
    assert dict(watch.holes) == {1: frozenset({"4/7"})}
    watch = after_look(watch, {"3/2"})
    assert watch.settled == 0
    assert (after_pass(watch, [], full=False).holes, watch.top) == ({}, 2)
    assert after_pass(watch, [1], full=False).settled == 2
