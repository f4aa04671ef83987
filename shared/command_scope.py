"""Whether a command is about something in the caller's areas."""

from collections.abc import Callable
from datetime import date
from typing import Any

from shared.areas import Commune
from shared.auth.roles import Role
from shared.clock import today
from shared.command_request import Prepared
from shared.http.problems import Problem, not_found
from shared.service import Runtime


def within_scope(runtime: Runtime, prepared: Prepared, state: Any) -> None:
    """Pass if the caller's areas hold the place on the day of the fact, or today."""
    route, caller = prepared.request.route, prepared.request.caller
    present = today(runtime.clock)

    def covered(where: Callable[[date], Commune | None]) -> bool:
        return any(caller.scope.covers(where(day), day) for day in (prepared.day, present))

    if route.asked is not None:
        commune = route.asked(prepared.command)
        if commune is not None and not covered(lambda _: commune):
            raise _outside()
    if route.place is not None:
        where = route.place(state, prepared.command, prepared.known)
        if not (caller.scope.everything if where is None else covered(where)):
            raise _outside() if route.creates and route.asked is None and where else not_found()
    if route.within is not None and not route.within(state, caller.scope):
        raise not_found()
    if route.sponsor is not None and caller.only_helps(*route.roles - {Role.SPONSOR}):
        owner = route.sponsor(state, prepared.known)
        if owner is None or owner != caller.sponsor_id:
            raise not_found()


def _outside() -> Problem:
    return Problem(
        "outside-area",
        "Xã này không thuộc địa bàn của bạn / This commune is not in your area",
    )
