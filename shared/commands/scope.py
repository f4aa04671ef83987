"""Whether a command is about something in the caller's areas."""

from collections.abc import Callable
from datetime import date
from typing import Any

from shared.areas import Commune
from shared.auth.roles import Role
from shared.clock import today
from shared.commands.request import Prepared
from shared.problems import Problem, not_found
from shared.routes import CommandRoute
from shared.service import Runtime


def asked_within_scope(runtime: Runtime, prepared: Prepared) -> None:
    """Pass if the caller's areas hold the place that the body names, if it names one.

    What is nowhere, as a sponsor is, may be written by whoever has an area at all.
    """
    route = prepared.request.route
    if _is_nowhere(route) and prepared.request.caller.scope.nothing:
        raise _outside()
    commune = None if route.requested_area is None else route.requested_area(prepared.command)
    if commune is not None and not _covered(runtime, prepared, lambda _: commune):
        raise _outside()


def within_scope(runtime: Runtime, prepared: Prepared, state: Any) -> None:
    """Pass if the caller's areas hold the place on the day of the fact, or today."""
    route, caller = prepared.request.route, prepared.request.caller
    asked_within_scope(runtime, prepared)
    if route.location is not None:
        where = route.location(state, prepared.command, prepared.known)
        held = _covered(runtime, prepared, where) if where else caller.scope.everything
        if not held:
            may_be_told = route.creates and route.requested_area is None and where
            raise _outside() if may_be_told else not_found()
    if route.within is not None and not route.within(state, caller.scope):
        raise not_found()
    if route.sponsors is not None and caller.only_helps(*route.roles - {Role.SPONSOR}):
        theirs = caller.sponsor_id
        if theirs is None or theirs not in route.sponsors(state, prepared.known):
            raise not_found()


def _is_nowhere(route: CommandRoute) -> bool:
    return route.location is None and route.requested_area is None and route.within is None


def _covered(runtime: Runtime, prepared: Prepared, where: Callable[[date], Commune | None]) -> bool:
    scope = prepared.request.caller.scope
    return any(scope.covers(where(day), day) for day in (prepared.day, today(runtime.clock)))


def _outside() -> Problem:
    return Problem(
        "outside-area",
        "Không thuộc địa bàn của bạn; hãy xin mã truy cập có địa bàn này / "
        "This is not in your area; ask for a token that has it",
    )
