"""A refold writes the rows that have changed, all of them and no others."""

from datetime import date

import pytest
from sqlalchemy import text

from services.households.events import HouseholdMoved
from services.reporting.projections.rebuild import rebuild
from shared.areas import commune_on
from tests.support.facts import HOME, day, disbursed, inspected, registered, uid
from tests.support.projecting import PARTITIONS, contents
from tests.support.reporting import Reporting

pytestmark = pytest.mark.servers
OTHER = uid("other loan")


def written(reporting: Reporting, table: str, place: str) -> dict[str, str]:
    """Say which transaction has written each row."""
    with reporting.engine.begin() as connection:
        rows = connection.execute(text(f"SELECT ({place})::text, xmin::text FROM views.{table}"))
        return {row[0]: row[1] for row in rows}


def elsewhere(on: date) -> HouseholdMoved:
    commune = commune_on("01906", on)
    assert commune is not None
    return HouseholdMoved(
        household_id=HOME, commune=commune, village="x", area_type="rural", moved_on=on
    )


def last_days(reporting: Reporting, code: str) -> list[date | None]:
    with reporting.engine.begin() as connection:
        rows = connection.execute(
            text("SELECT until_on FROM views.findings WHERE code = :code ORDER BY from_on"),
            {"code": code},
        )
        return [row[0] for row in rows]


def test_a_row_whose_content_alone_has_changed_is_written(reporting: Reporting) -> None:
    reporting.record(registered(), disbursed())
    assert last_days(reporting, "USE_CHECK_OVERDUE") == [None]
    reporting.record(inspected(day(40)))
    assert last_days(reporting, "USE_CHECK_OVERDUE") == [day(40), None]
    live = contents(reporting.engine)
    assert rebuild(reporting.engine, PARTITIONS).switched
    assert contents(reporting.engine) == live


def test_rows_that_stay_the_same_are_not_written_again(reporting: Reporting) -> None:
    other = disbursed(loan=OTHER, paid=uid("other paid"), account="h1:other")
    reporting.record(registered(), disbursed(), other)
    tables = {
        "findings": "finding_id, from_on",
        "contributions": "kind, subject, event_id",
        "residences": "key, from_on",
    }
    before = {table: written(reporting, table, place) for table, place in tables.items()}
    reporting.record(inspected(day(40)))
    after = {table: written(reporting, table, place) for table, place in tables.items()}
    assert after["residences"] == before["residences"]
    for table in ("findings", "contributions"):
        kept = before[table].items() & after[table].items()
        assert kept, table
    assert before["findings"] != after["findings"]


def test_a_household_that_moved_lives_where_it_did_and_then_elsewhere(
    reporting: Reporting,
) -> None:
    reporting.record(registered())
    (first,) = contents(reporting.engine)["residences"]
    reporting.record(elsewhere(day(40)))
    old, new = contents(reporting.engine)["residences"]
    assert first[2] is None
    assert (old[:2], old[2]) == (first[:2], day(40))
    assert new[1:3] == (day(40), None)
