"""Shadow rules: judged live beside the rules, seen only by inspectors who ask for them."""

from dataclasses import replace
from typing import Any

import pytest

from services.reporting.detection import findings
from services.reporting.dossier import fold
from services.reporting.projections.announcing import announce
from services.reporting.projections.step import Projection
from services.reporting.rulebook import RULEBOOKS, Shadow
from services.reporting.sources import REGISTRIES
from shared.projector.loop import Consumer
from tests.support.counter_app import bearer
from tests.support.facts import HOME, day, disbursed, history, registered
from tests.support.projecting import PARTITIONS, drain, publish, topics
from tests.support.reporting import Reporting

EARLY = Shadow(of="USE_CHECK_OVERDUE", name="early", parameters={"days": 20})
BOOK = replace(RULEBOOKS[-1], shadows=(EARLY,))
FACTS = (registered(), disbursed(day(0)))


def test_a_shadow_is_judged_with_its_own_numbers_and_changes_nothing_else() -> None:
    dossier = fold(HOME, history(*FACTS))
    alone, both = findings(dossier, RULEBOOKS[-1]), findings(dossier, BOOK)
    assert both[: len(alone)] == alone
    (shadow,) = both[len(alone) :]
    (rule,) = [each for each in alone if each.code == EARLY.of]
    assert (shadow.code, shadow.run.opened_on, rule.run.opened_on) == (
        "USE_CHECK_OVERDUE~early",
        day(21),
        day(31),
    )
    assert shadow.finding_id != rule.finding_id


def test_a_rulebook_with_a_shadow_is_another_one() -> None:
    assert BOOK.digest != RULEBOOKS[-1].digest
    assert BOOK.content()["shadows"] == [
        {"code": "USE_CHECK_OVERDUE~early", "shadow": True, "parameters": {"days": 20}}
    ]
    assert "shadows" not in RULEBOOKS[-1].content()


@pytest.mark.servers
def test_only_inspectors_who_ask_for_shadows_see_them(reporting: Reporting) -> None:
    projection = Projection(PARTITIONS)
    projection.book = BOOK
    publish(reporting.log, [reporting.recorder.record(each) for each in FACTS])
    lanes = range(PARTITIONS)
    drain(Consumer(reporting.engine, reporting.log, topics(), REGISTRIES, projection.step, lanes))
    announce(reporting.engine, day(90))
    on = str(day(25))

    def codes(who: dict[str, str] | None = None, path: str = "/v1/findings", **more: str) -> Any:
        found = reporting.codes(path, who, valid_at=on, **more)
        return [code for code in found if code.startswith(EARLY.of)]

    officer = bearer("district_officer")
    assert codes(shadow="true") == [EARLY.code]
    assert codes(shadow="true", code=EARLY.of) == [EARLY.code]
    assert codes(shadow="true", code="NOT_USED") == []
    assert codes() == codes(path="/v1/stalled") == codes(officer, shadow="true") == []
    (item,) = reporting.items("/v1/findings", shadow="true", valid_at=on)
    assert item["rule"]["shadow"] is True
    path = f"/v1/findings/{item['finding_id']}"
    assert reporting.ask(path, valid_at=on).status_code == 200
    assert reporting.ask(path, officer, valid_at=on).status_code == 404
    assert reporting.decide(item["finding_id"], "assign").status_code == 404
    changes = reporting.items("/v1/findings/changes")
    assert EARLY.code not in {each["finding"]["code"] for each in changes}
    overview = reporting.ask("/v1/areas/060/overview", None, valid_at=on).json
    assert overview is not None
    assert EARLY.code not in overview["open_findings"]


@pytest.mark.servers
def test_metrics_tell_how_stale_each_view_is(reporting: Reporting) -> None:
    reporting.record(*FACTS)
    told = reporting.client.get("/metrics").text
    assert 'giamngheo_read_position_households{service="reporting"} 1.0' in told
    assert 'giamngheo_view_findings_stale_households{service="reporting"} 0.0' in told
    assert 'giamngheo_view_changes_stale{service="reporting"} 1.0' in told
    announce(reporting.engine, day(90))
    told = reporting.client.get("/metrics").text
    assert 'giamngheo_view_changes_stale{service="reporting"} 0.0' in told
