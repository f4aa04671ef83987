"""Replays: history told again from another source, for auditors."""

from datetime import datetime
from typing import Any

from flask_smorest import Blueprint
from marshmallow import ValidationError, fields

from services.reporting.api import jobs
from services.reporting.api.jobs import JobKind
from services.reporting.replays.asked import SOURCES, Asked
from shared.auth.roles import Role
from shared.http.fields import BodySchema, Choice, Day, Text
from shared.service import Runtime


class Instant(fields.Field[datetime]):
    """An RFC 3339 instant with its offset."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        try:
            found = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            found = None
        if found is None or found.tzinfo is None:
            said = "wrong-type: cần thời điểm RFC 3339 có múi giờ / an RFC 3339 instant is needed"
            raise ValidationError(said)
        return found


class ReplaySchema(BodySchema):
    """From which source, and at which of the three times."""

    source = Choice(SOURCES, required=True)
    valid_at = Day()
    known_at = Instant(allow_none=True)
    rules_at = Day()
    area = Text(longest=40)


def blueprint(runtime: Runtime) -> Blueprint:
    """Give the endpoints of replays."""
    return jobs.blueprint(
        runtime,
        JobKind(
            name="replay",
            plural="replays",
            roles=(Role.AUDITOR,),
            schema=ReplaySchema,
            take=lambda body: Asked(**body).kept(),
            title="Tái lập lịch sử / Replays",
        ),
    )
