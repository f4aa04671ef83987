"""Deciding on findings: who may, on which ones, and the history of what was decided."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.reporting import errors, schemas
from services.reporting.commands import DecideFinding
from services.reporting.detection.query import Times, sees, sight_of
from services.reporting.domain.dossier import effective
from services.reporting.domain.finding_state import is_decision
from services.reporting.domain.sources import REGISTRIES
from services.reporting.finding import FINDING
from services.reporting.queries.decision_context import Watched
from services.reporting.queries.past import known
from shared.auth.caller import Caller
from shared.auth.roles import Role
from shared.event import event_type
from shared.projector.journal import read_journals
from shared.routes import Body, CommandContext, CommandRoute, PathIds
from shared.sealing.keyring import Keyring

EXPLAINERS = frozenset(
    {
        Role.COMMUNE_OFFICER,
        Role.DISTRICT_OFFICER,
        Role.BANK_TELLER,
        Role.BANK_CONTROLLER,
        Role.UNION_INSPECTOR,
        Role.SPONSOR,
    }
)
_OFFICES = EXPLAINERS - {Role.SPONSOR} | {Role.INSPECTOR}
WORDS = {
    "FindingAssigned": "assign",
    "ExplanationRequested": "request_explanation",
    "ExplanationGiven": "explain",
    "FindingConfirmed": "confirm",
    "FindingDismissed": "dismiss",
    "FindingSnoozed": "snooze",
    "FindingRemedied": "remedy",
    "FindingReopened": "reopen",
}
"""What each event is called in a request."""


def _decide(body: Body, path: PathIds, context: CommandContext) -> DecideFinding:
    finding_id, caller, day = path["finding_id"], context.caller, context.day(body)
    if body["decision"] != "explain" and not caller.has(Role.INSPECTOR):
        raise errors.RoleMissing
    watched = context.known.finding(finding_id, day, context.today)
    if watched is None or not watched.lies_in(caller.scope, (day, context.today)):
        raise errors.NotFound
    if caller.only_helps(*_OFFICES) and not sees(sight_of(caller), watched.shown):
        raise errors.NotFound
    return _command(watched, body, context)


def _command(watched: Watched, body: Body, context: CommandContext) -> DecideFinding:
    return DecideFinding(
        finding_id=watched.shown.finding_id,
        key=watched.key,
        code=watched.shown.code,
        decision=body["decision"],
        occurred_on=context.day(body),
        note=context.seal(watched.key, body["note"]) or "",
        until=body.get("until"),
        assignee=body.get("assignee"),
        seen=watched.seen(),
        gone_on=watched.gone_on,
        people=watched.people(),
    )


ROUTES = (
    CommandRoute(
        path="/v1/findings/<uuid:finding_id>/decisions",
        schema=schemas.DecisionSchema,
        build=_decide,
        decider=FINDING,
        allows_new_stream=True,
        summary_vi="Quyết định về một phát hiện",
        summary_en="Decide on a finding",
        roles=frozenset({Role.INSPECTOR, *EXPLAINERS}),
        refusals=(
            errors.RoleMissing,
            errors.NotFound,
            errors.NotOpen,
            errors.NothingToReopen,
            errors.AlreadyConfirmed,
            errors.NotAssigned,
            errors.FourEyes,
            errors.ExplanationPending,
            errors.SnoozeTooLong,
        ),
        semantic=(
            "out-of-order /occurred_on",
            "out-of-order /until",
            "required /until",
        ),
    ),
)


def history(
    connection: Connection,
    finding_id: UUID,
    keys: tuple[UUID, ...],
    when: Times,
    who: Caller,
    keyring: Keyring,
) -> list[dict[str, Any]]:
    """Give what was decided on a finding by a day, oldest first; notes not for auditors."""
    journals = read_journals(connection, {finding_id, *keys}, REGISTRIES)
    facts = [
        fact
        for own in journals.values()
        for fact in effective(known(own, when.known_at))
        if is_decision(fact.event)
        and fact.event.finding_id == finding_id
        and fact.on <= when.valid_at
    ]
    facts.sort(key=lambda fact: fact.order)
    reads = not who.has(Role.AUDITOR)
    return [
        {
            "event_id": fact.id,
            "decision": WORDS[event_type(fact.event).name],
            "occurred_on": fact.on,
            "recorded_at": fact.recorded_at,
            "actor_id": fact.actor.sub,
            "until": getattr(fact.event, "until", None),
            "assignee": getattr(fact.event, "assignee", None),
            "note": _note(fact.event.note, keyring) if reads else "sealed",
        }
        for fact in facts
    ]


def _note(sealed: str | None, keyring: Keyring) -> str | None:
    return None if sealed is None else keyring.open(sealed)
