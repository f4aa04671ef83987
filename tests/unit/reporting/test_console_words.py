"""The console has a Vietnamese word for whatever the services may record."""

import re
from dataclasses import fields
from importlib import resources
from typing import get_args

import pytest

from services.households import schemas as households
from services.loans.events import debts, money
from services.reporting.domain.sources import REGISTRIES
from services.sponsorship import schemas as sponsorship

WORDS = resources.files("services.reporting.console").joinpath("words.js").read_text("utf-8")

CHOSEN = {
    "method": get_args(money.Method),
    "effect": get_args(money.Effect),
    "outcome": get_args(debts.Outcome),
    "cause": get_args(debts.Cause),
    "result": sponsorship.RESULTS,
    "progress": sponsorship.PROGRESS,
    "to": households.TARGETS,
    "area_type": households.AREA_TYPES,
    "kind": (
        *get_args(money.PayeeKind),
        *get_args(money.EvidenceKind),
        *households.KINDS_OF_REVIEW,
        *sponsorship.KINDS_OF_SPONSOR,
        *sponsorship.PLEDGES,
        *sponsorship.KINDS_OF_MODEL,
    ),
}


def table(name: str, within: str = WORDS) -> str:
    """Give what stands between the braces after a name."""
    found = re.search(rf"\b{name}\s*[=:]\s*\{{([^{{}}]*(?:\{{[^{{}}]*\}}[^{{}}]*)*)\}}", within)
    assert found, name
    return found.group(1)


def keys(inside: str) -> set[str]:
    """Give the keys of a flat table."""
    return set(re.findall(r"(?:^|[,{\s])(\w+):", inside))


@pytest.mark.parametrize("field", sorted(CHOSEN))
def test_every_value_that_may_be_chosen_has_its_word(field: str) -> None:
    assert set(CHOSEN[field]) - keys(table(field, table("CHOSEN"))) == set()


TOLD = [
    each
    for registry in REGISTRIES.values()
    for each in registry.types()
    if {"household_id", "finding_id"} & {field.name for field in fields(each.cls)}
]
"""Events that may stand on the page of a household or of a finding."""


def test_every_event_that_may_be_shown_has_its_word() -> None:
    assert len(TOLD) > len(REGISTRIES)
    assert {each.name for each in TOLD} - keys(table("EVENT")) == set()


def test_every_field_that_may_be_shown_has_its_word() -> None:
    shown = {field.name for each in TOLD for field in fields(each.cls)}
    hidden = re.compile(r"_id$|^household|_ref$")
    assert {name for name in shown if not hidden.search(name)} - keys(table("FIELD")) == set()
