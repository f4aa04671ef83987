"""What waits because an event of it could not be believed or folded, and trying it again."""

from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint

from services.reporting.api.answers import answer, engine_of
from services.reporting.api.parameters import only
from services.reporting.projections.step import Projection
from services.reporting.sources import REGISTRIES
from shared.auth.roles import Role
from shared.http.problems import Problem, not_found
from shared.http.who import allowed, caller, role_missing
from shared.projector.batch import Reader, try_again
from shared.projector.quarantine import HeldKey, held_keys
from shared.service import Runtime


def blueprint(runtime: Runtime) -> Blueprint:
    """Give the endpoints of the quarantine."""
    made = Blueprint("quarantine", __name__, description="Cách ly / Quarantine")
    sources = {topic: source for source, topic in runtime.settings.topics.items()}

    @made.route("/v1/quarantine")  # type: ignore[untyped-decorator] # flask-smorest has no types
    def waiting() -> Response:
        """List the keys that wait, the longest first; why, for those who may read events."""
        who = allowed(Role.OPERATOR, Role.INSPECTOR)
        only()
        reasons = who.has(Role.INSPECTOR, Role.AUDITOR)
        if reasons and not who.scope.everything:
            # what waits has no place that could be believed
            raise Problem("outside-area", 'Cần areas ["*"] / areas ["*"] is needed')
        with engine_of(runtime).begin() as connection:
            items = [_item(held, reasons=reasons) for held in held_keys(connection)]
        return answer({"items": items, "next_cursor": None})

    @made.route("/v1/quarantine/<uuid:key>/release", methods=["POST"])  # type: ignore[untyped-decorator] # the same
    def release(key: UUID) -> Response:
        """Try what waits of a key again, in order."""
        if not caller().has(Role.OPERATOR):
            raise role_missing((Role.OPERATOR,))
        step = Projection(runtime.settings.partitions).step
        with engine_of(runtime).begin() as connection:
            if key not in {held.key for held in held_keys(connection)}:
                raise not_found()
            released = try_again(connection, Reader(sources, REGISTRIES, step), key)
            left = [held.records for held in held_keys(connection) if held.key == key]
        return answer({"key": key, "released": released, "waiting": sum(left)})

    return made


def _item(held: HeldKey, *, reasons: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "key": held.key,
        "held_at": held.held_at,
        "records": held.records,
    }
    return shown | ({"reason": held.reason} if reasons else {})
