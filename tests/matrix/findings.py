"""Findings of each kind about one household, in reporting's views."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import Engine

from services.reporting.tlog.copy import Copy
from services.reporting.tlog.proofs import latest
from shared.log.memory import MemoryLog
from tests.matrix.row import BEFORE, COSIGNED, IDS
from tests.support.counter_app import SETTINGS, WITNESS
from tests.support.facts import (
    Recorder,
    applied,
    assigned,
    disbursed,
    inspected,
    registered,
    target,
    uid,
)
from tests.support.modelling import group_formed, model_launched
from tests.support.notary import Notary
from tests.support.projecting import drain, projector, publish, topics
from tests.support.reviewing import reviewed

_HOME, _AGENCY = UUID(IDS["household"]), UUID(IDS["agency"])
_START, _REVIEWED, _PAID = date(2024, 1, 10), date(2025, 10, 1), date(2026, 1, 15)


def record(engine: Engine) -> None:
    """Let a household have one finding of each rule of the table, none of them confirmed."""
    unchecked = uid("unchecked")
    other = uid("other household")
    facts = (
        # the first: the matrix names the finding that it opens
        replace(assigned(_START, home=other), sponsor_id=_AGENCY),
        registered(_START, BEFORE, _HOME),
        target(_PAID, year=2026, home=_HOME),
        applied(on=_START, home=_HOME),
        disbursed(_PAID, home=_HOME),
        inspected(_PAID, wrong=50_000_000, home=_HOME),
        applied(on=_START, loan=unchecked, home=_HOME),
        disbursed(_PAID, paid=uid("unchecked payment"), loan=unchecked, home=_HOME),
        registered(_START, BEFORE, other),
        model_launched(_START, BEFORE, UUID(IDS["model"])),
        group_formed(_START, BEFORE, UUID(IDS["group"])),
        reviewed(_REVIEWED, home=other, review=uid("matrix"), by=(IDS["reviewer"],)),
    )
    log, recorder, partitions = MemoryLog(), Recorder(), SETTINGS.partitions
    log.ensure_topics(topics().values(), partitions)
    publish(log, [recorder.record(fact) for fact in facts])
    drain(projector(engine, log, range(partitions)))
    for source in ("households", "loans", "sponsorship"):
        Notary(log, source).signs()
    Copy(engine, log, SETTINGS).turn()
    with engine.begin() as connection:
        agreed = latest(connection, "households")
    assert agreed is not None
    COSIGNED["note"] = agreed.note + WITNESS.line(agreed.said.text, seconds=1_780_000_000)
