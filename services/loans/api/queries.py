"""Reading loans, groups and programmes, and asking what a disbursement would open."""

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import Engine

from services.loans.api.filters import after_filter, loans_within, status_filter, within
from services.loans.api.personal import personal
from services.loans.api.precheck import precheck
from services.loans.api.programmes import programmes_on
from services.loans.api.views import Found, find_groups, find_loans, shown
from services.loans.events.groups import UNIONS
from services.loans.read_model.tables import CREDIT_GROUPS, LOANS
from services.loans.schemas import DisburseSchema
from shared.auth.roles import BANK, OFFICERS, Role
from shared.clock import today
from shared.http.blueprint import StrictBlueprint
from shared.http.fields import Choice, Day, Uuid
from shared.http.pages import page_of
from shared.http.query import AreaCode, Asked, PageQuery, Query, described
from shared.http.responses import response
from shared.http.shapes import TEXT, WORD, has, some
from shared.http.who import allowed
from shared.policy.programmes import BY_CODE
from shared.policy.standing import STANDINGS
from shared.problems import Answer, Problem, not_found
from shared.service import Runtime

READERS = frozenset({*OFFICERS, *BANK, Role.UNION_INSPECTOR})
GROUP_READERS = frozenset({*BANK, Role.UNION_INSPECTOR})
_WOULD_OPEN = has(would_open=some(has(code=WORD, title=TEXT, reason=TEXT)))


class DayQuery(Query):
    """As of which day."""

    on = described(Day(), "Ngày (mặc định hôm nay) / As of a day (today)")


class LoansQuery(DayQuery, PageQuery):
    """By what loans are chosen."""

    household_id = described(Uuid(), "Hộ vay / The borrowing household")
    group_id = described(Uuid(), "Tổ tiết kiệm và vay vốn / The savings-and-credit group")
    programme = described(Choice(tuple(BY_CODE)), "Chương trình / Programme")
    status = described(Choice(STANDINGS), "Tình trạng / Status")
    check_due_by = described(Day(), "Hạn kiểm tra sử dụng vốn đến ngày / Use check due by a day")


class GroupsQuery(PageQuery):
    """By what groups are chosen."""

    commune = described(AreaCode(), "Mã địa bàn / Area code")
    union = described(Choice(UNIONS), "Hội nhận ủy thác / The union")


def queries(runtime: Runtime) -> list[StrictBlueprint]:
    """Give the blueprints of everything that is read."""
    made = StrictBlueprint(
        "loans", __name__, description="Khoản vay, tổ, chương trình / Loans, groups"
    )

    @made.get("/v1/loans", LoansQuery)
    def list_loans(query: Asked) -> Response:
        """Give loans of the caller's area, by filters."""
        return _list_loans(runtime, query)

    @made.get("/v1/loans/<uuid:loan_id>", DayQuery)
    def get_loan(query: Asked, loan_id: UUID) -> Response:
        """Give a loan as it stands."""
        return _get_loan(runtime, query, loan_id)

    @made.get("/v1/groups", GroupsQuery)
    def list_groups(query: Asked) -> Response:
        """Give savings-and-credit groups of the caller's area."""
        return _list_groups(runtime, query)

    @made.get("/v1/groups/<uuid:group_id>")
    def get_group(_: Asked, group_id: UUID) -> Response:
        """Give a group as it stands."""
        return _get_group(runtime, group_id)

    @made.get("/v1/programmes", DayQuery)
    def list_programmes(query: Asked) -> Response:
        """Give the programmes with ceilings, rates and eligible statuses on a date."""
        return response(Answer(200, programmes_on(query.get("on", today(runtime.clock)))))

    @made.post(
        "/v1/loans/<uuid:loan_id>/disbursements/precheck",
        DisburseSchema,
        _WOULD_OPEN,
        semantic=["in-future /disbursed_on"],
    )
    def ask_precheck(loan_id: UUID) -> Response:
        """Give the findings that a disbursement would open; records nothing."""
        allowed(*BANK)
        return precheck(runtime, loan_id)

    return [made, *personal(runtime)]


def _engine(runtime: Runtime) -> Engine:
    if runtime.engine is None:
        raise Problem("unavailable", "Cần cơ sở dữ liệu / A database is needed", status=503)
    return runtime.engine


def _one(found: list[Found], document: dict[str, Any]) -> Response:
    return response(Answer(200, document, {"ETag": f'"{found[0].version}"'}))


def _list_loans(runtime: Runtime, query: Asked) -> Response:
    who, present = allowed(*READERS), today(runtime.clock)
    page = page_of(query, runtime.keyring)
    on = query.get("on", present)
    filters = [*loans_within(who.scope, present)]
    equal = [name for name in ("household_id", "group_id", "programme") if name in query]
    filters += [LOANS.c[name] == query[name] for name in equal]
    if "status" in query:
        filters.append(status_filter(query["status"], on))
    if "check_due_by" in query:
        filters.append(LOANS.c.check_due_on <= query["check_due_by"])
    filters += after_filter(page.after, LOANS.c.applied_on, LOANS.c.loan_id)
    with _engine(runtime).connect() as connection:
        found = find_loans(connection, filters, on, page.fetch)
    return response(Answer(200, page.answer(found, _key, lambda row: shown(row, who))))


def _key(row: Found) -> tuple[str, str]:
    return row.key


def _get_loan(runtime: Runtime, query: Asked, loan_id: UUID) -> Response:
    who, present = allowed(*READERS), today(runtime.clock)
    on = query.get("on", present)
    this = LOANS.c.loan_id == loan_id
    with _engine(runtime).connect() as connection:
        found = find_loans(connection, [this, *loans_within(who.scope, present)], on, 1)
    if not found:
        raise not_found()
    return _one(found, shown(found[0], who))


def _list_groups(runtime: Runtime, query: Asked) -> Response:
    who, present = allowed(*GROUP_READERS), today(runtime.clock)
    page = page_of(query, runtime.keyring)
    filters = within(who.scope, present, CREDIT_GROUPS.c.commune)
    if "commune" in query:
        filters += within(query["commune"], present, CREDIT_GROUPS.c.commune)
    if "union" in query:
        filters.append(CREDIT_GROUPS.c.union_code == query["union"])
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
