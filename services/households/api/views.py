"""What is shown of a household: the card to all who may read it, the rest to officers."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.households.state import HouseholdState, PartState
from shared.areas import Commune, place_of
from shared.auth.caller import Caller
from shared.auth.roles import Role
from shared.dated import value_on
from shared.policy.status import status_on

Opener = Callable[[Sequence[str | None]], list[str | None]]
"""Opens sealed texts, all with one look at the keys; None where one was erased."""

_ALL = (
    Role.COMMUNE_OFFICER,
    Role.DISTRICT_OFFICER,
    Role.PRIVACY_OFFICER,
    Role.AUDITOR,
)
_SEALED = ("full_name", "birth_date", "citizen_id", "phone")


def sees_all(caller: Caller) -> bool:
    """Tell whether the reader sees more than the card."""
    return caller.has(*_ALL)


def place(commune: Commune) -> dict[str, Any]:
    """Show a commune with its name."""
    known = place_of(commune)
    return {
        "code": commune.code,
        "valid_from": commune.valid_from.isoformat(),
        "name": known.name if known else None,
    }


def household(state: HouseholdState, on: date, opener: Opener, whole: bool) -> dict[str, Any]:
    """Show a household as it is on a day."""
    home = state.residence_on(on)
    if home is None or state.registered_on is None:
        raise TypeError("only a registered household is shown")
    card = {
        "household_id": str(state.household_id),
        "registered_on": state.registered_on.isoformat(),
        "closed_on": _day(state.closed_on),
        "commune": place(home.commune),
        "village": home.village,
        "area_type": home.area_type,
        "status": status_on([found for _, found in state.classified], on) or "unknown",
        "head_id": _text(value_on(state.heads, on) or state.heads[0][1]),
        "members": _members(state, opener, whole),
    }
    return card | _rest(state, on) if whole else card


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


def _rest(state: HouseholdState, on: date) -> dict[str, Any]:
    causes = value_on(state.causes, on)
    return {
        "groups": list(value_on(state.groups, on) or ()),
        "causes": list(causes.causes) if causes else [],
        "reviews": [
            {
                "review_id": str(review_id),
                "scored_on": review.scored_on.isoformat(),
                "area_type": review.area_type,
                "scores": [
                    {"on": day.isoformat(), "b1": b1, "b2": b2} for day, (b1, b2) in review.scores
                ],
            }
            for review_id, review in state.reviews.items()
        ],
        "classifications": [
            {
                "decided_on": day.isoformat(),
                "effective_from": found.effective_from.isoformat(),
                "status": found.status,
            }
            for day, found in state.classified
        ],
        "exit_targets": [
            {"year": year, "to": target.what} | _part(target)
            for year, target in sorted(state.targets.items())
        ],
        "plan_items": [{"item_id": str(part), **_part(item)} for part, item in state.items.items()],
        "supports": [
            {"support_id": str(part), **_part(support)} for part, support in state.supports.items()
        ],
    }


def _part(part: PartState) -> dict[str, Any]:
    return {"since": part.since.isoformat(), "is_open": part.is_open}


def line(row: Any, periods: Sequence[Any]) -> dict[str, Any]:
    """Show one row of a list; no names."""
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
            code, _, since = period.value.partition("@")
            shown["commune"] = place(Commune(code, date.fromisoformat(since)))
            shown["village"], shown["area_type"] = period.village, period.area_type
        elif period.kind == "status":
            shown["status"] = period.value
        elif period.kind == "group":
            shown["groups"].append(period.value)
        else:
            shown["target_years"].append(int(period.value))
    return shown


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _text(found: UUID) -> str:
    return str(found)
