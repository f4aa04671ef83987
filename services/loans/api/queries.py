"""Reading loans, groups and programmes, and asking what a disbursement would open."""

from typing import Any
from uuid import UUID

from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy import Engine

from services.loans.api.arguments import an_id, area_filter, day, one_of, the_day
from services.loans.api.filters import after_filter, loans_within, status_filter, within
from services.loans.api.personal import personal
from services.loans.api.precheck import PRECHECK, precheck
from services.loans.api.programmes import programmes_on
from services.loans.api.views import Found, find_groups, find_loans, shown
from services.loans.events.groups import UNIONS
from services.loans.read_model.tables import CREDIT_GROUPS, LOANS
from shared.auth.roles import BANK, OFFICERS, Role
from shared.clock import today
from shared.http.pages import page_of
from shared.http.query import PAGE, a_code, a_date, an_area, takes
from shared.http.query import an_id as an_id_of
from shared.http.responses import response
from shared.http.who import allowed, caller
from shared.policy.programmes import BY_CODE
from shared.policy.standing import STANDINGS
from shared.problems import Answer, Problem, not_found
from shared.service import Runtime

READERS = frozenset({*OFFICERS, *BANK, Role.UNION_INSPECTOR})
GROUP_READERS = frozenset({*BANK, Role.UNION_INSPECTOR})
_ON = a_date("on", "Ngày (mặc định hôm nay) / As of a day (today)")
_OF_LOANS = (
    an_id_of("household_id", "Hộ vay / The borrowing household"),
    an_id_of("group_id", "Tổ tiết kiệm và vay vốn / The savings-and-credit group"),
    a_code("programme", tuple(BY_CODE), "Chương trình / Programme"),
    a_code("status", STANDINGS, "Tình trạng / Status"),
    a_date("check_due_by", "Hạn kiểm tra sử dụng vốn đến ngày / Use check due by a day"),
)
_OF_GROUPS = (
    an_area("commune", "Mã địa bàn / Area code"),
    a_code("union", UNIONS, "Hội nhận ủy thác / The union"),
)


def queries(runtime: Runtime) -> list[Blueprint]:
    """Give the blueprints of everything that is read."""
    made = Blueprint("loans", __name__, description="Khoản vay, tổ, chương trình / Loans, groups")

    def list_loans() -> Response:
        """Give loans of the caller's area, by filters."""
        return _list_loans(runtime)

    def get_loan(loan_id: UUID) -> Response:
        """Give a loan as it stands."""
        return _get_loan(runtime, loan_id)

    def list_groups() -> Response:
        """Give savings-and-credit groups of the caller's area."""
        return _list_groups(runtime)

    def get_group(group_id: UUID) -> Response:
        """Give a group as it stands."""
        return _get_group(runtime, group_id)

    def list_programmes() -> Response:
        """Give the programmes with ceilings, rates and eligible statuses on a date."""
        return _list_programmes(runtime)

    def ask_precheck(loan_id: UUID) -> Response:
        """Give the findings that a disbursement would open; records nothing."""
        allowed(*BANK)
        return precheck(runtime, loan_id)

    made.route("/v1/loans")(takes(*_OF_LOANS, _ON, *PAGE)(list_loans))
    made.route("/v1/loans/<uuid:loan_id>")(takes(_ON)(get_loan))
    made.route("/v1/groups")(takes(*_OF_GROUPS, *PAGE)(list_groups))
    made.route("/v1/groups/<uuid:group_id>")(takes()(get_group))
    made.route("/v1/programmes")(takes(_ON)(list_programmes))
    asked = made.route("/v1/loans/<uuid:loan_id>/disbursements/precheck", methods=["POST"])
    asked(made.doc(**PRECHECK)(ask_precheck))
    return [made, *personal(runtime)]


def _engine(runtime: Runtime) -> Engine:
    if runtime.engine is None:
        raise Problem("unavailable", "Cần cơ sở dữ liệu / A database is needed", status=503)
    return runtime.engine


def _one(found: list[Found], document: dict[str, Any]) -> Response:
    return response(Answer(200, document, {"ETag": f'"{found[0].version}"'}))


def _list_loans(runtime: Runtime) -> Response:
    who, present = allowed(*READERS), today(runtime.clock)
    page = page_of(request.args, request.path, runtime.keyring)
    on = the_day("on", present)
    filters = [*loans_within(who.scope, present)]
    for name in ("household_id", "group_id"):
        wanted = an_id(name)
        if wanted is not None:
            filters.append(LOANS.c[name] == wanted)
    programme = one_of("programme", tuple(BY_CODE))
    if programme:
        filters.append(LOANS.c.programme == programme)
    status = one_of("status", STANDINGS)
    if status:
        filters.append(status_filter(status, on))
    due = day("check_due_by")
    if due is not None:
        filters.append(LOANS.c.check_due_on <= due)
    filters += after_filter(page.after, LOANS.c.applied_on, LOANS.c.loan_id)
    with _engine(runtime).connect() as connection:
        found = find_loans(connection, filters, on, page.fetch)
    return response(Answer(200, page.answer(found, _key, lambda row: shown(row, who))))


def _key(row: Found) -> tuple[str, str]:
    return row.key


def _get_loan(runtime: Runtime, loan_id: UUID) -> Response:
    who, present = allowed(*READERS), today(runtime.clock)
    on = the_day("on", present)
    this = LOANS.c.loan_id == loan_id
    with _engine(runtime).connect() as connection:
        found = find_loans(connection, [this, *loans_within(who.scope, present)], on, 1)
    if not found:
        raise not_found()
    return _one(found, shown(found[0], who))


def _list_groups(runtime: Runtime) -> Response:
    who, present = allowed(*GROUP_READERS), today(runtime.clock)
    page = page_of(request.args, request.path, runtime.keyring)
    filters = within(who.scope, present, CREDIT_GROUPS.c.commune)
    filters += area_filter("commune", who.scope, present, CREDIT_GROUPS.c.commune)
    union = one_of("union", UNIONS)
    if union:
        filters.append(CREDIT_GROUPS.c.union_code == union)
    filters += after_filter(page.after, CREDIT_GROUPS.c.formed_on, CREDIT_GROUPS.c.group_id)
    with _engine(runtime).connect() as connection:
        found = find_groups(connection, filters, page.fetch)
    return response(Answer(200, page.answer(found, _key, lambda row: row.document)))


def _get_group(runtime: Runtime, group_id: UUID) -> Response:
    who, present = allowed(*GROUP_READERS), today(runtime.clock)
    this = CREDIT_GROUPS.c.group_id == group_id
    with _engine(runtime).connect() as connection:
        filters = [this, *within(who.scope, present, CREDIT_GROUPS.c.commune)]
        found = find_groups(connection, filters, 1)
    if not found:
        raise not_found()
    return _one(found, found[0].document)


def _list_programmes(runtime: Runtime) -> Response:
    caller()
    on = the_day("on", today(runtime.clock))
    return response(Answer(200, programmes_on(on)))
