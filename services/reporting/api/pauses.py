"""Pausing clocks after an epidemic or a typhoon, and the list of what was paused."""

from datetime import date
from typing import Any

from flask import Response

from services.reporting import errors, schemas
from services.reporting.api.answers import about, answer, engine_of
from services.reporting.api.parameters import ListQuery, times
from services.reporting.commands import EndPause, PauseClocks
from services.reporting.decider import PAUSE, PauseState
from services.reporting.domain.sources import REGISTRIES
from services.reporting.events import ClocksPaused, PausedArea
from services.reporting.projections.inputs import read_pauses
from shared.areas import Area, Scope
from shared.auth.roles import Role
from shared.http.blueprint import StrictBlueprint
from shared.http.pages import page_of
from shared.http.query import Asked
from shared.http.shapes import DAY, ID, WORD, has, maybe, some
from shared.http.who import allowed
from shared.routes import Body, CommandContext, CommandRoute, PathIds
from shared.service import Runtime

INSPECTORS = frozenset({Role.INSPECTOR})


def _pause(body: Body, _: PathIds, context: CommandContext) -> PauseClocks:
    areas = tuple(dict.fromkeys(body["areas"]))
    _stay_within(areas, context)
    pause_id = body.get("pause_id") or context.new_id()
    return PauseClocks(
        pause_id=pause_id,
        starts_on=body["from"],
        until=body["until"],
        reason=context.seal(pause_id, body["reason"]) or "",
        areas=() if None in areas else areas,
        codes=tuple(dict.fromkeys(body["codes"])),
    )


def _stay_within(areas: tuple[PausedArea | None, ...], context: CommandContext) -> None:
    for area in areas:
        if not _holds(context.caller.scope, area):
            raise errors.OutsideArea(area="*" if area is None else area.code)


def _holds(scope: Scope, area: PausedArea | None) -> bool:
    if scope.everything or area is None:
        return scope.everything
    named = Area(area.code, Area.parse(area.code).level, area.on)
    return named.old_communes() <= scope.olds


def _within(state: PauseState, scope: Scope) -> bool:
    """Tell whether an area holds all that is paused; no areas are everywhere."""
    return all(_holds(scope, area) for area in state.areas or (None,))


def _end(body: Body, path: PathIds, _: CommandContext) -> EndPause:
    return EndPause(pause_id=path["pause_id"], ended_on=body["ended_on"])


ROUTES = (
    CommandRoute(
        path="/v1/pauses",
        schema=schemas.PauseClocksSchema,
        build=_pause,
        decider=PAUSE,
        dated_by="from",
        future_ok=True,
        summary_vi="Tạm dừng đồng hồ",
        summary_en="Pause clocks",
        roles=INSPECTORS,
        creates=True,
        refusals=(errors.AlreadyExists, errors.OutsideArea),
        semantic=(
            "out-of-order /until",
            "unknown-area /areas/*",
        ),
    ),
    CommandRoute(
        path="/v1/pauses/<uuid:pause_id>/end",
        schema=schemas.EndPauseSchema,
        build=_end,
        decider=PAUSE,
        dated_by="ended_on",
        within=_within,
        summary_vi="Kết thúc tạm dừng",
        summary_en="End a pause",
        roles=INSPECTORS,
        refusals=(errors.AlreadyClosed, errors.NotFound),
        semantic=("out-of-order /ended_on",),
    ),
)


_PAUSE = has(
    **{"pause_id": ID, "from": DAY, "until": DAY, "ended_on": maybe(DAY)},
    areas=some({"type": ["object", "string"]}),
    codes=some(WORD),
)


def blueprint(runtime: Runtime) -> StrictBlueprint:
    """Give the list of pauses."""
    made = StrictBlueprint("pauses", __name__, description="Tạm dừng / Pauses")

    @made.get("/v1/pauses", ListQuery, _PAUSE)
    def pauses(query: Asked) -> Response:
        """List the pauses that touch the reader's area, the latest last."""
        who, when = allowed(Role.INSPECTOR), times(query, runtime.clock)
        page = page_of(query, runtime.keyring)
        with engine_of(runtime).begin() as connection:
            found = read_pauses(connection, REGISTRIES, when.known_at)
            rests_on = about(connection, runtime, when)
        here = [each for each in found if _touches(each[0], who.scope)]
        return answer(page.of(here, lambda each: str(each[0].pause_id), _item) | rests_on)

    return made


def _item(found: tuple[ClocksPaused, date | None]) -> dict[str, Any]:
    begun, ended_on = found
    return {
        "pause_id": begun.pause_id,
        "from": begun.starts_on,
        "until": begun.until,
        "ended_on": ended_on,
        "areas": list(begun.areas) or [schemas.EVERYWHERE],
        "codes": list(begun.codes),
    }


def _touches(pause: ClocksPaused, scope: Scope) -> bool:
    if scope.everything or not pause.areas:
        return True
    named = [Area(each.code, Area.parse(each.code).level, each.on) for each in pause.areas]
    return not scope.olds.isdisjoint(Scope.of(named).olds)
