"""Keeping to an area, as conditions of the one query that reads the views."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from services.reporting.projections.tables import LIVE
from shared.areas import Scope
from shared.areas.tree import tree


@dataclass(slots=True)
class Query:
    """Conditions that grow together with what they bind."""

    conditions: list[str]
    bound: dict[str, Any]

    def add(self, condition: str, **bound: Any) -> None:
        """Add a condition with what it binds."""
        self.conditions.append(condition)
        self.bound |= bound


def stay_within(
    query: Query, scope: Scope, area: Scope | None, day: date, *, paged: bool = False
) -> None:
    """All households in the reader's area; at least one in the area asked for.

    A finding about no household is about a commune as a whole, and shown where that is. `paged`
    says that a few of them in their order are enough: it changes how they are found, not which.
    """
    if not scope.everything:
        # one household is looked up; only findings about several are compared whole
        here = _living_in("mine")
        query.add(
            f"CASE cardinality(f.household_ids) WHEN 0 THEN {_about('mine')}"
            f" WHEN 1 THEN {_one_lives_in('mine', by_one=paged and _is_most(scope))}"
            f" ELSE f.household_ids <@ ARRAY({here}) END",
            **communes("mine", scope, day),
        )
    # where all of the reader's area is in the one asked for, the first says it already
    if area is not None and (scope.everything or not scope.matching(day) <= area.matching(day)):
        here = _living_in("asked")
        query.add(
            f"CASE cardinality(f.household_ids) WHEN 0 THEN {_about('asked')}"
            f" WHEN 1 THEN {_one_lives_in('asked', by_one=paged and _is_most(area))}"
            f" ELSE f.household_ids && ARRAY({here}) END",
            **communes("asked", area, day),
        )


def _is_most(area: Scope) -> bool:
    """Tell whether most findings are likely to be of this area: a page is full after a few."""
    return 2 * len(area.olds) > len(tree().old)


def _one_lives_in(name: str, *, by_one: bool) -> str:
    """Say that the one household of `f` lives on `:day` in the communes of a name.

    Either by a hash of all who live there, or `by_one`: by looking for each where it lives. The
    limit keeps PostgreSQL from making a hash of that too.
    """
    here = _living_in(name)
    if not by_one:
        return f"f.household_ids[1] IN ({here})"
    return f"(SELECT true FROM ({here} AND w.key = f.household_ids[1] LIMIT 1) one) IS TRUE"


def _living_in(name: str) -> str:
    return (
        f"SELECT w.key FROM {LIVE}.residences w WHERE w.from_on <= :day"
        " AND (w.until_on IS NULL OR :day < w.until_on) AND (w.code, w.valid_from) IN"
        f" {_any_of(name)}"
    )


def lives_in(name: str) -> str:
    """Give the condition that the household `h.key` lives on `:day` in the communes of a name."""
    return (
        f"EXISTS (SELECT FROM {LIVE}.residences w WHERE w.key = h.key AND w.from_on <= :day"
        " AND (w.until_on IS NULL OR :day < w.until_on) AND (w.code, w.valid_from) IN"
        f" {_any_of(name)})"
    )


def _about(name: str) -> str:
    """Say that a finding about a commune as a whole is about one of these."""
    details = "convert_from(f.body, 'UTF8')::jsonb -> 'details'"
    return (
        f"coalesce((({details}) ->> 'commune', CAST(({details}) ->> 'commune_from' AS date)) IN"
        f" {_any_of(name)}, false)"
    )


def _any_of(name: str) -> str:
    return f"(SELECT * FROM unnest(CAST(:{name}_codes AS text[]), CAST(:{name}_from AS date[])))"


def communes(name: str, scope: Scope, day: date) -> dict[str, Any]:
    """Give what such a condition binds."""
    found = sorted(scope.matching(day))
    return {
        f"{name}_codes": [commune.code for commune in found],
        f"{name}_from": [commune.valid_from for commune in found],
    }
