"""Proofs of findings in a log of a million events: how large a file is, how long it is verified."""

import time
from collections.abc import Sequence
from datetime import date
from statistics import median
from typing import Any

from audit import proof
from audit.provable import sources_of
from bench.row import Row
from services.reporting.detection.detect import findings
from services.reporting.detection.finding_versions import appearances
from services.reporting.domain.dossier import fold
from services.reporting.domain.rulebook import RULEBOOKS
from services.reporting.proofs.assembly import Assembly
from shared.recorded import Recorded
from tests.support.facts import (
    HOME,
    LAST_SPRING,
    applied,
    approved,
    assigned,
    classified,
    confirmed,
    day,
    disbursed,
    history,
    inspected,
    registered,
    repaid,
    target,
    uid,
    visited,
)
from tests.support.papers import PaperLogs

EVENTS, HOUSEHOLDS, TIMES = 1_000_000, 60_000, 20
M = 1_000_000
BOOK = RULEBOOKS[-1]
LENT = (applied(), confirmed(day(-12)), approved(day(-9)), disbursed())
SECOND = (uid("second disbursement"), uid("second loan"))
MONTHS = [repaid(day(30 * n), M // 2 + n) for n in range(1, 61)]
STORIES: dict[str, Sequence[Any]] = {
    "WRONG_PURPOSE": [*LENT, inspected(day(20), 40 * M)],
    "USE_CHECK_OVERDUE": LENT,
    "DECISION_OVERDUE": LENT[:2],
    "OVER_CEILING": [*LENT, applied(loan=SECOND[1]), disbursed(day(9), 60 * M, *SECOND)],
    "EXCLUSIVE_LOANS": [*LENT, applied("SXKD", loan=SECOND[1]), disbursed(day(9), M, *SECOND)],
    "WRONG_BENEFICIARY": [registered(), classified("near_poor", LAST_SPRING), *LENT],
    "UNKNOWN_BORROWER": [classified("poor", LAST_SPRING), *LENT],
    "TARGET_MISSED": [registered(), classified("poor", LAST_SPRING), target(day(0))],
    "SPONSOR_ABSENT": [registered(), assigned(), *(visited(day(30 * n)) for n in range(1, 4))],
    "TIMELY_POVERTY": [
        *(classified("not_poor", date(2025, 1, 5)), classified("poor", day(-60))),
        *(*LENT, classified("not_poor", day(90)), visited(day(-99))),
    ],
    "LEDGER_MISMATCH": [*LENT, *MONTHS, inspected(day(1900), stated=50 * M)],
    "LOAN_INACTIVE": [*LENT, *MONTHS],
    "ROLLOVER": [
        *(*LENT, *MONTHS[:9], repaid(day(300), 45 * M)),
        *(applied(loan=SECOND[1]), disbursed(day(303), 50 * M, *SECOND)),
    ],
}


def file_of(code: str, recorded: Sequence[Recorded]) -> bytes:
    """Give the file as the server writes it."""
    logs = PaperLogs(HOME, recorded, EVENTS, HOUSEHOLDS)
    every = findings(fold(HOME, recorded), BOOK, follow_ups=())
    shown = [each for each in appearances(every) if each.code == code][-1]
    last = date(2040, 1, 1)
    found = Assembly(logs, shown, BOOK, logs.lines(sources_of(code))).proved(last)
    assert found is not None
    return found


def seconds_of(raw: bytes) -> float:
    """Give the processor's time that verifying takes, whatever else the machine does."""
    taken = []
    for _ in range(TIMES):
        started = time.process_time()
        assert proof.verify(raw).level == proof.PROVED
        taken.append(time.process_time() - started)
    return median(taken)


def rows() -> list[Row]:
    """Measure short stories and long ones."""
    found = []
    for code, facts in STORIES.items():
        recorded = history(*facts)
        raw = file_of(code, recorded)
        count = sum(each.meta.source in sources_of(code) for each in recorded)
        what = f"proof of {code}, {count} events of the household, log of {EVENTS:,}"
        taken, size = seconds_of(raw) * 1000, len(raw) / 1000
        found += [
            Row(what=f"{what}: size", ours=size, unit="kB", goal="≤ 20 kB", reached=size <= 20),
            Row(what=f"{what}: verified", ours=taken, unit="ms", goal="≤ 5 ms", reached=taken <= 5),
        ]
    return found
