"""Printing the yearly list of a commune, and keeping who printed it."""

from collections.abc import Iterator
from datetime import date
from itertools import islice
from uuid import UUID

from flask import Response
from sqlalchemy import Connection, or_, select

from services.households.api import filters
from services.households.api.postings.code import last_signed, notice_code
from services.households.api.postings.listing import (
    Line,
    Posting,
    in_order,
    last_day,
    list_hash,
    result_of,
)
from services.households.api.reading import opener
from services.households.decider import HOUSEHOLD
from services.households.read_model import HOUSEHOLDS
from shared import access
from shared.areas import commune_on
from shared.auth.caller import Caller
from shared.auth.roles import OFFICERS
from shared.clock import today
from shared.corrections import corrected
from shared.dated import value_on
from shared.http.blueprint import StrictBlueprint
from shared.http.query import Asked, Number, Query, described
from shared.http.who import allowed
from shared.problems import FieldError, invalid, not_found
from shared.service import Runtime
from shared.store.port import StoreTransaction

_FIRST = 2000
_AT_ONCE = 500


class YearQuery(Query):
    """Of which year."""

    year = described(Number(_FIRST, 9999, required=True), "Năm rà soát / Year of the review")


def postings(runtime: Runtime) -> StrictBlueprint:
    """Give the endpoint of the lists for notice boards."""
    made = StrictBlueprint("postings", __name__, description="Niêm yết / Notice boards")

    @made.get("/v1/postings/<commune>", YearQuery, semantic=["in-future /year"])
    def posting(query: Asked, commune: str) -> Response:
        """Give the list of a commune for the notice board, as PDF: results of a year's review."""
        return _print(runtime, allowed(*OFFICERS), commune, query["year"])

    return made


def _print(runtime: Runtime, caller: Caller, code: str, year: int) -> Response:
    # printing is rare, and its library is large
    from services.households.api.postings.paper import pdf  # noqa: PLC0415

    present = today(runtime.clock)
    if year > present.year:
        said = f"không sau {present.year} / not after {present.year}"
        raise invalid([FieldError("/year", "in-future", said)])
    day = last_day(year, present)
    commune = commune_on(code, day)
    if commune is None or not caller.scope.covers(commune, day):
        raise not_found()
    with runtime.store.transaction() as transaction:
        signed = last_signed(_database(transaction), runtime.settings, runtime.service.name)
        found = dict(_found(transaction, code, year, day))
        names = opener(runtime, caller)([name for name, _ in found.values()])
        lines = (
            Line(
                village=line.village,
                head_name=name,
                result=line.result,
                decision_no=line.decision_no,
                decided_on=line.decided_on,
            )
            for name, (_, line) in zip(names, found.values(), strict=True)
        )
        posting = Posting(commune=commune, year=year, lines=in_order(lines))
        access.record(transaction.connection, caller, runtime.clock(), "posting", found)
    paper = pdf(posting, present, notice_code(posting, signed))
    made = Response(paper, mimetype="application/pdf")
    made.headers["Content-Disposition"] = f'inline; filename="{commune.code}-{year}.pdf"'
    made.headers["ETag"] = f'"{list_hash(posting)}"'
    return made


def _found(
    transaction: StoreTransaction, code: str, year: int, day: date
) -> Iterator[tuple[UUID, tuple[str | None, Line]]]:
    """Find the households of a list, each with its head's name still sealed."""
    ids = iter(_living_in(_database(transaction), code, day))
    while some := list(islice(ids, _AT_ONCE)):
        histories = transaction.read_all([f"{HOUSEHOLD.name}-{one}" for one in some])
        for household_id, history in zip(some, histories.values(), strict=True):
            facts = corrected(history)
            result = result_of([fact.event for fact in facts], year, day)
            if result is None:
                continue
            state = HOUSEHOLD.fold(facts)
            head = value_on(state.heads, day) or state.heads[0][1]
            home = state.residence_on(day)
            yield (
                household_id,
                (
                    None if head in state.erased else state.members[head].person.full_name,
                    Line(
                        village=home.village if home else "",
                        head_name=None,
                        result=result.status,
                        decision_no=result.decision_no,
                        decided_on=result.decided_on,
                    ),
                ),
            )


def _database(transaction: StoreTransaction) -> Connection:
    if transaction.connection is None:
        raise TypeError("lists need the service's database")
    return transaction.connection


def _living_in(connection: Connection, code: str, day: date) -> list[UUID]:
    there = or_(HOUSEHOLDS.c.closed_on.is_(None), HOUSEHOLDS.c.closed_on > day)
    here = filters.living_in(code, day, "/commune")
    look = select(HOUSEHOLDS.c.household_id).where(there, here)
    return list(connection.execute(look.order_by(HOUSEHOLDS.c.household_id)).scalars())


def _wrong(code: str, said: str) -> Exception:
    return invalid([FieldError("/year", code, said)])
