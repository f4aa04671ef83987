"""Who may do what with groups and loans (contract §3, §7)."""

from typing import Any

from tests.matrix.row import (
    AFTER,
    BANK,
    CONTROLLER,
    IDS,
    INSPECTOR,
    OFFICERS,
    OPEN,
    OPERATOR,
    PRIVACY,
    REFUSED,
    ROLES,
    TELLER,
    UNION,
    Row,
    ask,
    read,
    write,
)

MILLION = 1_000_000
_LOAN = "/v1/loans/{loan}"
_FIELD = (TELLER, UNION)
_REASON = "người vay thôi"

PAYMENT = {
    "disbursed_on": "2026-01-15",
    "amount": 10 * MILLION,
    "method": "cash",
    "payee": {"kind": "borrower"},
    "voucher_no": "PC-2",
}
APPLICATION = {
    "applied_on": "2026-01-05",
    "household_id": IDS["household"],
    "borrower_member_id": IDS["head"],
    "programme": "HN",
    "purpose": "cattle",
    "amount": 50 * MILLION,
    "term_months": 36,
    "commune_code": AFTER,
}
FORMATION = {
    "formed_on": "2026-01-02",
    "name": "Tổ 1",
    "commune_code": AFTER,
    "union": "women",
    "leader_id": "to-truong",
}
APPROVAL = {
    "approved_on": "2026-01-09",
    "amount": 50 * MILLION,
    "rate_bp": 660,
    "term_months": 36,
    "valid_until": "2026-04-30",
    "decision_no": "7/QĐ-NHCS",
}
REVERSAL = {"reversed_on": "2026-01-20", "reason": _REASON}


def _command(path: str, body: Any, *may: str) -> Row:
    return write("loans", f"{_LOAN}{path}", may, body)


WRITES = (
    write("loans", "/v1/groups", _FIELD, FORMATION, outside=REFUSED),
    write(
        "loans", "/v1/groups/{group}/leader", _FIELD, {"from": "2026-02-01", "leader_id": "ba-hai"}
    ),
    write(
        "loans",
        "/v1/groups/{group}/dissolution",
        _FIELD,
        {"dissolved_on": "2026-02-01", "reason": _REASON},
    ),
    write("loans", "/v1/loans", (TELLER,), APPLICATION, outside=REFUSED),
    _command("/confirmation", {"confirmed_on": "2026-01-07"}, *OFFICERS),
    _command("/withdrawal", {"withdrawn_on": "2026-01-08", "reason": _REASON}, TELLER),
    _command("/approval", APPROVAL, CONTROLLER),
    _command("/rejection", {"rejected_on": "2026-01-08", "reason": _REASON}, CONTROLLER, *OFFICERS),
    _command("/disbursements", PAYMENT, TELLER),
    _command(
        "/disbursements/{disbursement}/reversal",
        REVERSAL,
        CONTROLLER,
    ),
    _command(
        "/inspections",
        {"inspected_on": "2026-02-01", "disbursement_id": IDS["disbursement"]}
        | {"amount_received": 10, "right_purpose_amount": 10, "wrong_purpose_amount": 0}
        | {"actual_use": "mua bò", "stated_outstanding": 10},
        *_FIELD,
    ),
    _command("/repayments", {"paid_on": "2026-02-01", "principal": 1, "interest": 1}, TELLER),
    _command("/overdue", {"since": "2026-02-01"}, CONTROLLER),
    _command("/overdue-end", {"ended_on": "2026-02-01"}, CONTROLLER),
    _command("/contacts", {"contacted_on": "2026-02-01", "outcome": "absent"}, *_FIELD),
    _command("/extension", {"granted_on": "2026-02-01", "until": "2029-06-30"}, CONTROLLER),
    _command("/freeze", {"from": "2026-02-01", "until": "2027-06-30"}, CONTROLLER),
    _command("/write-off", {"written_off_on": "2026-02-01", "amount": 1}, CONTROLLER),
    _command(
        "/recall",
        {"ordered_on": "2026-02-01", "due_on": "2026-03-01", "amount": 1, "reason": _REASON},
        CONTROLLER,
    ),
    _command("/recall-collections", {"collected_on": "2026-02-05", "amount": 1}, TELLER),
    _command(
        "/corrections", {"event_id": IDS["new"], "reason": "ghi nhầm", "annul": True}, CONTROLLER
    ),
    write(
        "loans",
        "/v1/groups/{group}/corrections",
        (CONTROLLER,),
        {"event_id": IDS["new"], "reason": "ghi nhầm", "annul": True},
    ),
)
"""Every command, with a body that is right."""

_READERS = (*OFFICERS, *BANK, UNION)
READS = (
    ask("loans", f"{_LOAN}/disbursements/precheck", BANK, PAYMENT),
    read("loans", _LOAN, _READERS, shows="loan"),
    read("loans", "/v1/loans", _READERS, outside=OPEN, shows="loan"),
    read("loans", "/v1/groups/{group}", (*BANK, UNION), shows="group"),
    read("loans", "/v1/groups", (*BANK, UNION), outside=OPEN, shows="group"),
    read("loans", f"{_LOAN}/events", (INSPECTOR,), shows="loan"),
    read("loans", "/v1/groups/{group}/events", (INSPECTOR,), shows="group"),
    read("loans", "/v1/events", (), areas=None, outside=REFUSED),
    read(
        "loans",
        "/v1/quarantine",
        (OPERATOR, INSPECTOR),
        areas=None,
        outside=REFUSED,
        anywhere=(OPERATOR,),
    ),
    ask("loans", "/v1/quarantine/{held}/release", (OPERATOR,), {}, areas=None, outside=OPEN),
    read("loans", "/v1/households/{household}/personal-data", (PRIVACY,), shows="loan"),
    read("loans", "/v1/access-log?household_id={household}", (PRIVACY,)),
    read("loans", "/v1/programmes", ROLES, outside=OPEN),
)

ROWS = (*WRITES, *READS)
