"""A rulebook dated ahead: nothing goes by it before its first day, everything from then on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, text

from services.reporting.detection.query import Times
from services.reporting.domain import rulebook
from services.reporting.domain.rulebook import Rulebook
from services.reporting.domain.sources import REGISTRIES
from services.reporting.projections.announcing import announce
from services.reporting.projections.project import renew_turned
from services.reporting.projections.rebuild import is_due, rebuild
from services.reporting.projections.step import Projection
from services.reporting.projections.view_rulebook import answers, is_turned, made_by
from shared.projector.loop import Consumer
from tests.reporting.test_backtests import asked, recorded_in_spring
from tests.reporting.test_rulebooks import (
    BOOKS,
    EVE_OF_MAY,
    EVE_OF_SPRING,
    FACTS,
    FIRST,
    MAY,
    SECOND,
    SPRING,
    THIRD,
)
from tests.support.facts import day, disbursed, registered, uid
from tests.support.projecting import PARTITIONS, drain, publish, topics
from tests.support.reporting import SETTINGS, Reporting

pytestmark = pytest.mark.servers
CODE = "USE_CHECK_OVERDUE"
CHANGES = {CODE: {"days": 10}}
DAYS = (
    (EVE_OF_SPRING, FIRST, day(31)),
    (SPRING, SECOND, day(21)),
    (EVE_OF_MAY, SECOND, day(21)),
    (MAY, THIRD, day(11)),
)


@pytest.fixture(autouse=True)
def dated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rulebook, "RULEBOOKS", BOOKS)


def come(reporting: Reporting, on: date, *events: Any) -> None:
    """Let facts come into the views on a day."""
    publish(reporting.log, [reporting.recorder.record(each) for each in events])
    step = Projection(PARTITIONS, day=lambda: on).step
    lanes = range(PARTITIONS)
    drain(Consumer(reporting.engine, reporting.log, topics(), REGISTRIES, step, lanes))


def another(number: int) -> tuple[Any, Any]:
    home, loan, paid = (uid(f"{what} of {number}") for what in ("home", "loan", "paid"))
    return registered(home=home), disbursed(day(0), paid=paid, loan=loan, home=home)


def made_on(engine: Engine, on: date) -> bool:
    return rebuild(engine, PARTITIONS, day=lambda: on).equal


def in_views(engine: Engine) -> list[date]:
    with engine.begin() as connection:
        rows = connection.execute(
            text("SELECT opened_on FROM views.findings WHERE code = :code"), {"code": CODE}
        )
        return [row[0] for row in rows]


def answered(engine: Engine, on: date) -> bool:
    with engine.begin() as connection:
        return answers(connection, Times(valid_at=on, today=on))


def opened(reporting: Reporting, **times: Any) -> list[str]:
    return [each["opened_on"] for each in reporting.items("/v1/findings", code=CODE, **times)]


def always(on: date) -> Callable[[], date]:
    return lambda: on


def turned(engine: Engine, on: date) -> bool:
    with engine.begin() as connection:
        return is_turned(connection, on)


def ruling(engine: Engine) -> Rulebook | None:
    with engine.begin() as connection:
        return made_by(connection)


def test_on_every_day_the_views_are_those_of_the_rulebook_in_force(reporting: Reporting) -> None:
    engine = reporting.engine
    come(reporting, EVE_OF_SPRING, *FACTS)
    for number, (on, book, since) in enumerate(DAYS):
        if is_due(engine, PARTITIONS, always(on)):
            made_on(engine, on)
        assert not is_due(engine, PARTITIONS, always(on))
        come(reporting, on, *another(number))
        assert ruling(engine) is book
        assert in_views(engine) == [since] * (number + 2)
        assert made_on(engine, on)
        assert {each for each, _, _ in DAYS if answered(engine, each)} == {
            each for each, own, _ in DAYS if own is book
        }


def test_until_they_are_made_anew_what_is_asked_is_judged_by_the_rules_of_the_day(
    reporting: Reporting,
) -> None:
    engine = reporting.engine
    come(reporting, EVE_OF_MAY, *FACTS)
    made_on(engine, EVE_OF_MAY)
    assert announce(engine, EVE_OF_MAY)
    assert not turned(engine, EVE_OF_MAY)
    come(reporting, MAY, *another(1))
    assert turned(engine, MAY)
    assert in_views(engine) == [day(21)] * 2
    assert opened(reporting, valid_at=str(MAY)) == [str(day(11))] * 2
    assert opened(reporting, valid_at=str(EVE_OF_MAY)) == [str(day(21))] * 2
    assert not announce(engine, MAY)
    made_on(engine, MAY)
    assert in_views(engine) == [day(11)] * 2
    assert announce(engine, MAY)
    news = reporting.items("/v1/findings/changes")
    told = [each["became_on"] for each in news if each["finding"]["code"] == CODE]
    assert told == [str(day(21)), str(day(11))]


def test_a_running_system_makes_its_views_anew_and_nobody_elses(reporting: Reporting) -> None:
    engine = reporting.engine
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    settings = replace(SETTINGS, databases={"reporting": url})
    come(reporting, EVE_OF_MAY, *FACTS)
    made_on(engine, EVE_OF_MAY)
    renew_turned(settings, engine)
    assert ruling(engine) is THIRD
    assert in_views(engine) == [day(11)]
    for other in ("version = version + 1", "rulebook = 'of a later program'"):
        with engine.begin() as connection:
            connection.execute(text(f"UPDATE views.about SET {other}"))
        assert not turned(engine, EVE_OF_MAY)


def test_a_back_test_compares_with_the_rulebook_of_its_last_day(reporting: Reporting) -> None:
    reporting.record(registered())
    recorded_in_spring(reporting, disbursed(day(0)))
    with reporting.engine.begin() as connection:
        connection.execute(text("TRUNCATE jobs, job_parts"))
    earlier = {
        to: [each["days_earlier"] for each in asked(reporting, CHANGES, to=str(to))["earlier"]]
        for to in (EVE_OF_SPRING, EVE_OF_MAY, MAY)
    }
    assert earlier == {EVE_OF_SPRING: [], EVE_OF_MAY: [10], MAY: []}
