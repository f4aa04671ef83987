"""Who may do what with sponsors, assignments and models (contract §4, §7)."""

from typing import Any

from tests.matrix.row import (
    BEFORE,
    DISTRICT,
    IDS,
    INSPECTOR,
    OFFICERS,
    OPEN,
    OPERATOR,
    PRIVACY,
    REFUSED,
    SPONSOR,
    Row,
    ask,
    read,
    write,
)

_HELPERS = (*OFFICERS, SPONSOR)
_HERE = "/v1/assignments/{assignment}"
_OFFERED = "/v1/assignments/{offered}"
_MODEL = "/v1/models/{model}"
_ANNULMENT = {"event_id": IDS["new"], "reason": "ghi nhầm", "annul": True}

ASSIGNMENT = {
    "starts_on": "2024-01-01",
    "household_id": IDS["household"],
    "sponsor_id": IDS["agency"],
    "goal": "Thoát nghèo bền vững",
    "commune_code": BEFORE,
}
LAUNCH = {
    "launched_on": "2024-01-01",
    "name": "Nuôi ong",
    "kind": "community",
    "commune_code": BEFORE,
    "budget": 10,
}
PLEDGE = {"pledged_on": "2026-01-15", "kind": "cash", "value": 10, "due_on": "2026-06-30"}
DIFFICULTY = {
    "raised_on": "2026-01-15",
    "category": "land",
    "text": "Thiếu đất",
    "asked_of": "commune",
}


def _command(path: str, body: Any, may: tuple[str, ...] = OFFICERS, at: str = _HERE) -> Row:
    return write("sponsorship", f"{at}{path}", may, body)


WRITES = (
    write(
        "sponsorship",
        "/v1/sponsors",
        OFFICERS,
        {"registered_on": "2023-01-01", "kind": "agency", "name": "Sở Y tế"},
        outside=OPEN,
        nowhere=REFUSED,
    ),
    write(
        "sponsorship",
        "/v1/sponsors/{other}/dissolution",
        OFFICERS,
        {"dissolved_on": "2026-02-01", "reason": "sáp nhập"},
        outside=OPEN,
        nowhere=REFUSED,
    ),
    write(
        "sponsorship",
        "/v1/sponsors/{person}/erasure",
        (PRIVACY,),
        {"legal_basis": "đề nghị"},
        outside=OPEN,
        nowhere=REFUSED,
    ),
    write(
        "sponsorship",
        "/v1/sponsors/{other}/corrections",
        (DISTRICT,),
        _ANNULMENT,
        outside=OPEN,
        nowhere=REFUSED,
    ),
    write("sponsorship", "/v1/assignments", OFFICERS, ASSIGNMENT, outside=REFUSED),
    _command("/visits", {"visited_on": "2026-01-15", "progress": "improving"}, _HELPERS),
    _command("/commitments", PLEDGE, _HELPERS),
    _command(
        "/commitments/{commitment}/fulfilment",
        {"fulfilled_on": "2026-02-01", "value": 10},
        (SPONSOR,),
    ),
    _command(
        "/commitments/{commitment}/withdrawal",
        {"withdrawn_on": "2026-02-01", "reason": "đổi ý"},
        _HELPERS,
    ),
    _command("/difficulties", DIFFICULTY, _HELPERS),
    _command(
        "/difficulties/{difficulty}/resolution",
        {"resolved_on": "2026-02-01", "outcome": "đã giao đất"},
    ),
    _command("/handover", {"offered_on": "2026-02-01", "to_sponsor_id": IDS["other"]}, _HELPERS),
    _command("/acceptance", {"accepted_on": "2026-02-01"}, _HELPERS, _OFFERED),
    _command("/handover/refusal", {"refused_on": "2026-02-01", "reason": "xa"}, _HELPERS, _OFFERED),
    _command("/end", {"ended_on": "2026-02-01", "reason": "đã thoát nghèo"}),
    _command("/person-in-charge", {"from": "2026-02-01", "person_in_charge": "anh-ba"}),
    _command("/corrections", _ANNULMENT),
    write("sponsorship", "/v1/models", OFFICERS, LAUNCH, outside=REFUSED),
    write(
        "sponsorship",
        f"{_MODEL}/enrolments",
        OFFICERS,
        {"enrolled_on": "2025-01-01", "household_id": IDS["new"], "support_value": 10},
    ),
    write(
        "sponsorship",
        f"{_MODEL}/outcomes",
        OFFICERS,
        {"assessed_on": "2026-01-01", "household_id": IDS["household"], "result": "high"}
        | {"income_before": 1, "income_after": 2},
    ),
    write("sponsorship", f"{_MODEL}/closure", OFFICERS, {"closed_on": "2026-02-01"}),
    write("sponsorship", f"{_MODEL}/corrections", (DISTRICT,), _ANNULMENT),
)
"""Every command, with a body that is right."""

READS = (
    read("sponsorship", "/v1/sponsors/{agency}", OFFICERS, outside=OPEN),
    read("sponsorship", "/v1/sponsors", OFFICERS, outside=OPEN),
    read("sponsorship", _HERE, _HELPERS, shows="assignment"),
    read("sponsorship", "/v1/assignments", _HELPERS, outside=OPEN, shows="assignment"),
    read("sponsorship", _MODEL, OFFICERS, shows="model"),
    read("sponsorship", "/v1/models", OFFICERS, outside=OPEN, shows="model"),
    read("sponsorship", "/v1/sponsors/{agency}/events", (INSPECTOR,), areas=None),
    read("sponsorship", f"{_HERE}/events", (INSPECTOR,), shows="assignment"),
    read("sponsorship", f"{_MODEL}/events", (INSPECTOR,), shows="model"),
    read(
        "sponsorship",
        "/v1/households/{household}/personal-data",
        (PRIVACY,),
        shows="assignment",
    ),
    read("sponsorship", "/v1/access-log?sponsor_id={agency}", (PRIVACY,), outside=OPEN),
    read(
        "sponsorship",
        "/v1/quarantine",
        (OPERATOR, INSPECTOR),
        areas=None,
        outside=REFUSED,
        anywhere=(OPERATOR,),
    ),
    ask("sponsorship", "/v1/quarantine/{held}/release", (OPERATOR,), {}, areas=None, outside=OPEN),
    read("sponsorship", "/v1/events", (), areas=None, outside=REFUSED),
)

ROWS = (*WRITES, *READS)
