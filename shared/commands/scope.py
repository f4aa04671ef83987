"""Whether a command is about something in the caller's areas."""

from collections.abc import Callable
from datetime import date
from typing import Any

from shared.areas import Commune
from shared.auth.roles import Role
from shared.clock import today
from shared.commands.request import Prepared
from shared.http.problems import Problem, not_found
from shared.service import Runtime


def asked_within_scope(runtime: Runtime, prepared: Prepared) -> None:
    """Pass if the caller's areas hold the place that the body names, if it names one."""
    route = prepared.request.route
    commune = None if route.asked is None else route.asked(prepared.command)
    if commune is not None and not _covered(runtime, prepared, lambda _: commune):
        raise _outside()


def within_scope(runtime: Runtime, prepared: Prepared, state: Any) -> None:
    """Pass if the caller's areas hold the place on the day of the fact, or today."""
    route, caller = prepared.request.route, prepared.request.caller
    asked_within_scope(runtime, prepared)
    if route.place is not None:
        where = route.place(state, prepared.command, prepared.known)
        held = _covered(runtime, prepared, where) if where else caller.scope.everything
        if not held:
            raise _outside() if route.creates and route.asked is None and where else not_found()
    if route.within is not None and not route.within(state, caller.scope):
        raise not_found()
    if route.sponsor is not None and caller.only_helps(*route.roles - {Role.SPONSOR}):
        owner = route.sponsor(state, prepared.known)
        if owner is None or owner != caller.sponsor_id:
            raise not_found()


def _covered(runtime: Runtime, prepared: Prepared, where: Callable[[date], Commune | None]) -> bool:
    scope = prepared.request.caller.scope
    return any(scope.covers(where(day), day) for day in (prepared.day, today(runtime.clock)))


def _outside() -> Problem:
    return Problem(
        "outside-area",
        "Xã này không thuộc địa bàn của bạn / This commune is not in your area",
    )
