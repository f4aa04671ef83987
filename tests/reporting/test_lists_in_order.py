"""Lists of findings are read in their order from an index; nothing but a page is sorted."""

from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from services.reporting.detection.finding_versions import OPEN
from services.reporting.projections.tables import IS_OPEN
from tests.support.facts import day, disbursed, registered
from tests.support.reporting import Reporting


def test_what_is_open_is_what_its_index_holds() -> None:
    assert f"status IN {OPEN}" == IS_OPEN


@pytest.mark.servers
@pytest.mark.parametrize(
    ("path", "index"),
    [("/v1/findings", "findings_by_age"), ("/v1/stalled", "findings_open")],
)
def test_a_list_is_read_in_its_order(reporting: Reporting, path: str, index: str) -> None:
    reporting.record(registered(), disbursed(day(0)))
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, bound: Any, _x: Any, _many: bool) -> None:
        if "views.findings f" in statement:
            asked.append((statement, bound))

    event.listen(reporting.engine, "before_cursor_execute", note)
    try:
        assert reporting.items(path, area="060")
    finally:
        event.remove(reporting.engine, "before_cursor_execute", note)
    ((statement, bound),) = asked
    assert index in plan(reporting.engine, statement, bound)


def plan(engine: Engine, statement: str, bound: Any) -> str:
    with engine.begin() as connection:
        # a table of so few rows is read whole and sorted, if that is allowed
        for each in ("seqscan", "sort", "bitmapscan"):
            connection.execute(text(f"SET LOCAL enable_{each} = off"))
        rows = connection.exec_driver_sql(f"EXPLAIN {statement}", bound)
        return "\n".join(row[0] for row in rows)
