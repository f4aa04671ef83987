"""A decider's table: which fact a command asks for, and what refuses that fact."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from shared.fact import fact_of
from shared.recorded import Actor

S = TypeVar("S")


def nothing_more(_state: Any, _fact: Any, _actor: Actor) -> None:
    """Pass: what is asked of every fact of the table is all that is asked of this one."""


class DecisionTable(Generic[S]):
    """One row a command: the fact that it asks for, and the check that may refuse that fact.

    `first(state, fact, actor)` is asked of every fact, then the row's check. Both know the fact
    alone, so that a fact changed by a correction is refused by what refuses a command.
    """

    def __init__(
        self,
        first: Callable[[S, Any, Actor], None],
        rows: Mapping[type[Any], tuple[type[Any], Callable[[S, Any, Actor], None]]],
    ) -> None:
        self._first = first
        self._events = {command: event for command, (event, _) in rows.items()}
        self._checks = dict(rows.values())

    @property
    def commands(self) -> frozenset[type[Any]]:
        """Return the commands that have a row."""
        return frozenset(self._events)

    @property
    def events(self) -> frozenset[type[Any]]:
        """Return the facts that answer them."""
        return frozenset(self._checks)

    def fact_of(self, command: Any, **more: Any) -> Any:
        """Return the fact that a command asks for: its fields by the same names, and `more`."""
        return fact_of(self._events[type(command)], command, **more)

    def validate(self, state: S, fact: Any, actor: Actor) -> None:
        """Refuse a fact that cannot follow on a state: Conflict or Malformed."""
        self._first(state, fact, actor)
        self._checks[type(fact)](state, fact, actor)
