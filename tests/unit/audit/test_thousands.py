"""Thousands of random findings: each is proved, by no event too many, and no byte can be changed.

What happens is random, but the same in every run; every part goes on until so many were tried.
"""

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

import pytest

from audit import proof, proof_file
from audit.provable import READS, sources_of
from audit.refusals import Rejected
from services.reporting.detection.detect import findings
from services.reporting.detection.finding_versions import appearances
from services.reporting.domain.clocks import NO_PAUSES
from services.reporting.domain.dossier import fold
from services.reporting.domain.intervals import Interval
from services.reporting.proofs.assembly import Assembly
from services.reporting.rules import RULES
from shared.recorded import Recorded
from tests.support.facts import HOME
from tests.support.findings import BOOK
from tests.support.happening import history
from tests.support.papers import PaperLogs, touched, values_of

OURS = {rule.code: rule for rule in RULES if rule.code in READS}
PARTS, OF_EACH, AT_MOST = 6, 510, 20
"""How many findings are tried, 3,060 in all, and how many of one rule in each part."""


OPEN = (("sha256",), ("verifier",))
"""A forger makes the hash anew; by which code a file was made is said, and not proved."""


class Found(NamedTuple):
    """A finding on one of its days, the file about it, and what had happened."""

    interval: Interval
    raw: bytes
    recorded: list[Recorded]


def findings_of(by: Random, tried: Counter[str]) -> Iterator[Found]:
    """Give what is found in one random history, each with its file; of the common rules few."""
    recorded = history(by)
    papers = PaperLogs(HOME, recorded)
    for interval in findings(fold(HOME, recorded), BOOK, rules=list(OURS.values()), follow_ups=()):
        if tried[interval.code] >= AT_MOST:
            continue
        lines, day = papers.lines(sources_of(interval.code)), by.choice(interval.run.steps).on
        [shown] = [each for each in appearances([interval]) if each.shows_on(day)]
        raw = Assembly(papers, shown, BOOK, lines).proved(day)
        assert raw is not None, interval
        yield Found(interval, raw, recorded)


def is_silent(code: str, finding_id: str, recorded: list[Recorded]) -> bool:
    """Say whether the system's own rule does not give the finding on these events."""
    given = OURS[code].check(fold(HOME, recorded), BOOK, NO_PAUSES)
    return all(str(each.finding_id) != finding_id for each in given)


def is_refused(raw: bytes) -> bool:
    with pytest.raises(Rejected) as refused:
        proof.verify(raw)
    return " / " in str(refused.value)


def is_proved_by_no_event_too_many(found: Found) -> bool:
    """Say whether the rule fires on the least evidence, and is silent without any part of it."""
    code, finding_id = found.interval.code, str(found.interval.finding_id)
    by_id = {str(each.meta.event_id): each for each in found.recorded}
    least = [by_id[each] for each in proof_file.read_file(found.raw)["minimal"]]
    rests = [[each for each in least if each is not one] for one in least]
    return not is_silent(code, finding_id, least) and all(
        is_silent(code, finding_id, rest) for rest in rests
    )


@pytest.mark.parametrize("part", range(PARTS))
def test_every_finding_is_proved_by_no_event_too_many_and_no_byte_can_be_changed(part: int) -> None:
    by, tried = Random(part), Counter[str]()
    while tried.total() < OF_EACH:
        for found in findings_of(by, tried):
            assert is_proved_by_no_event_too_many(found), found.interval
            for _ in range(2):
                flipped = bytearray(found.raw)
                flipped[by.randrange(len(flipped))] ^= 1 << by.randrange(8)
                assert is_refused(bytes(flipped))
            if tried.total() % 3 == 0:
                assert proof.verify(found.raw).level == proof.PROVED
            if tried.total() % 12 == 0:  # the hash made anew, as a forger would
                values = values_of(proof_file.read_file(found.raw))
                path = by.choice([each for each in values if each not in OPEN])
                assert is_refused(touched(found.raw, path)), path
            tried[found.interval.code] += 1
    # all but the rarest, in every part
    assert len(tried) >= len(READS) - 1, set(READS) - set(tried)
