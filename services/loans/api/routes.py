"""What the command endpoints of loans have in common: where a loan is, and how bodies are read."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from marshmallow import Schema

from services.loans.decider import LOAN
from services.loans.read_model import Known
from services.loans.state import LoanState
from shared.areas import Commune, at, commune_on
from shared.auth.roles import Role
from shared.decider import Conflict, Malformed
from shared.routes import Body, CommandRoute, Maker, PathIds, Where

BASE = "/v1/loans/<uuid:loan_id>"

TELLER = frozenset({Role.BANK_TELLER})
CONTROLLER = frozenset({Role.BANK_CONTROLLER})
FIELD = frozenset({Role.BANK_TELLER, Role.UNION_INSPECTOR})
_RENAMED = {"from": "since"}
"""Python keeps the word."""


def where_household(known: Known, household_id: UUID, said: Commune | None) -> Where | None:
    """Tell where a household lives by day: as heard, else where the loan said it does."""
    household = known.household(household_id)
    if household is not None and household.places:
        return household.commune_on
    if said is None:
        return None

    def commune_on_day(day: date) -> Commune | None:
        return at(said, day)

    return commune_on_day


def where(state: LoanState, *rest: Any) -> Where | None:
    """Tell where a loan is: it follows its household."""
    known, applied = rest[-1], state.applied
    if applied is None:
        return None
    return where_household(known, applied.household_id, applied.commune)


def commune_of(body: Body, make: Maker) -> Commune | None:
    """Read a body's `commune_code` on the map of the fact's date; 422 `unknown-area`."""
    code = body.get("commune_code")
    if code is None:
        return None
    day = make.day(body)
    commune = commune_on(code, day)
    if commune is None:
        raise Malformed(
            "/commune_code",
            "unknown-area",
            f"ngày {day} không có xã mã {code} / no commune has the code {code} on {day}",
        )
    return commune


def household_of(path: PathIds, make: Maker) -> UUID:
    """Give whose key seals the texts of a loan: its household's.

    The loan's own id where there is no such loan; then the command is refused anyway.
    """
    loan_id: UUID = path["loan_id"]
    known: Known = make.known
    return known.household_of(loan_id) or loan_id


def fields_of(body: Body, path: PathIds, make: Maker, sealed: Sequence[str] = ()) -> dict[str, Any]:
    """Give a command's fields: the path's ids and the body's values, some texts sealed."""
    fields: dict[str, Any] = dict(path)
    for name, value in body.items():
        fields[_RENAMED.get(name, name)] = value
    for name in sealed:
        if name in fields:
            fields[name] = make.seal(household_of(path, make), fields[name])
    return fields


def building(
    command: type[Any], *, sealed: Sequence[str] = (), makes: str = "", person: str = ""
) -> Any:
    """Give the builder of a command whose fields are the body's.

    `sealed` texts go under the household's key; the id `makes` is made where the caller chose
    none; `person` is the caller where the body names nobody.
    """

    def build(body: Body, path: PathIds, make: Maker) -> Any:
        fields = fields_of(body, path, make, sealed)
        if makes and makes not in fields:
            fields[makes] = make.new_id()
        if person:
            fields.setdefault(person, make.caller.sub)
        return command(**fields)

    return build


def made(name: str) -> Any:
    """Give the id that a command makes, by its field."""

    def ids(command: Any) -> tuple[UUID, ...]:
        return (getattr(command, name),)

    return ids


def route(
    path: str,
    schema: type[Schema],
    build: Any,
    dated_by: str,
    texts: tuple[str, str],
    *,
    roles: frozenset[Any] = TELLER,
    makes: str = "",
    refusals: tuple[type[Conflict], ...] = (),
    sees_own_tables: bool = False,
    semantic: tuple[str, ...] = (),
) -> CommandRoute:
    """Give the route of a command to a loan that was applied for."""
    more: dict[str, Any] = {"made_ids": made(makes), "answer_id": makes} if makes else {}
    return CommandRoute(
        path=f"{BASE}{path}",
        schema=schema,
        build=build,
        decider=LOAN,
        dated_by=dated_by,
        summary_vi=texts[0],
        summary_en=texts[1],
        roles=roles,
        place=where,
        refusals=refusals,
        sees_own_tables=sees_own_tables,
        semantic=semantic,
        **more,
    )
