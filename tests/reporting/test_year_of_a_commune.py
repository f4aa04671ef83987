"""A year of a commune, played over HTTP only: its review, its loans, its sponsors, its movement.

The year is 2025: on 1 July the commune that Bộc Bố and Bằng Thành were becomes a new one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from shared.ids import named
from tests.support.counter_app import bearer
from tests.support.offices import Offices, open_offices
from tests.support.servers import PostgresServer
from tests.support.service_app import Speaker, code_of

pytestmark = [pytest.mark.servers, pytest.mark.timeout(180)]

BOC_BO, BANG_THANH, ELSEWHERE, NOW_ONE = "01864", "01858", "01900", "01864"
MILLION = 1_000_000
POOR, NEAR_POOR, ABOVE = (120, 40), (120, 20), (150, 10)


@dataclass
class Year:
    """Who works in the commune, and on whom."""

    offices: Offices

    def someone(self, service: str, *roles: str, sub: str = "", **more: Any) -> Speaker:
        areas = more.pop("areas", ["060", "061"])
        found = self.offices.services[service]
        return found.as_(*roles, areas=areas, sub=sub or roles[0], **more)

    def officer(self, service: str = "households") -> Speaker:
        return self.someone(service, "commune_officer")

    def leader(self, service: str = "households") -> Speaker:
        return self.someone(service, "district_officer")

    def register(self, name: str, commune: str, on: str = "2024-01-10") -> None:
        person = {"member_id": str(named(f"{name} head")), "full_name": name, "able_to_work": True}
        body = {
            "household_id": str(named(name)),
            "registered_on": on,
            "commune_code": commune,
            "village": "Nà Lẹng",
            "area_type": "rural",
            "head": person,
        }
        self.officer().must("/v1/households", body)

    def decide(self, name: str, status: str, on: str, effective: str, **more: Any) -> None:
        body = {
            "decided_on": on,
            "status": status,
            "decision_no": "12/QĐ-UBND",
            "effective_from": effective,
        }
        self.leader().must(f"{home(name)}/classifications", body | more)

    def review(
        self, name: str, points: tuple[int, int], status: str, kind: str = "annual", **more: Any
    ) -> None:
        """Take a household through its review: scored, met about, posted, decided."""
        review = str(named(f"{name} review"))
        steps = f"{home(name)}/reviews/{review}"
        officer = self.officer()
        scored = {"review_id": review, "scored_on": "2025-09-20", "year": 2025, "kind": kind}
        counted = {"b1": points[0], "b2": points[1], "reviewer_ids": ["truong-thon"]}
        officer.must(f"{home(name)}/reviews", scored | counted)
        officer.must(f"{steps}/meeting", {"held_on": "2025-10-01", "attendees": 40, "agreed": 39})
        officer.must(f"{steps}/posting", {"posted_on": "2025-10-02", "posted_until": "2025-10-06"})
        if more.pop("complaint", False):
            officer.must(f"{steps}/complaint", {"filed_on": "2025-10-04", "text": "chưa đúng"})
            again = {"done_on": "2025-10-07", "b1": more.pop("b1"), "b2": more.pop("b2")}
            officer.must(f"{steps}/reverification", again)
            reposted = {"posted_on": "2025-10-08", "posted_until": "2025-10-12"}
            officer.must(f"{steps}/posting", reposted)
        self.decide(name, status, "2025-12-01", "2026-01-01", review_id=review, **more)


def home(name: str) -> str:
    return f"/v1/households/{named(name)}"


@pytest.fixture(scope="module")
def year(postgres_server: PostgresServer) -> Iterator[Year]:
    with open_offices(postgres_server) as offices:
        played = Year(offices)
        play(played)
        yield played


def play(year: Year) -> None:
    """Let 2025 happen."""
    at_the_start = {
        "leaves poverty": (BOC_BO, "poor"),
        "improves": (BANG_THANH, "poor"),
        "stays poor": (BOC_BO, "poor"),
        "is complained about": (BOC_BO, "poor"),
        "falls": (BANG_THANH, "near_poor"),
        "leaves the province": (BOC_BO, "near_poor"),
        "moves away": (BOC_BO, "poor"),
        "moves here": (ELSEWHERE, "poor"),
        "falls back": (BOC_BO, "newly_escaped"),
    }
    for name, (commune, status) in at_the_start.items():
        year.register(name, commune)
        year.decide(name, status, "2024-12-02", "2025-01-01")
    year.offices.carry()
    help_out(year)
    lend(year)
    moved = {"village": "Bản Mới", "area_type": "rural"}
    for name, commune, on in (
        ("moves away", ELSEWHERE, "2025-05-20"),
        ("moves here", NOW_ONE, "2025-08-20"),
    ):
        year.officer().must(f"{home(name)}/move", moved | {"commune_code": commune, "moved_on": on})
    gone = {"closed_on": "2025-08-01", "reason": "left_province"}
    year.officer().must(f"{home('leaves the province')}/closure", gone)
    year.register("is new", NOW_ONE, "2025-09-01")
    year.review("leaves poverty", ABOVE, "newly_escaped", "exit_request")
    year.review("improves", NEAR_POOR, "near_poor")
    year.review("stays poor", POOR, "poor")
    more: dict[str, Any] = {"complaint": True, "b1": 130, "b2": 30}
    year.review("is complained about", NEAR_POOR, "poor", **more)
    year.review("falls", POOR, "poor")
    year.review("falls back", POOR, "poor", "off_cycle")
    year.review("is new", NEAR_POOR, "poor", departure_reason="meeting_view")
    year.review("moves here", POOR, "poor")
    year.offices.carry()


def help_out(year: Year) -> None:
    """Name a target, agree on a step, and let an agency help and visit."""
    target = {"set_on": "2025-01-20", "year": 2025, "to": "out"}
    year.leader().must(f"{home('leaves poverty')}/exit-targets", target)
    step = {
        "agreed_on": "2025-01-25",
        "item_id": str(named("step")),
        "action": "nuôi bò",
        "addresses": "no_capital",
        "responsible": "can-bo",
        "due_on": "2025-06-30",
    }
    year.officer().must(f"{home('leaves poverty')}/plan-items", step)
    done = {"completed_on": "2025-06-20"}
    year.officer().must(f"{home('leaves poverty')}/plan-items/{named('step')}/completion", done)
    leader = year.leader("sponsorship")
    agency = {"kind": "agency", "name": "Sở X", "registered_on": "2025-01-02"}
    sponsor = leader.must("/v1/sponsors", agency)["id"]
    body = {
        "starts_on": "2025-02-01",
        "household_id": str(named("leaves poverty")),
        "sponsor_id": sponsor,
        "goal": "thoát nghèo",
    }
    assignment = leader.must("/v1/assignments", body)["id"]
    for day in ("2025-04-01", "2025-06-15", "2025-09-01", "2025-11-20"):
        visit = {"visited_on": day, "progress": "improving"}
        leader.must(f"/v1/assignments/{assignment}/visits", visit)


def lend(year: Year) -> None:
    """Lend to a poor household, look at what was bought, and take a part back."""
    everywhere: dict[str, Any] = {"areas": None}
    teller = year.someone("loans", "bank_teller", **everywhere)
    controller = year.someone("loans", "bank_controller", **everywhere)
    loan = f"/v1/loans/{named('loan')}"
    teller.must(
        "/v1/loans",
        {
            "loan_id": str(named("loan")),
            "applied_on": "2025-02-03",
            "household_id": str(named("stays poor")),
            "borrower_member_id": str(named("stays poor head")),
            "programme": "HN",
            "purpose": "cattle",
            "amount": 50 * MILLION,
            "term_months": 36,
        },
    )
    year.officer("loans").must(f"{loan}/confirmation", {"confirmed_on": "2025-02-05"})
    approval = {
        "approved_on": "2025-02-07",
        "amount": 50 * MILLION,
        "rate_bp": 660,
        "term_months": 36,
        "valid_until": "2025-05-31",
        "decision_no": "7/QĐ-NHCS",
    }
    controller.must(f"{loan}/approval", approval)
    payment = {
        "disbursed_on": "2025-02-12",
        "disbursement_id": str(named("paid")),
        "amount": 50 * MILLION,
        "method": "cash",
        "payee": {"kind": "borrower"},
        "voucher_no": "PC-1",
    }
    teller.must(f"{loan}/disbursements", payment)
    check = {
        "inspected_on": "2025-03-01",
        "disbursement_id": str(named("paid")),
        "amount_received": 50 * MILLION,
        "right_purpose_amount": 50 * MILLION,
        "wrong_purpose_amount": 0,
        "actual_use": "mua hai con bò",
    }
    year.someone("loans", "union_inspector", **everywhere).must(f"{loan}/inspections", check)
    back = {"paid_on": "2025-12-10", "principal": 5 * MILLION, "interest": MILLION}
    teller.must(f"{loan}/repayments", back)
    too_much = back | {"principal": 46 * MILLION}
    assert code_of(teller.post(f"{loan}/repayments", too_much)) == (409, "over-repayment")


def figures(played: Year, of: str, what: str) -> dict[str, Any]:
    answer = played.offices.reporting.ask(f"/v1/areas/{of}/{what}", None, year="2025")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json  # type: ignore[assignment] # a JSON object
    return found


def test_the_year_ends_in_a_movement_that_adds_up(year: Year) -> None:
    found = figures(year, NOW_ONE, "movement")
    assert (found["from"], found["to"]) == ("2025-01-01", "2026-01-01")
    assert found["statuses"] == {
        "poor": {"start": 5, "exits": 3, "entries": 4, "end": 6},
        "near_poor": {"start": 2, "exits": 2, "entries": 1, "end": 1},
    }
    for counts in found["statuses"].values():
        assert counts["end"] == counts["start"] - counts["exits"] + counts["entries"]


def test_each_area_adds_up_and_the_parts_make_the_whole(year: Year) -> None:
    whole = figures(year, "06", "movement")["statuses"]
    for name, counts in whole.items():
        parts = [figures(year, area, "movement")["statuses"][name] for area in (NOW_ONE, "01906")]
        for end in ("start", "end"):
            assert counts[end] == sum(part[end] for part in parts)


def test_the_target_was_reached_and_the_money_is_all_accounted_for(year: Year) -> None:
    targets = figures(year, NOW_ONE, "targets")
    assert [item["result"] for item in targets["items"]] == ["reached"]
    money = figures(year, NOW_ONE, "overview")["money"]
    assert (money["repaid"], money["on_purpose"]) == (5 * MILLION, 45 * MILLION)
    assert money["total"] == 50 * MILLION


def test_the_register_agrees_with_reporting(year: Year) -> None:
    officer = year.someone("households", "commune_officer", areas=[NOW_ONE])
    for status, count in (("poor", 6), ("near_poor", 1)):
        query = f"commune={NOW_ONE}&status={status}&on=2026-01-01&limit=500"
        assert len(officer.sees(f"/v1/households?{query}")["items"]) == count


def test_the_year_left_no_suspicion_of_misuse(year: Year) -> None:
    items = year.offices.reporting.items("/v1/misuse", bearer("inspector"))
    assert [item["code"] for item in items] == []
