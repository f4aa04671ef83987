"""The endpoint by which a recorded event is set right, the same for every kind of stream."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from marshmallow import Schema, ValidationError, fields, validates_schema

from shared.auth.roles import Role
from shared.bodies import field_errors
from shared.correcting import (
    CorrectEvent,
    CorrectionRefused,
    Follow,
    NotCorrectable,
    OutsideArea,
    correct,
    nothing_follows,
)
from shared.decider import Decider, Malformed
from shared.http.fields import BodySchema, Day, Flag, Text, Uuid
from shared.problems import FIELD_CODES, invalid
from shared.recorded import Actor, Recorded
from shared.routes import Body, CommandContext, CommandRoute, PathIds

_OBJECT = "wrong-type: cần một đối tượng JSON / a JSON object is needed"


_CHANGES = {"properties": {"fields": {"minProperties": 1}}, "required": ["fields"]}
_ANNULS = {"properties": {"annul": {"const": True}}, "required": ["annul"]}
_ONE_OF_THEM = {"oneOf": [_CHANGES, _ANNULS]}


class CorrectionSchema(BodySchema):
    """Which event, why, and either its changed fields or that it never happened."""

    occurred_on = Day()
    event_id = Uuid(required=True)
    reason = Text(required=True)
    changes = fields.Dict(
        keys=fields.String(), data_key="fields", error_messages={"invalid": _OBJECT}
    )
    annul = Flag()

    together = _ONE_OF_THEM

    @validates_schema
    def one_of_them(self, data: Body, **_: Any) -> None:
        """Refuse a correction that changes nothing, or that says both."""
        if bool(data.get("changes")) == bool(data.get("annul")):
            text = "required: cần `fields` hoặc `annul: true` / `fields` or `annul: true` is needed"
            raise ValidationError(text, "fields")


_OF_FIELDS = tuple(f"{code} /fields/*" for code in FIELD_CODES if code != "date-required")
"""What changed fields may be refused for: which event they are of decides what they may hold."""


Check = Callable[[Any, Mapping[str, Any], CorrectEvent], None]


def _all_fine(_fact: Any, _changes: Mapping[str, Any], _command: CorrectEvent) -> None:
    """Say that the service has nothing to add."""


Annul = Callable[[Any, CorrectEvent], None]


def _nothing_needs_it(_fact: Any, _command: CorrectEvent) -> None:
    """Say that nothing outside a stream rests on what it tells."""


def _itself(stream: UUID, _: CommandContext) -> UUID:
    """Say that a stream's texts are sealed under its own key."""
    return stream


def corrections(
    path: str,
    decider: Decider[Any, Any],
    roles: frozenset[Role],
    location: Callable[[Any, Any, Any], Any] | None,
    schemas: Mapping[type[Any], type[Schema]],
    owner: Callable[[UUID, CommandContext], UUID] = _itself,
    check: Check = _all_fine,
    follow: Follow = nothing_follows,
    annul: Annul = _nothing_needs_it,
) -> CommandRoute:
    """Give the route of corrections of a kind of stream; its path has one id, the stream's.

    `schemas` has the schema by which each kind of event was asked for: it checks changed fields.
    `owner` tells whose key seals the texts of a stream. `check(fact, changes, command)` refuses
    what is known to be false before it is sealed; `follow` gives what else changes in the event.
    `annul(fact, command)` refuses to take back what other streams rest on.
    """

    def build(body: Body, ids: PathIds, context: CommandContext) -> CorrectEvent:
        (stream,) = ids.values()
        if not isinstance(stream, UUID):
            raise TypeError(f"{path} names no stream")
        whose = owner(stream, context)

        def seal(asked: UUID, text: str) -> str:
            return context.sealer.seal(whose if asked == stream else asked, text)

        return CorrectEvent(
            stream=stream,
            event_id=body["event_id"],
            reason=seal(stream, body["reason"]),
            fields=body.get("changes"),
            annul=body.get("annul", False),
            occurred_on=body["occurred_on"],
            today=context.today,
            scope=context.caller.scope,
            known=context.known,
            seal=seal,
            pseudonym=context.sealer.pseudonym,
        )

    def amend(history: Sequence[Recorded], command: CorrectEvent, actor: Actor) -> list[Any]:
        def read(fact: Any, changes: Mapping[str, Any]) -> Mapping[str, Any]:
            loaded = _loaded(schemas, type(fact), changes)
            try:
                check(fact, loaded, command)
            except Malformed as problem:
                here = f"/fields{problem.pointer}"
                raise Malformed(here, problem.code, problem.message) from None
            return loaded

        for one in history:
            if command.annul and one.meta.event_id == command.event_id:
                annul(one.event, command)
        return [correct(decider, history, command, actor, read, follow)]

    return CommandRoute(
        path=path,
        schema=CorrectionSchema,
        build=build,
        decider=replace(decider, identify=lambda command: command.stream),
        amend=amend,
        roles=roles,
        location=location,
        summary_vi="Đính chính một sự kiện",
        summary_en="Correct an event",
        refusals=(CorrectionRefused, NotCorrectable, OutsideArea),
        semantic=("not-in-list /event_id", *_OF_FIELDS),
    )


def _loaded(
    schemas: Mapping[type[Any], type[Schema]], kind: type[Any], changes: Mapping[str, Any]
) -> Mapping[str, Any]:
    if kind not in schemas:
        raise NotCorrectable
    try:
        loaded: Mapping[str, Any] = schemas[kind]().load(changes, partial=True)
    except ValidationError as problem:
        raise invalid(field_errors(problem.messages, "/fields")) from None
    return loaded
