"""The bodies of requests about findings and pauses, field by field."""

from typing import Any

from marshmallow import ValidationError, fields

from services.reporting.events import PausedArea
from services.reporting.rules import PAUSABLE
from shared.areas import Area, UnknownArea
from shared.http.fields import BodySchema, Choice, Day, Many, Text, Uuid

EVERYWHERE = "*"
DECISIONS = (
    "assign",
    "request_explanation",
    "explain",
    "confirm",
    "dismiss",
    "snooze",
    "remedy",
    "reopen",
)


_CLAIM = {
    "type": "object",
    "required": ["code"],
    "properties": {
        "code": {"type": "string", "pattern": "^([0-9]{2}|[0-9]{3}|[0-9]{5})$"},
        "level": {"type": "string", "enum": ["province", "district", "commune"]},
        "on": {"type": ["string", "null"], "format": "date"},
    },
}


class AreaOf(fields.Field[PausedArea | None]):
    """An area as in a claim, or `*` for everywhere."""

    def __init__(self) -> None:
        super().__init__(metadata={"anyOf": [{"type": "string", "enum": [EVERYWHERE]}, _CLAIM]})

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> PausedArea | None:
        if value == EVERYWHERE:
            return None
        if not isinstance(value, dict) or not isinstance(value.get("on"), str | None):
            raise ValidationError('wrong-type: {"code": …, "level": …} hoặc/or "*"')
        try:
            area = Area.from_claim(value)
            area.old_communes()
        except UnknownArea as problem:
            raise ValidationError(f"unknown-area: {problem}") from problem
        return PausedArea(code=area.code, on=area.on)


# Python keeps the word `from`
PauseClocksSchema = BodySchema.from_dict(
    {
        "from": Day(),
        "pause_id": Uuid(),
        "reason": Text(required=True),
        "areas": Many(AreaOf(), fewest=1, required=True),
        "codes": Many(Choice(PAUSABLE), fewest=1, required=True),
        "until": Day(required=True),
    },
    name="PauseClocksSchema",
)


class EndPauseSchema(BodySchema):
    """The end of a pause before its time."""

    ended_on = Day()


class DecisionSchema(BodySchema):
    """What somebody decides about a finding."""

    decision = Choice(DECISIONS, required=True)
    note = Text(required=True)
    until = Day()
    assignee = Text(longest=200)
    occurred_on = Day()
