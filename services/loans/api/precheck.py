"""Asking beforehand: which findings a disbursement would open. Nothing is recorded."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, request

from services.loans.api.money import disbursement_of
from services.loans.api.routes import where
from services.loans.decider import LOAN, would_open
from services.loans.schemas import DisburseSchema
from shared.auth.caller import Caller
from shared.bodies import load
from shared.clock import new_id, today
from shared.corrections import corrected
from shared.decider import Malformed
from shared.http.body import read_json
from shared.http.commands import body_bytes
from shared.http.limits import Limits
from shared.http.responses import response
from shared.http.who import caller
from shared.problems import Answer, Problem, not_found
from shared.routes import CommandContext
from shared.service import Runtime


def precheck(runtime: Runtime, loan_id: UUID) -> Response:
    """Answer with `would_open`, as a refused disbursement would."""
    if request.mimetype != "application/json":
        raise Problem(
            "unsupported-media",
            "Cần Content-Type: application/json / Content-Type: application/json is needed",
        )
    body = load(DisburseSchema(), read_json(body_bytes(Limits().body_bytes)))
    present, who = today(runtime.clock), caller()
    day: date = body.setdefault("disbursed_on", present)
    if day > present:
        raise Malformed(
            "/disbursed_on",
            "in-future",
            f"không được sau {present} (hôm nay) / it must not be after {present} (today)",
        )
    return response(Answer(200, {"would_open": _judge(runtime, loan_id, body, who)}))


def _judge(
    runtime: Runtime, loan_id: UUID, body: dict[str, Any], who: Caller
) -> list[dict[str, str]]:
    with runtime.store.transaction() as transaction:
        known = runtime.service.known(transaction.connection)
        history = transaction.read(f"{LOAN.name}-{loan_id}")
        if not history:
            raise not_found()
        state = LOAN.fold(corrected(history))
        place, present, day = where(state, known), today(runtime.clock), body["disbursed_on"]
        if not who.scope.everything and (
            place is None or not any(who.scope.covers(place(on), on) for on in (day, present))
        ):
            raise not_found()
        context = CommandContext(
            caller=who,
            today=present,
            known=known,
            dated_by="disbursed_on",
            sealer=runtime.keyring,
            make_id=lambda: new_id(runtime.clock),
        )
        command = disbursement_of(body, {"loan_id": loan_id}, context)
        return [found.shown() for found in would_open(state, command)]
