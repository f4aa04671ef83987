"""From a body to a command, and from a row to a route: what every service leaves to these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

import pytest

from shared.areas import Commune, Scope
from shared.auth.caller import Caller
from shared.auth.roles import Role
from shared.builders import command_builder, sealed_for
from shared.decider import Conflict, Decider, Malformed
from shared.event import command
from shared.http.fields import BodySchema
from shared.ids import NAMESPACE
from shared.routes import CommandContext, CommandRoute, routes_below
from shared.sealing.keyring import Keyring
from shared.sealing.keys import MemoryKeys

DAY = date(2026, 3, 1)
BOX, MADE, OTHER = (uuid5(NAMESPACE, name) for name in ("box", "made", "other"))


@dataclass(frozen=True, kw_only=True)
class Thing:
    """A value in a list."""

    kind: str


@command
class Fill:
    """Put things into a box."""

    box_id: UUID
    filling_id: UUID
    since: date
    by: str
    note: str | None = None
    commune: Commune | None = None
    things: tuple[Thing, ...] = ()
    tags: tuple[str, ...] = ()


BUILD = command_builder(
    Fill,
    owner=sealed_for("box_id"),
    sealed=("note",),
    makes=("filling_id",),
    people=("by",),
    parts={"things": Thing},
)


def context(keyring: Keyring | None = None) -> CommandContext:
    return CommandContext(
        caller=Caller(sub="somebody", roles=frozenset(), scope=Scope(everything=True)),
        today=DAY,
        known=None,
        dated_by="from",
        sealer=keyring or Keyring("boxes", MemoryKeys(), bytes(32)),
        make_id=lambda: MADE,
    )


def built(**body: Any) -> Fill:
    found: Fill = BUILD({"from": DAY, **body}, {"box_id": BOX}, context())
    return found


def test_fields_are_those_of_the_path_and_of_the_body() -> None:
    assert built() == Fill(box_id=BOX, filling_id=MADE, since=DAY, by="somebody")


def test_an_id_and_a_person_that_the_body_names_are_taken() -> None:
    chosen = built(filling_id=OTHER, by="another")
    assert (chosen.filling_id, chosen.by) == (OTHER, "another")


def test_lists_become_values_of_their_type_or_tuples_without_repetitions() -> None:
    things = [{"kind": "photo"}, {"kind": "photo"}]
    filled = built(things=things, tags=["a", "b", "a"])
    assert filled.things == (Thing(kind="photo"), Thing(kind="photo"))
    assert filled.tags == ("a", "b")


def test_a_text_is_sealed_for_its_owner() -> None:
    keyring = Keyring("boxes", MemoryKeys(), bytes(32))
    filled = BUILD({"from": DAY, "note": "plain"}, {"box_id": BOX}, context(keyring))
    assert filled.note.startswith("s1:")
    assert keyring.open_all([filled.note]) == ["plain"]


def test_an_owner_may_be_looked_up_in_what_is_known() -> None:
    asked: list[UUID] = []

    def owner(fields: Mapping[str, Any], _: CommandContext) -> UUID:
        asked.append(fields["box_id"])
        return OTHER

    build = command_builder(Fill, owner=owner, sealed=("note",), people=("by",))
    build({"from": DAY, "filling_id": MADE, "note": "plain"}, {"box_id": BOX}, context())
    assert asked == [BOX]
    build({"from": DAY, "filling_id": MADE}, {"box_id": BOX}, context())
    assert asked == [BOX], "nothing is to be sealed, so nobody is looked for"


def test_a_commune_is_read_on_the_map_of_the_facts_date() -> None:
    with pytest.raises(Malformed, match="99999") as refused:
        built(commune_code="99999")
    assert (refused.value.pointer, refused.value.code) == ("/commune_code", "unknown-area")


class Full(Conflict):
    """The box is full."""


class Gone(Conflict):
    """The box is no more."""


BOXES: Decider[Any, Any] = Decider(
    name="box",
    initial=None,
    identify=lambda asked: asked.box_id,
    decide=lambda _state, _command, _actor: [],
    evolve=lambda state, _event, _actor: state,
)
TELLERS, OFFICERS = frozenset({Role.BANK_TELLER}), frozenset({Role.COMMUNE_OFFICER})
ROUTE = routes_below("/v1/boxes", BOXES, roles=TELLERS, refusals=(Gone,))


def row(**more: Any) -> CommandRoute:
    return ROUTE("/x", BodySchema, BUILD, "from", ("Bỏ vào", "Fill"), **more)


def test_a_row_has_what_is_common_where_it_says_nothing_else() -> None:
    plain = row()
    assert (plain.path, plain.decider, plain.roles) == ("/v1/boxes/x", BOXES, TELLERS)
    assert (plain.summary_vi, plain.summary_en) == ("Bỏ vào", "Fill")
    assert row(roles=OFFICERS).roles == OFFICERS


def test_common_refusals_come_after_those_of_the_row_in_every_row() -> None:
    assert row(refusals=(Full,)).refusals == (Full, Gone)
    assert row().refusals == (Gone,), "one row leaves nothing behind for the next"


def test_a_row_that_makes_something_answers_with_its_id() -> None:
    made = row(makes="filling_id")
    assert made.answer_id == "filling_id"
    assert made.made_ids(built()) == (MADE,)
    assert (row().answer_id, row().made_ids(built())) == ("", ())
