"""The rows of the rules about counts: what they find where something is, and where nothing is.

Every figure is over provinces that are made up from the seeds printed beside it. Of a province
only what the rules count is made: how many reviews there are and how many of them are hits.
"""

import random
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from bench import detectors_groups as groups
from bench.row import Row
from services.reporting.domain.annual import Counts, Tally
from services.reporting.domain.rulebook import RULEBOOKS
from services.reporting.rules import bunching, lenient_reviewer
from services.reporting.rules.lenient_reviewer import Who
from shared.areas import Commune, places

PROVINCES = 200
COMMUNES = 108
YEAR = 2024
"""The last of the old map, on which the province has 108 communes."""
SEEDS = range(1, PROVINCES + 1)
POWER, FALSE = 0.8, 0.05
PLANTED_BELOW = 0.8
"""Of those near the cut-off in a planted commune: four in five just below it."""
PLANTED_POOR, POOR, SELDOM = 0.95, 0.60, 0.20
"""Of a planted reviewer's households; of everybody else's, who are reviewed because they may be
poor; and of everybody's, if whole villages were reviewed."""
REVIEWERS = 4

Found = set[tuple[str, ...]]
Find = Callable[[random.Random, bool], Found]
"""Makes a province up, with something planted in it or not, and gives what a rule finds there."""


def _communes() -> list[Commune]:
    found = [place for place in places(date(YEAR, 12, 15)) if place.level == "commune"]
    return [Commune(place.code, place.valid_from) for place in found[:COMMUNES]]


HERE = _communes()
NOTE = f"seeds 1–{PROVINCES}, {len(HERE)} communes, {groups.GROUPS:,} groups"
PLANTED = HERE[0]


def _drawn(chance: random.Random, whole: int, share: float) -> Counts:
    return Counts(whole, sum(chance.random() < share for _ in range(whole)))


def _one_sided(chance: random.Random, planted: bool) -> Found:
    """Judge the points near the cut-off of every commune, 5 to 80 of them; one planted of 60."""
    tally = Tally[Commune](YEAR)
    for commune in HERE:
        here = planted and commune == PLANTED
        whole = 60 if here else chance.randint(5, 80)
        tally.count(commune, _drawn(chance, whole, PLANTED_BELOW if here else 0.5))
    found = bunching.one_sided(tally, RULEBOOKS[-1][bunching.CODE]).found
    return {(commune.code,) for commune in found}


def _reviewers(chance: random.Random, planted: bool, share: float) -> Iterator[tuple[Who, Counts]]:
    """Give the outcomes of four reviewers in each commune, 20 to 80 each; one planted of 60."""
    for commune in HERE:
        every = Counts()
        for who in range(REVIEWERS):
            here = planted and commune == PLANTED and who == 0
            whole = 60 if here else chance.randint(20, 80)
            own = _drawn(chance, whole, PLANTED_POOR if here else share)
            yield Who(commune, f"reviewer {who}"), own
            every = Counts(every.whole + own.whole, every.hits + own.hits)
        yield Who(commune, None), every


def _standing_out(chance: random.Random, planted: bool, share: float = POOR) -> Found:
    tally = Tally[Who](YEAR)
    for who, counts in _reviewers(chance, planted, share):
        tally.count(who, counts)
    found = lenient_reviewer.standing_out(tally, RULEBOOKS[-1][lenient_reviewer.CODE]).found
    return {(str(who.reviewer), who.commune.code) for who in found}


def _chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - made-up provinces, no secret


def _power(code: str, find: Find, subject: tuple[str, ...], effect: str) -> Row:
    seen = [subject in find(_chance(seed), True) for seed in SEEDS]
    power = sum(seen) / len(seen)
    return Row(
        what=f"{code}: planted effect found ({effect})",
        ours=power * 100,
        unit="%",
        goal="≥ 80 %",
        reached=power >= POWER,
        note=NOTE,
    )


def _false(code: str, find: Find, where: str, but: str = "") -> Row:
    """Give the share of clean provinces in which anything is found; `but` says why it is apart."""
    found = [bool(find(_chance(seed), False)) for seed in SEEDS]
    false = sum(found) / len(found)
    return Row(
        what=f"{code}: clean provinces in which anything was found ({where})",
        ours=false * 100,
        unit="%",
        goal="–" if but else "≤ 5 %",
        reached=None if but else false <= FALSE,
        note=f"{NOTE}; {but}" if but else NOTE,
    )


def _false_of_found(code: str, find: groups.Split, where: str) -> Row:
    """Give which share of all that is found in provinces with some planted is not."""
    right = wrong = 0
    for seed in SEEDS:
        true, false = find(_chance(seed))
        right, wrong = right + true, wrong + false
    share = wrong / (right + wrong)
    return Row(
        what=f"{code}: of all found, not planted ({where})",
        ours=share * 100,
        unit="%",
        goal="≤ 5 %",
        reached=share <= FALSE,
        note=f"{NOTE}; {right:,} right, {wrong:,} wrong",
    )


def rows() -> list[Row]:
    """Measure the power at the planted effect, and how many clean provinces show anything."""
    lenient, cluster = ("reviewer 0", PLANTED.code), groups.CODE
    seldom = partial(_standing_out, share=SELDOM)
    too_bold = "few hits, for which the pooled z of the rule is too bold"
    many = partial(groups.found, rate=groups.ASSUMED)
    return [
        _power("BUNCHING", _one_sided, (PLANTED.code,), "four in five of 60 below the cut-off"),
        _false("BUNCHING", _one_sided, "5 to 80 near the cut-off"),
        _power("LENIENT_REVIEWER", _standing_out, lenient, "95 % of 60 poor, of others 60 %"),
        _false("LENIENT_REVIEWER", _standing_out, "60 % poor"),
        _false("LENIENT_REVIEWER", seldom, "20 % poor", too_bold),
        _power(cluster, groups.found, groups.FIRST, "misuse in two of five of 12 loans"),
        _false(cluster, groups.found, "misuse in 0.3 % of loans, by chance"),
        _false_of_found(
            cluster, groups.split, "1.5 % of loans, and in 1.5 % of groups two of five"
        ),
        _false(cluster, many, "misuse in 1.5 % of loans, by chance", "three by chance are three"),
    ]
