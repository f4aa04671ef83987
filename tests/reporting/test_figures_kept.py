"""Figures of areas against a slow telling from the log: from what is kept, and folded anew."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.reporting.domain.maps import Which, by_commune, on_map
from services.reporting.figures.area import Overview, joined, movement, results, target_document
from services.reporting.figures.record import HOUSEHOLD_CODES
from services.reporting.projections.rebuild import rebuild
from shared.areas import Area, Scope
from shared.codec import canonical
from tests.support import plain_figures as plain
from tests.support.facts import (
    HOME,
    LAST_YEAR,
    Recorder,
    classified,
    day,
    disbursed,
    groups,
    inspected,
    registered,
    target,
    uid,
)
from tests.support.lives import YEARS, cut, lives, told_of
from tests.support.projecting import PARTITIONS, emptied
from tests.support.reporting import Reporting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from sqlalchemy import Engine

    from services.reporting.domain.dossier import Dossier
    from shared.recorded import Recorded

pytestmark = pytest.mark.servers
AREAS = ["06", "060", "061", "01864", "01933", "01906@2025-06-30"]
MAPS = ["own", "old", "new"]
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Asked:
    """One question for figures, and what the log says to it."""

    area: str
    valid_at: date
    year: int
    which: Which
    known_at: datetime | None

    @property
    def query(self) -> dict[str, str]:
        found = {"valid_at": str(self.valid_at), "year": str(self.year), "map": self.which}
        return found | ({"known_at": self.known_at.isoformat()} if self.known_at else {})

    @property
    def scope(self) -> Scope:
        return Scope.of([Area.parse(self.area)])

    def dossiers(self, recorded: list[Recorded], last: date) -> Iterator[Dossier]:
        """Cut everybody's facts at a day, by what was known."""
        of: dict[UUID, list[Recorded]] = {}
        for each in recorded:
            if self.known_at is None or each.meta.recorded_at <= self.known_at:
                of.setdefault(each.meta.key, []).append(each)
        for home, own in sorted(of.items()):
            if (dossier := cut(home, own, last)) is not None:
                yield dossier

    def overview(self, recorded: list[Recorded]) -> dict[str, Any]:
        on, found = min(self.valid_at, date(self.year, 12, 31)), []
        for dossier in self.dossiers(recorded, on):
            commune, own = dossier.commune_on(on), Overview()
            own.add(plain.standing_on(dossier, on))
            found += [(commune, own)] if self.scope.covers(commune, on) else []
        places = by_commune(found, self.which, lambda own: joined(own).document())
        return joined(own for _, own in found).document() | {"by_commune": places}

    def movement(self, recorded: list[Recorded]) -> dict[str, Any]:
        first, last = date(self.year, 1, 1), date(self.year + 1, 1, 1)
        found = []
        for dossier in self.dossiers(recorded, last):
            lived = [(dossier.commune_on(on), on) for on in (first, last)]
            before, after = (
                plain.status_on(dossier, on) if self.scope.covers(commune, on) else None
                for commune, on in lived
            )
            place = lived[1][0] if self.scope.covers(*lived[1]) else lived[0][0]
            if (before, after) != (None, None):
                found.append((place, ((before, after), 1)))
        places = by_commune(found, self.which, lambda own: {"statuses": movement(own)})
        return {"statuses": movement(each for _, each in found), "by_commune": places}

    def targets(self, recorded: list[Recorded]) -> dict[str, Any]:
        on, found = self.valid_at, []
        for dossier in self.dossiers(recorded, on):
            commune, target = dossier.commune_on(on), plain.target_on(dossier, self.year, on)
            if target is not None and self.scope.covers(commune, on):
                found.append((commune, (target, dossier.household_id)))
        items = [
            target_document(home, target) | {"commune": on_map(commune, self.which)}
            for commune, (target, home) in found
        ]
        return {
            "items": sorted(items, key=lambda each: (each["set_on"], each["household_id"])),
            "results": results(target for _, (target, _) in found),
            "by_commune": by_commune(
                found, self.which, lambda own: {"results": results(each for each, _ in own)}
            ),
        }

    def coverage(self, recorded: list[Recorded], *, narrowed: bool) -> Any:
        on = min(self.valid_at, date(self.year, 12, 31))
        looked = Counter(
            (each.code, each.why)
            for dossier in self.dossiers(recorded, on)
            if not narrowed or self.scope.covers(dossier.commune_on(on), on)
            for each in plain.looked_at(dossier)
            if each.year == self.year
        )
        return {
            code: (
                looked[code, None],
                {why: many for (of, why), many in looked.items() if of == code and why},
            )
            for code in HOUSEHOLD_CODES
        }


questions = st.builds(
    Asked,
    st.sampled_from(AREAS),
    st.sampled_from([day(number) for number in range(-1700, 500, 97)]),
    st.sampled_from(YEARS),
    st.sampled_from(MAPS),
    st.none() | st.integers(0, 60).map(lambda seconds: BEGUN + timedelta(seconds=seconds)),
)


@st.composite
def provinces(draw: st.DrawFn) -> list[Recorded]:
    """Some households, each of whose facts come between those of the others."""
    recorder = Recorder(BEGUN)
    homes = [told_of(uid(f"home {number}"), draw(lives(18))) for number in range(4)]
    mixed = [event for events in zip_longest(*homes) for event in events if event is not None]
    return [recorder.record(event) for event in mixed]


def json_of(document: Any) -> Any:
    return json.loads(canonical(document))


def told(reporting: Reporting, asked: Asked) -> list[Any]:
    """Give what the service says."""
    found: list[Any] = []
    for path in ("overview", "movement", "targets"):
        paged = {"limit": "500"} if path == "targets" else {}
        answer = reporting.ask(f"/v1/areas/{asked.area}/{path}", None, **asked.query, **paged)
        assert answer.status_code == 200, answer.text
        found.append(answer.json)
    for narrowed in ({"area": asked.area}, {}):
        items = reporting.items("/v1/coverage", None, **asked.query, **narrowed)
        found.append(
            {
                item["code"]: (item["judged"], {why["code"]: why["count"] for why in item["why"]})
                for item in items
                if item["code"] in HOUSEHOLD_CODES
            }
        )
    return found


def expect(found: list[Any], asked: Asked, recorded: list[Recorded]) -> None:
    expected = [asked.overview(recorded), asked.movement(recorded), asked.targets(recorded)]
    for document, wanted in zip(found[:3], expected, strict=True):
        assert {name: document[name] for name in wanted} == json_of(wanted)
    assert found[3:] == [asked.coverage(recorded, narrowed=each) for each in (True, False)]


@contextmanager
def made_by_another_version(engine: Engine) -> Iterator[None]:
    """As after an update, until the views are rebuilt: what they keep counts for nothing."""
    put = text("UPDATE views.about SET version = version + :by")
    with engine.begin() as connection:
        connection.execute(put, {"by": -1})
    yield
    with engine.begin() as connection:
        connection.execute(put, {"by": 1})


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(provinces(), st.lists(questions, min_size=3, max_size=3))
def test_figures_are_what_the_log_says_of_any_area_day_year_and_map(
    engine: Engine, recorded: list[Recorded], every: list[Asked]
) -> None:
    emptied(engine)
    reporting = Reporting.over(engine)
    reporting.feed(recorded)
    for asked in every:
        found = told(reporting, asked)
        expect(found, asked, recorded)
        with made_by_another_version(engine):
            assert told(reporting, asked) == found


def bodies(engine: Engine) -> dict[str, str]:
    """Say which transaction has written each household's row."""
    with engine.begin() as connection:
        rows = connection.execute(text("SELECT key::text, xmin::text FROM views.figures"))
        return {row[0]: row[1] for row in rows}


def test_a_row_of_the_figures_is_written_again_only_where_it_says_something_else(
    reporting: Reporting,
) -> None:
    reporting.record(registered(LAST_YEAR), disbursed())
    before = bodies(reporting.engine)
    reporting.record(groups("single_parent", on=day(3)))
    assert bodies(reporting.engine) == before
    reporting.record(inspected(day(4)))
    assert bodies(reporting.engine) != before
    assert rebuild(reporting.engine, PARTITIONS).equal


def test_after_an_update_figures_are_folded_until_the_rebuild_has_filled_them(
    reporting: Reporting,
) -> None:
    reporting.record(registered(LAST_YEAR), classified("poor"))
    before = reporting.ask("/v1/areas/060/overview").json
    with reporting.engine.begin() as connection:
        connection.execute(text("DROP TABLE views.figures"))
        connection.execute(text("UPDATE views.about SET version = 6"))
        with Operations.context(MigrationContext.configure(connection)):
            import_module("services.reporting.migrations.0012_figures").upgrade()
    assert bodies(reporting.engine) == {}
    assert reporting.ask("/v1/areas/060/overview").json == before
    reporting.record(target())  # written by this version while the views are still the old ones
    (item,) = reporting.items("/v1/areas/060/targets", None, year="2026")
    assert rebuild(reporting.engine, PARTITIONS).switched
    assert list(bodies(reporting.engine)) == [str(HOME)]
    assert reporting.items("/v1/areas/060/targets", None, year="2026") == [item]


def test_a_list_of_targets_goes_on_page_by_page_and_counts_all_of_them_on_each(
    reporting: Reporting,
) -> None:
    homes = [uid(f"home {number}") for number in range(5)]
    for number, home in enumerate(homes):
        set_on = day(number // 2)
        reporting.record(registered(LAST_YEAR, home=home), target(set_on, home=home))
    seen: list[tuple[str, str]] = []
    page: dict[str, Any] = {"next_cursor": ""}
    while page["next_cursor"] is not None:
        more = {"cursor": page["next_cursor"]} if seen else {}
        answer = reporting.ask("/v1/areas/060/targets", None, year="2026", limit="2", **more)
        page = dict(answer.json or {})
        assert page["results"] == {"pending": 5}
        seen += [(each["set_on"], each["household_id"]) for each in page["items"]]
    assert seen == sorted((str(day(n // 2)), str(home)) for n, home in enumerate(homes))
