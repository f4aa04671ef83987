"""What is shown of a household: a card, all of it to officers, and to its sponsor what helps."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.households.api import agreed, reviewed
from services.households.api.agreed import Opener
from services.households.state import HouseholdState, PartState
from shared.areas import Commune, place_of
from shared.areas.text import commune_in
from shared.auth.caller import Caller
from shared.auth.roles import Role
from shared.dated import value_on
from shared.policy.status import status_on

__all__ = ["ALL", "Opener", "for_sponsor", "household", "line", "only_helps", "place", "sees_all"]

ALL = (
    Role.COMMUNE_OFFICER,
    Role.DISTRICT_OFFICER,
    Role.PRIVACY_OFFICER,
    Role.AUDITOR,
)
"""Who sees all that is known of a household."""
_CARD = (
    Role.BANK_TELLER,
    Role.BANK_CONTROLLER,
    Role.UNION_INSPECTOR,
    Role.INSPECTOR,
)
_ON_CARDS = ("household_id", "closed_on", "commune", "village", "status")
_SEALED = ("full_name", "birth_date", "citizen_id", "phone")


def sees_all(caller: Caller) -> bool:
    """Tell whether the reader sees more than the card."""
    return caller.has(*ALL)


def only_helps(caller: Caller) -> bool:
    """Tell whether the reader sees a household as its sponsor and not by an office of theirs."""
    return not caller.has(*ALL, *_CARD)


def place(commune: Commune) -> dict[str, Any]:
    """Show a commune with its name."""
    known = place_of(commune)
    return {
        "code": commune.code,
        "valid_from": commune.valid_from.isoformat(),
        "name": known.name if known else None,
    }


def household(
    state: HouseholdState, told: Sequence[reviewed.Told], on: date, opener: Opener, whole: bool
) -> dict[str, Any]:
    """Show a household as it is on a day; `told` are the facts it was folded from."""
    facts = [fact for fact, _ in told]
    home = state.residence_on(on)
    if home is None or state.registered_on is None:
        raise TypeError("only a registered household is shown")
    card = {
        "household_id": str(state.household_id),
        "closed_on": _day(state.closed_on),
        "commune": place(home.commune),
        "village": home.village,
        "status": status_on([found for _, found in state.classified], on) or "unknown",
        "head_id": str(_head(state, on)),
        "members": _members(state, opener, whole),
    }
    if not whole:
        return card
    since = {"registered_on": state.registered_on.isoformat(), "area_type": home.area_type}
    return card | since | _aims(state, facts, on, opener) | _rest(told, facts, opener)


def for_sponsor(
    state: HouseholdState, facts: Sequence[Any], on: date, opener: Opener
) -> dict[str, Any]:
    """Show of a household, as it is on a day, what its sponsor needs in order to help."""
    home, head_id = state.residence_on(on), _head(state, on)
    if home is None:
        raise TypeError("only a registered household is shown")
    is_erased = head_id in state.erased
    (name,) = opener([None if is_erased else state.members[head_id].person.full_name])
    return {
        "household_id": str(state.household_id),
        "commune": place(home.commune),
        "village": home.village,
        "head_name": name,
        "erased": is_erased,
    } | _aims(state, facts, on, opener)


def _head(state: HouseholdState, on: date) -> UUID:
    return value_on(state.heads, on) or state.heads[0][1]


def _members(state: HouseholdState, opener: Opener, whole: bool) -> list[dict[str, Any]]:
    wanted = _SEALED if whole else _SEALED[:1]
    opened = iter(
        opener(
            [
                None if member_id in state.erased else getattr(member.person, name)
                for member_id, member in state.members.items()
                for name in wanted
            ]
        )
    )
    shown = []
    for member_id, member in state.members.items():
        person = member.person
        row: dict[str, Any] = {
            "member_id": str(member_id),
            "relation": person.relation,
            "joined_on": member.joined_on.isoformat(),
            "left_on": _day(member.left_on),
            "erased": member_id in state.erased,
        }
        row |= {name: next(opened) for name in wanted}
        if whole:
            row |= {"able_to_work": person.able_to_work, "sex": person.sex}
        shown.append(row)
    return shown


def _aims(state: HouseholdState, facts: Sequence[Any], on: date, opener: Opener) -> dict[str, Any]:
    causes = value_on(state.causes, on)
    return {
        "groups": list(value_on(state.groups, on) or ()),
        "causes": list(causes.causes) if causes else [],
        "exit_targets": [
            {"year": year, "to": target.what} | _part(target)
            for year, target in sorted(state.targets.items())
        ],
        "plan_items": agreed.plan_items(facts, opener),
    }


def _rest(told: Sequence[reviewed.Told], facts: Sequence[Any], opener: Opener) -> dict[str, Any]:
    return {
        "reviews": reviewed.reviews(told, opener),
        "classifications": reviewed.classifications(told),
        "supports": agreed.supports(facts),
    }


def _part(part: PartState) -> dict[str, Any]:
    return {"since": part.since.isoformat(), "is_open": part.is_open}


def line(row: Any, periods: Sequence[Any], whole: bool) -> dict[str, Any]:
    """Show one row of a list; no names, and to who sees no more than cards only what they hold."""
    shown: dict[str, Any] = {
        "household_id": str(row.household_id),
        "registered_on": row.registered_on.isoformat(),
        "closed_on": _day(row.closed_on),
        "commune": None,
        "village": None,
        "area_type": None,
        "status": "unknown",
        "groups": [],
        "target_years": [],
    }
    for period in periods:
        if period.kind == "place":
            shown["commune"] = place(commune_in(period.value))
            shown["village"], shown["area_type"] = period.village, period.area_type
        elif period.kind == "status":
            shown["status"] = period.value
        elif period.kind == "group":
            shown["groups"].append(period.value)
        else:
            shown["target_years"].append(int(period.value))
    return shown if whole else {name: shown[name] for name in _ON_CARDS}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
