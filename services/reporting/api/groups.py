"""A savings-and-credit group: its loans, where their money is, and what is held against them."""

from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import Connection

from services.loans.events import CreditGroupDissolved, CreditGroupFormed, LoanApplied
from services.reporting.api.answers import about, answer, engine_of, item, wait_for_token
from services.reporting.api.areas import dossiers_of
from services.reporting.api.parameters import TimesQuery, language, times
from services.reporting.detection.finding_versions import OPEN
from services.reporting.detection.query import Times, Wanted, sight_of
from services.reporting.domain.dossier import Case, Dossier, effective
from services.reporting.domain.sources import REGISTRIES
from services.reporting.figures.area import buckets
from services.reporting.figures.overview import loan_card
from services.reporting.figures.record import BUCKETS
from services.reporting.projections.reading import Found
from services.reporting.queries.finding_queries import look
from services.reporting.queries.journal_index import ever_borrowed
from services.reporting.queries.past import known
from shared.areas import Area, Commune, Scope, at, place_of
from shared.auth.caller import Caller
from shared.auth.roles import Role
from shared.http.blueprint import StrictBlueprint
from shared.http.query import Asked
from shared.http.who import allowed
from shared.problems import not_found
from shared.projector.journal import read_journal
from shared.service import Runtime

READERS = (Role.BANK_TELLER, Role.BANK_CONTROLLER, Role.UNION_INSPECTOR, Role.INSPECTOR)
MOST_FINDINGS = 10_000


def blueprint(runtime: Runtime) -> StrictBlueprint:
    """Give the endpoint."""
    made = StrictBlueprint("groups", __name__, description="Tổ vay vốn / Credit groups")

    @made.get("/v1/groups/<uuid:group_id>", TimesQuery)
    def group(query: Asked, group_id: UUID) -> Response:
        """Give a group's loans, their money by bucket, and the open findings the reader may see."""
        who, when, engine = allowed(*READERS), times(query, runtime.clock), engine_of(runtime)
        waited = wait_for_token(engine)
        with engine.begin() as connection:
            told = _group(connection, group_id, who, when)
            return answer(told | about(connection, runtime, when), waited=waited)

    return made


def _group(connection: Connection, group_id: UUID, who: Caller, when: Times) -> dict[str, Any]:
    day = when.valid_at
    history = known(read_journal(connection, group_id, REGISTRIES), when.known_at)
    facts = [fact for fact in effective(history) if fact.on <= day]
    formed = [fact for fact in facts if isinstance(fact.event, CreditGroupFormed)]
    if not formed or not who.scope.covers(formed[0].event.commune, day):
        raise not_found()
    said = formed[0].event
    commune = at(said.commune, day) or said.commune
    place = place_of(commune)
    loans = [
        (dossier, loan)
        for dossier in dossiers_of(connection, ever_borrowed(connection, group_id), when, day)
        if who.scope.covers(dossier.commune_on(day), day)
        for loan in dossier.loans
        if _is_of(loan, group_id)
    ]
    found = _held_against(connection, group_id, commune, loans, who, when)
    spoken = language()
    return {
        "group_id": group_id,
        "name": said.name,
        "union": said.union,
        "area": commune.code,
        "area_name": place.name if place else None,
        "formed_on": formed[0].on,
        "dissolved_on": _dissolved(facts),
        "money": _money([loan for _, loan in loans], day),
        "loans": [
            {"household_id": dossier.household_id, **loan_card(loan, day)}
            for dossier, loan in sorted(loans, key=lambda each: each[1].id)
        ],
        "open_findings": [item(each, when, spoken) for each in found],
    }


def _is_of(loan: Case, group_id: UUID) -> bool:
    return any(fact.event.group_id == group_id for fact in loan.of(LoanApplied)[-1:])


def _dissolved(facts: list[Any]) -> date | None:
    return next((fact.on for fact in facts if isinstance(fact.event, CreditGroupDissolved)), None)


def _money(loans: list[Case], day: date) -> dict[str, int]:
    """Add up the buckets of the loans; they make `total` to the đồng."""
    summed = Counter[str]()
    for loan in loans:
        summed.update(buckets(loan, day))
    return {**{name: summed[name] for name in BUCKETS}, "total": summed.total()}


def _held_against(
    connection: Connection,
    group_id: UUID,
    commune: Commune,
    loans: list[tuple[Dossier, Case]],
    who: Caller,
    when: Times,
) -> list[Found]:
    """Give the open findings about the group or one of its loans, the worst first."""
    day, ids = when.valid_at, {loan.id for _, loan in loans}
    homes = {commune, *(home for each, _ in loans if (home := each.commune_on(day)) is not None)}
    there = Scope.of([Area(each.code, "commune", each.valid_from) for each in sorted(homes)])
    asked = Wanted(statuses=frozenset(OPEN), area=there)
    sight = sight_of(who)
    found = look(connection, when, asked, sight, who.scope, worst=True, limit=MOST_FINDINGS)
    return [each for each in found if each.shown.group_id == group_id or each.shown.loan_id in ids]
