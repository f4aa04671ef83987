"""A credit group with its loans, and a reviewer beside the commune's others."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from services.reporting.domain.dossier import fold
from services.reporting.figures.reviewer_stats import reviews_of
from services.reporting.projections.annual_views import recount
from services.reporting.queries.journal_index import REVIEWED, REVIEWERS, ever_reviewed
from shared.corrections import EventCorrected
from tests.support.counter_app import bearer
from tests.support.facts import (
    LAST_YEAR,
    SEALED,
    applied,
    approved,
    classified,
    day,
    disbursed,
    history,
    inspected,
    registered,
    repaid,
    uid,
)
from tests.support.modelling import GROUP, group_formed
from tests.support.reporting import Reporting
from tests.support.reviewing import reviewed

MILLION = 1_000_000
AUTUMN = date(2025, 10, 1)


def loan(name: str, code: str, group: Any, wrong: int = 0) -> list[Any]:
    home, own, paid = uid(f"home {name}"), uid(f"loan {name}"), uid(f"paid {name}")
    return [
        registered(LAST_YEAR, code, home),
        classified("poor", home=home),
        applied(home=home, loan=own, group=group),
        approved(day(-2), home=home, loan=own),
        disbursed(day(0), paid=paid, home=home, loan=own),
        inspected(day(9), wrong=wrong * MILLION, paid=paid, home=home, loan=own),
    ]


def facts_of_a_group() -> list[Any]:
    return [
        group_formed(LAST_YEAR),
        *loan("one", "01864", GROUP, wrong=50),
        *loan("two", "01864", GROUP),
        *loan("away", "01936", GROUP),
        *loan("another", "01864", None, wrong=50),
        repaid(day(20), 10 * MILLION, uid("loan two"), uid("home two")),
    ]


@pytest.mark.servers
def test_a_group_shows_its_loans_their_money_and_what_is_held_against_them(
    reporting: Reporting,
) -> None:
    reporting.record(*facts_of_a_group())
    path = f"/v1/groups/{GROUP}"
    seen = reporting.ask(path, bearer("bank_controller", areas=["060"])).json
    assert seen is not None
    here = {str(uid("loan one")), str(uid("loan two"))}
    assert {each["loan_id"] for each in seen["loans"]} == here
    money = {name: amount // MILLION for name, amount in seen["money"].items() if amount}
    assert money == {"on_purpose": 40, "off_purpose": 50, "repaid": 10, "total": 100}
    wrong = ("WRONG_PURPOSE", str(uid("loan one")))
    assert wrong in [(each["code"], each["loan_id"]) for each in seen["open_findings"]]
    assert {each["loan_id"] for each in seen["open_findings"]} <= here
    # everywhere: the loan of who lives elsewhere too; to a teller nothing is held against anybody
    every = reporting.ask(path, None).json
    teller = reporting.ask(path, bearer("bank_teller", areas=["060"])).json
    assert every is not None
    assert teller is not None
    assert (len(every["loans"]), every["money"]["total"]) == (3, 150 * MILLION)
    assert (teller["money"], teller["open_findings"]) == (seen["money"], [])
    assert reporting.ask(path, bearer("bank_teller", areas=["061"])).status_code == 404
    assert reporting.ask(path, None, valid_at="2024-01-01").status_code == 404
    early = reporting.ask(path, None, valid_at=day(-1).isoformat()).json
    assert early is not None
    assert early["money"]["undisbursed"] == early["money"]["total"] == 150 * MILLION


def review(name: str, by: str, status: str | None, code: str = "01864") -> list[Any]:
    home, own = uid(f"home {name}"), uid(f"review {name}")
    scored = reviewed(AUTUMN, home=home, review=own, by=(by,))
    found: list[Any] = [registered(LAST_YEAR, code, home), scored]
    if status is not None:
        found.append(classified(status, AUTUMN, home=home, review=own))
    return found


def test_a_review_has_the_result_of_the_last_classification_that_names_it() -> None:
    home, own = uid("home a"), uid("review a")
    events = [
        *review("a", "lan", "poor"),
        classified("near_poor", date(2025, 11, 1), home=home, review=own),
        classified("not_poor", date(2025, 12, 1), home=home),
    ]
    dossier = fold(home, history(*events))
    assert [each.result for each in reviews_of(dossier, 2025)] == ["near_poor"]
    assert list(reviews_of(dossier, 2024)) == []


@pytest.mark.servers
def test_a_reviewer_is_seen_beside_the_others_of_the_commune(reporting: Reporting) -> None:
    lans = [review(f"lan {n}", "lan", "poor" if n < 29 else None) for n in range(30)]
    reporting.record(
        *(fact for each in lans for fact in each),
        *review("hoa 1", "hoa", "poor"),
        *review("hoa 2", "hoa", "not_poor"),
        *review("elsewhere", "hoa", "not_poor", "01936"),
    )
    recount(reporting.engine)
    here = bearer("inspector", areas=["060"])
    seen = reporting.ask("/v1/reviewers/lan", here, year="2025").json
    assert seen is not None
    (commune,) = seen["communes"]
    assert (commune["own"]["reviews"], commune["own"]["results"]["undecided"]) == (30, 1)
    assert commune["own"]["poor_or_near_poor_bp"] == 10_000
    assert (commune["others"]["reviews"], commune["others"]["poor_or_near_poor_bp"]) == (2, 5_000)
    # 29 with a result: one fewer than it takes
    assert (commune["judged"], commune["why"]) == (False, "too-few")
    home, own = uid("home lan 29"), uid("review lan 29")
    reporting.record(classified("poor", date(2025, 11, 1), home=home, review=own))
    recount(reporting.engine)
    (commune,) = (reporting.ask("/v1/reviewers/lan", here, year="2025").json or {})["communes"]
    assert (commune["judged"], commune["why"]) == (True, None)
    every = reporting.ask("/v1/reviewers/hoa", None, year="2025").json or {}
    mine = reporting.ask("/v1/reviewers/hoa", here, year="2025").json or {}
    assert (len(every["communes"]), len(mine["communes"])) == (2, 1)
    nobody = {"nobody": here, "lan": bearer("inspector", areas=["061"]), "a%00b": None}
    for name, who in nobody.items():
        assert reporting.ask(f"/v1/reviewers/{name}", who, year="2025").status_code == 404
    assert reporting.ask("/v1/reviewers/lan", bearer("district_officer")).status_code == 403


NAMES = ["lan", "lan 2", "Đức", 'the "old" one', "a]b", "c\\d", '"', "last, first"]


@pytest.mark.servers
def test_the_households_of_a_reviewer_are_found_whatever_they_are_called(
    reporting: Reporting,
) -> None:
    for number, name in enumerate(NAMES):
        home, own = uid(f"home {number}"), uid(f"review {number}")
        reporting.record(registered(LAST_YEAR, home=home))
        scored = reviewed(AUTUMN, home=home, review=own, by=("second", name))
        (recorded,) = reporting.record(scored)
    right = EventCorrected(
        key=recorded.meta.key,
        event_id=recorded.meta.event_id,
        reason=SEALED,
        fields={"reviewer_ids": ["really hoa"]},
        occurred_on=AUTUMN,
    )
    stream = recorded.meta.stream_id
    reporting.feed([reporting.recorder.record(right, source="households", stream=stream)])
    with reporting.engine.begin() as connection:
        found = {name: ever_reviewed(connection, name) for name in (*NAMES, "really hoa", "hoa")}
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        plan = connection.execute(_EXPLAIN).scalars().all()
    # a name may be found in others' reviews too, but none of its own is missed
    for number, name in enumerate(NAMES):
        assert uid(f"home {number}") in found[name]
    assert found["lan"] == [uid("home 0")]
    assert (found["really hoa"], found["hoa"]) == ([recorded.meta.key], [])
    assert any("journal_reviewers" in line for line in plan), plan


_EXPLAIN = text(f"EXPLAIN SELECT key FROM journal WHERE {REVIEWED} AND {REVIEWERS} @> ARRAY['lan']")
