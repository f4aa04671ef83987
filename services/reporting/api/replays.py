"""Replays: history told again from another source, for auditors."""

from services.reporting.api import jobs
from services.reporting.api.jobs import JobKind
from services.reporting.replays.asked import SOURCES, Asked
from shared.auth.roles import Role
from shared.http.blueprint import StrictBlueprint
from shared.http.fields import AreaText, BodySchema, Choice, Day, Instant
from shared.service import Runtime


class ReplaySchema(BodySchema):
    """From which source, and at which of the three times."""

    source = Choice(SOURCES, required=True)
    valid_at = Day()
    known_at = Instant()
    rules_at = Day()
    area = AreaText()


def blueprint(runtime: Runtime) -> StrictBlueprint:
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
