"""The proof of a finding, for whoever trusts nobody: a file that is verified without us."""

from datetime import date
from uuid import UUID

from flask import Response

from audit.origin import code_digest
from services.reporting.api.answers import engine_of
from services.reporting.api.evidence import contradicted
from services.reporting.api.parameters import not_yet_visible
from services.reporting.detection.query import Times, Wanted, sight_of
from services.reporting.domain.rulebook import rulebook_on
from services.reporting.proofs.bundle import NotSigned, bundle
from services.reporting.queries.finding_queries import look
from services.reporting.tlog.proofs import Contradicted
from shared import access
from shared.auth.caller import Caller
from shared.auth.roles import Role
from shared.clock import today
from shared.http.blueprint import StrictBlueprint
from shared.http.fields import Day
from shared.http.query import Asked, Query, described
from shared.http.who import allowed
from shared.problems import not_found
from shared.service import Runtime


class DayQuery(Query):
    """On which day."""

    valid_at = described(Day(), "Tình hình ngày (mặc định hôm nay) / As it was on a day (today)")


def blueprint(runtime: Runtime) -> StrictBlueprint:
    """Give the endpoint of proofs."""
    code_digest()  # of what this process has loaded, before the source may be another one
    made = StrictBlueprint(
        "proofs", __name__, description="Chứng minh phát hiện / Proofs of findings"
    )

    @made.get("/v1/findings/<uuid:finding_id>/proof", DayQuery)
    def proof(query: Asked, finding_id: UUID) -> Response:
        """Give a file that proves a finding, or its evidence, to anybody with `verify.pyz`."""
        who = allowed(Role.INSPECTOR)
        day = query.get("valid_at", today(runtime.clock))
        found = _made(runtime, who, finding_id, day)
        answer = Response(found, content_type="application/json")
        name = f'attachment; filename="finding-{finding_id}.json"'
        answer.headers["Content-Disposition"] = name
        return answer

    return made


def _made(runtime: Runtime, who: Caller, finding_id: UUID, day: date) -> bytes:
    engine = engine_of(runtime)
    when = Times(valid_at=day, today=today(runtime.clock))
    asked = Wanted(finding_id=finding_id)
    # what was compared with what was signed must not grow while it is read
    with engine.execution_options(isolation_level="REPEATABLE READ").begin() as connection:
        shown = look(connection, when, asked, sight_of(who), who.scope, worst=False, limit=1)
        if not shown or shown[0].shown.status == "retracted":
            raise not_found()
        try:
            found = bundle(connection, shown[0].shown, rulebook_on(day), day)
        except NotSigned:
            raise not_yet_visible() from None
        except Contradicted as problem:
            raise contradicted(problem) from None
    if not who.has(Role.AUDITOR):
        # events of households are about to leave
        with engine.begin() as connection:
            households = shown[0].shown.household_ids
            access.record(connection, who, runtime.clock(), "finding proof", households)
    return found
