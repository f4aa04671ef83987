"""Findings: lists, the three lists of what is open, and one with all that explains it."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response

from services.reporting.api.answers import FINDING, about, answer, engine_of, item, wait_for_token
from services.reporting.api.decisions import history
from services.reporting.api.held import held
from services.reporting.api.parameters import (
    FindingsFilters,
    TimesQuery,
    language,
    times,
    wanted,
)
from services.reporting.api.plain import facts_of
from services.reporting.detection.finding_versions import OPEN
from services.reporting.detection.query import (
    FINDING_READERS,
    MISUSE_READERS,
    STALLED_READERS,
    Times,
    Wanted,
    sight_of,
)
from services.reporting.domain.intervals import Kind
from services.reporting.domain.rulebook import rule_of, rulebook_on
from services.reporting.projections.reading import Found
from services.reporting.queries.finding_queries import key_of, look
from services.reporting.rules import BY_CODE
from shared import access
from shared.auth.caller import Caller
from shared.auth.roles import Role
from shared.http.blueprint import StrictBlueprint
from shared.http.fields import Choice
from shared.http.pages import page_of
from shared.http.query import Asked, PageQuery, described
from shared.http.who import allowed
from shared.problems import not_found
from shared.service import Runtime

LISTS: tuple[tuple[str, Kind, tuple[Role, ...]], ...] = (
    ("misuse", Kind.MISUSE, MISUSE_READERS),
    ("stalled", Kind.STALLED, STALLED_READERS),
    ("integrity", Kind.INTEGRITY, (Role.INSPECTOR,)),
)


class OpenQuery(FindingsFilters, PageQuery):
    """What the three lists of what is open take."""


class FindingsQuery(OpenQuery):
    """What the list of findings takes."""

    shadow = described(
        Choice(("true", "false")),
        "Chỉ quy tắc đang thử, cho người kiểm tra / What shadow rules find, for inspectors",
    )


def blueprint(runtime: Runtime) -> StrictBlueprint:
    """Give the endpoints of findings."""
    made = StrictBlueprint("findings", __name__, description="Phát hiện / Findings")

    @made.get("/v1/findings", FindingsQuery, FINDING)
    def findings(query: Asked) -> Response:
        """List findings, oldest first."""
        who = allowed(*FINDING_READERS)
        asked = replace(wanted(query), shadow=query.get("shadow") == "true")
        return _list(runtime, who, query, asked, worst=False)

    @made.get("/v1/findings/<uuid:finding_id>", TimesQuery, FINDING)
    def finding(query: Asked, finding_id: UUID) -> Response:
        """Give one finding with its explanation, its basis and the facts of its evidence."""
        return _one(runtime, allowed(*FINDING_READERS), finding_id, times(query, runtime.clock))

    for name, kind, roles in LISTS:
        view = _open_of(runtime, kind, roles)
        made.get(f"/v1/{name}", OpenQuery, FINDING, endpoint=f"open_{name}")(view)
    return made


def _open_of(runtime: Runtime, kind: Kind, roles: tuple[Role, ...]) -> Any:
    def view(query: Asked) -> Response:
        """List what is open of this kind, the worst and oldest first."""
        who = allowed(*roles)
        asked = wanted(query)
        statuses = asked.statuses & set(OPEN) if asked.statuses else frozenset(OPEN)
        narrowed = Wanted(
            kinds=frozenset({kind}),
            codes=asked.codes,
            statuses=statuses,
            min_severity=asked.min_severity,
            household_id=asked.household_id,
            loan_id=asked.loan_id,
            area=asked.area,
            awake=True,
        )
        return _list(runtime, who, query, narrowed, worst=True)

    return view


def _list(runtime: Runtime, who: Caller, query: Asked, asked: Wanted, *, worst: bool) -> Response:
    when, page = times(query, runtime.clock), page_of(query, runtime.keyring)
    engine, spoken = engine_of(runtime), language()
    waited = wait_for_token(engine)
    with engine.begin() as connection:
        found = look(
            *(connection, when, asked, sight_of(who), who.scope),
            worst=worst,
            after=page.after,
            limit=page.fetch,
        )
        document = page.answer(
            found,
            lambda each: key_of(each, worst=worst),
            lambda each: item(each, when, spoken),
        )
        return answer(document | about(connection, runtime, when), waited=waited)


def _one(runtime: Runtime, who: Caller, finding_id: UUID, when: Times) -> Response:
    engine = engine_of(runtime)
    waited = wait_for_token(engine)
    asked = Wanted(finding_id=finding_id)
    with engine.begin() as connection:
        found = look(connection, when, asked, sight_of(who), who.scope, worst=False, limit=1)
        if not found:
            raise not_found()
        document = item(found[0], when, language()) | _explained(found[0], when)
        shown = found[0].shown
        document["decisions"] = history(
            connection, finding_id, shown.household_ids, when, who, runtime.keyring
        )
        if not who.has(Role.AUDITOR) and any(each["note"] for each in document["decisions"]):
            # what people wrote about a household was opened
            access.record(connection, who, runtime.clock(), "finding", shown.household_ids)
        ids = (finding_id, shown.sponsor_id, shown.group_id, *shown.household_ids)
        document["held"] = held(connection, [each for each in ids if each is not None], ())
        document["facts"] = facts_of(connection, found[0].shown, when, who)
        return answer(document | about(connection, runtime, when), waited=waited)


def _explained(found: Found, when: Times) -> dict[str, Any]:
    rule = BY_CODE[rule_of(found.shown.code)]
    details, book = found.shown.details, rulebook_on(when.rules_at or when.valid_at)
    limits = {spoken: rule.limit(book, spoken) for spoken in ("vi", "en")}
    return {
        "explanation": {
            spoken: f"{rule.reason(details, spoken)} {limit}" for spoken, limit in limits.items()
        },
        "limit": limits,
        "legal_basis": rule.legal_basis,
        "runbook": {"vi": rule.runbook_vi, "en": rule.runbook_en},
    }
