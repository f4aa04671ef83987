"""Who may do what with households (contract §2, §7)."""

from typing import Any

from services.households.api.imports.kinds import KINDS
from services.households.api.imports.marked import template
from tests.matrix.row import (
    AFTER,
    BEFORE,
    CARD,
    DISTRICT,
    IDS,
    INSPECTOR,
    OFFICERS,
    OPEN,
    OPERATOR,
    PRIVACY,
    REFUSED,
    ROLES,
    SPONSOR,
    Row,
    ask,
    read,
    write,
)

_HOME = "/v1/households/{household}"
_REVIEW = f"{_HOME}/reviews/{{review}}"
_PLACE = {"commune_code": BEFORE, "village": "Nà Lẹng", "area_type": "rural"}
SHEET, _ = template(KINDS["households"], "csv")
WITHDRAWAL = {"withdrawn_on": "2026-02-02", "reason": "đổi ý"}


def _command(path: str, body: Any, may: tuple[str, ...] = OFFICERS, **more: Any) -> Row:
    return write("households", f"{_HOME}{path}", may, body, **more)


WRITES = (
    write(
        "households",
        "/v1/households",
        OFFICERS,
        {"registered_on": "2024-01-10", **_PLACE}
        | {"head": {"full_name": "Hoàng Văn Thử", "able_to_work": True}},
        outside=REFUSED,
    ),
    _command(
        "/members",
        {"joined_on": "2024-02-01", "full_name": "Hoàng Thị Con", "relation": "child"}
        | {"birth_date": "2024-01-30", "sex": "female", "able_to_work": False},
    ),
    _command("/members/{child}/departure", {"left_on": "2026-02-01", "reason": "moved"}),
    _command("/head", {"from": "2026-02-01", "member_id": IDS["child"]}),
    _command("/move", {"moved_on": "2025-02-01", **_PLACE}, outside=REFUSED),
    _command("/closure", {"closed_on": "2026-02-01", "reason": "left_province"}),
    _command("/groups", {"occurred_on": "2026-02-01", "groups": ["war_merit"]}, method="PUT"),
    _command("/causes", {"occurred_on": "2026-02-01", "causes": ["no_land"]}, method="PUT"),
    _command(
        "/reviews",
        {"scored_on": "2025-09-20", "year": 2025, "kind": "annual", "b1": 120, "b2": 40}
        | {"reviewer_ids": ["truong-thon"]},
    ),
    write(
        "households",
        f"{_REVIEW}/meeting",
        OFFICERS,
        {"held_on": "2025-10-01", "attendees": 40, "agreed": 39},
    ),
    write(
        "households",
        f"{_REVIEW}/posting",
        OFFICERS,
        {"posted_on": "2025-10-02", "posted_until": "2025-10-06"},
    ),
    write(
        "households",
        f"{_REVIEW}/complaint",
        OFFICERS,
        {"filed_on": "2025-10-03", "text": "chấm thiếu"},
    ),
    write(
        "households",
        f"{_REVIEW}/reverification",
        OFFICERS,
        {"done_on": "2025-10-05", "b1": 130, "b2": 40},
    ),
    _command(
        "/classifications",
        {"decided_on": "2025-12-01", "status": "poor", "decision_no": "12/QĐ-UBND"}
        | {"effective_from": "2026-01-01", "decided_by": "chu-tich"},
    ),
    _command("/exit-targets", {"set_on": "2026-01-15", "year": 2027, "to": "out"}, (DISTRICT,)),
    _command("/exit-targets/2026/withdrawal", WITHDRAWAL, (DISTRICT,)),
    _command(
        "/plan-items",
        {"agreed_on": "2026-01-15", "action": "làm chuồng", "addresses": "no_capital"}
        | {"due_on": "2026-06-30"},
    ),
    _command("/plan-items/{item}/completion", {"completed_on": "2026-02-02"}),
    _command("/plan-items/{item}/withdrawal", WITHDRAWAL),
    _command(
        "/supports",
        {"entitled_on": "2026-01-15", "policy": "tuition", "due_on": "2026-06-30", "value": 10},
    ),
    _command("/supports/{support}/delivery", {"delivered_on": "2026-02-02", "value": 10}),
    _command("/supports/{support}/withdrawal", WITHDRAWAL),
    _command("/erasure", {"person": IDS["child"], "legal_basis": "đề nghị"}, (PRIVACY,)),
    _command(
        "/corrections",
        {"event_id": IDS["new"], "reason": "ghi nhầm", "annul": True},
    ),
)
"""Every command, with a body that is right."""

READS = (
    ask(
        "households",
        "/v1/households/names",
        CARD,
        {"ids": [IDS["household"]]},
        outside=OPEN,
        shows="household",
    ),
    ask(
        "households",
        "/v1/households/search",
        CARD,
        {"name": "Hoàng Văn Thử"},
        outside=OPEN,
        shows="household",
    ),
    read("households", _HOME, (*CARD, SPONSOR), shows="household"),
    read("households", "/v1/households", CARD, outside=OPEN, shows="household"),
    read("households", f"{_HOME}/events", (INSPECTOR,), shows="household"),
    read("households", f"{_HOME}/personal-data", (PRIVACY,), shows="household"),
    read("households", f"{_HOME}/duplicates", (*OFFICERS, PRIVACY)),
    read("households", "/v1/events", (), areas=None, outside=REFUSED),
    read("households", "/v1/access-log?household_id={household}", (PRIVACY,)),
    ask(
        "households",
        "/v1/imports?kind=households&dry_run=true",
        (DISTRICT,),
        {},
        outside=OPEN,
        file=SHEET,
    ),
    # they are for whoever sent the sheet: the same person, wherever they work today
    read("households", "/v1/imports/{import}", (DISTRICT,), outside=OPEN),
    read("households", "/v1/imports/{import}/remarks", (DISTRICT,), outside=OPEN),
    read("households", "/v1/imports/templates/households", (DISTRICT,), outside=OPEN),
    read(
        "households",
        "/v1/quarantine",
        (OPERATOR, INSPECTOR),
        areas=None,
        outside=REFUSED,
        anywhere=(OPERATOR,),
    ),
    ask("households", "/v1/quarantine/{held}/release", (OPERATOR,), {}, areas=None, outside=OPEN),
    read("households", "/v1/areas", ROLES, outside=OPEN),
    read("households", "/v1/areas/060?on=2024-01-01", ROLES, outside=OPEN),
    read("households", "/v1/standards", ROLES, outside=OPEN),
    read("households", f"/v1/postings/{AFTER}?year=2025", OFFICERS),
)

ROWS = (*WRITES, *READS)
