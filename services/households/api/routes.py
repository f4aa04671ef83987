"""What the command endpoints of households have in common."""

from datetime import date
from typing import Any
from uuid import UUID

from marshmallow import Schema

from services.households.decider import HOUSEHOLD
from services.households.errors import HouseholdAlreadyClosed
from services.households.state import HouseholdState
from shared.areas import Commune
from shared.auth.roles import OFFICERS
from shared.builders import Build
from shared.routes import CommandRoute, Where

BASE = "/v1/households/<uuid:household_id>"


def where(state: HouseholdState, *_: Any) -> Where:
    """Tell where the household lives on a day."""

    def commune_on(day: date) -> Commune | None:
        return state.commune_on(day)

    return commune_on


def route(
    path: str,
    schema: type[Schema],
    build: Build,
    dated_by: str,
    texts: tuple[str, str],
    **more: Any,
) -> CommandRoute:
    """Give the route of a command to a household that is on the register."""
    options: dict[str, Any] = {"roles": OFFICERS, "place": where} | more
    options["refusals"] = (*options.get("refusals", ()), HouseholdAlreadyClosed)
    return CommandRoute(
        path=f"{BASE}{path}",
        schema=schema,
        build=build,
        decider=HOUSEHOLD,
        dated_by=dated_by,
        summary_vi=texts[0],
        summary_en=texts[1],
        **options,
    )


def ids(*names: str) -> Any:
    """Give the ids that a command makes."""

    def made(command: Any) -> tuple[UUID, ...]:
        return tuple(getattr(command, name) for name in names)

    return made
