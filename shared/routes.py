"""How a service declares that a request is a command: one row per endpoint."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from marshmallow import Schema

from shared.areas import Commune, Scope
from shared.auth.caller import Caller
from shared.decider import Conflict, Decider
from shared.recorded import Actor, Recorded

Where = Callable[[date], Commune | None]
"""Where a thing is on a day; None where it is nowhere that is known."""

Body = dict[str, Any]
PathIds = Mapping[str, Any]


class Sealer(Protocol):
    """What a maker needs of the keyring."""

    def seal(self, owner: UUID, text: str) -> str:
        """Give the sealed text, `s1:…`."""

    def pseudonym(self, value: str) -> str:
        """Give the keyed pseudonym, `h1:…`."""

    def text_ref(self, value: str) -> str:
        """Give the keyed pseudonym of a text as it stands."""


@dataclass(slots=True, kw_only=True)
class CommandContext:
    """What building a command may use of the world: ids, today, seals, what is known of others."""

    caller: Caller
    today: date
    known: Any
    dated_by: str
    sealer: Sealer
    make_id: Callable[[], UUID]
    made: set[UUID] = field(default_factory=set)

    def new_id(self) -> UUID:
        """Make an id that the caller did not choose."""
        made = self.make_id()
        self.made.add(made)
        return made

    def day(self, body: Body) -> date:
        """Give the date of the fact; the handler has put the default in its place already."""
        day = body[self.dated_by]
        if not isinstance(day, date):
            raise TypeError(f"{self.dated_by} is no date")
        return day

    def seal(self, owner: UUID, text: str | None) -> str | None:
        """Seal a text under its owner's key; None stays None."""
        return None if text is None else self.sealer.seal(owner, text)

    def pseudonym(self, value: str) -> str:
        """Give the keyed pseudonym of a number, blanks and separators left out."""
        return self.sealer.pseudonym(value)

    def text_ref(self, value: str) -> str:
        """Give the keyed pseudonym of a text that the caller has normalised."""
        return self.sealer.text_ref(value)


def no_ids(_: Any) -> tuple[UUID, ...]:
    """Say that a command makes nothing that has an id."""
    return ()


def ids(*names: str) -> Callable[[Any], tuple[UUID, ...]]:
    """Give the ids that a command makes, by its fields."""

    def made(command: Any) -> tuple[UUID, ...]:
        return tuple(getattr(command, name) for name in names)

    return made


def never(_state: Any, _command: Any) -> bool:
    """Say that a command never brings back what had gone."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRoute:
    """One command endpoint.

    `path` is a Flask rule with typed ids (`/v1/loans/<uuid:loan_id>/inspections`).
    `location(state, command, known)` says where the thing is: outside the caller's area it is 404
    (403 `outside-area` for a route that `creates` and gives no `requested_area`); without
    `location` every officer who has any area at all may (else 403). `requested_area(command)` is
    the commune that the body names: outside, 403.
    `sponsors(state, known)` are those whose people know of a thing: 404 to another's people.
    `within(state, scope)` tells whether an area holds a thing that is in several places: else 404.
    `allows_new_stream` says that the stream may be empty: the thing is known to be there
    otherwise.
    `made_ids(command)` lists the ids, the caller's or made, of what the command brings about.
    `reuses_ids(state, command)` tells that those ids are the thing's own already: a member comes
    back.
    `answer_id` names the field of the first event that the answer calls `id`; empty: the
    stream's own id. `dated_by` is the JSON field that dates the fact. `amend` decides on the
    history as recorded instead of the decider (corrections). `sees_own_tables` says that what is
    `known` includes this service's own read model, so that a batch brings it along first.
    `erases` says that keys are to be destroyed once the command is recorded. `semantic` are the
    codes of 422, each with its field, for which no schema of a body has words: the document adds
    those that every command has.
    """

    path: str
    summary_vi: str
    summary_en: str
    schema: type[Schema]
    decider: Decider[Any, Any]
    build: Callable[[Body, PathIds, CommandContext], Any]
    roles: frozenset[str]
    method: str = "POST"
    location: Callable[[Any, Any, Any], Where | None] | None = None
    requested_area: Callable[[Any], Commune | None] | None = None
    sponsors: Callable[[Any, Any], Sequence[UUID | None]] | None = None
    within: Callable[[Any, Scope], bool] | None = None
    creates: bool = False
    allows_new_stream: bool = False
    dated_by: str = "occurred_on"
    future_ok: bool = False
    made_ids: Callable[[Any], tuple[UUID, ...]] = no_ids
    reuses_ids: Callable[[Any, Any], bool] = never
    answer_id: str = ""
    refusals: tuple[type[Conflict], ...] = ()
    in_batch: bool = True
    amend: Callable[[Sequence[Recorded], Any, Actor], list[Any]] | None = None
    sees_own_tables: bool = False
    erases: bool = False
    semantic: tuple[str, ...] = ()


Route = Callable[..., CommandRoute]


def routes_below(base: str, decider: Decider[Any, Any], **common: Any) -> Route:
    """Give what declares the commands to one kind of thing, a row each, below its address.

    `route(path, schema, build, dated_by, (vi, en), …)`; `makes` names the id that is made and
    answered. `common` holds where a row says nothing else, its refusals come after the row's own.
    """
    always: tuple[type[Conflict], ...] = common.pop("refusals", ())

    def route(
        path: str,
        schema: type[Schema],
        build: Callable[[Body, PathIds, CommandContext], Any],
        dated_by: str,
        texts: tuple[str, str],
        *,
        makes: str = "",
        refusals: tuple[type[Conflict], ...] = (),
        **more: Any,
    ) -> CommandRoute:
        made = {"made_ids": ids(makes), "answer_id": makes} if makes else {}
        return CommandRoute(
            path=f"{base}{path}",
            schema=schema,
            build=build,
            decider=decider,
            dated_by=dated_by,
            summary_vi=texts[0],
            summary_en=texts[1],
            refusals=(*refusals, *always),
            **(common | made | more),
        )

    return route
