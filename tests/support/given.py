"""Given what happened, when somebody asks, then facts or a refusal: for any decider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.decider import Conflict, Decider, Malformed
from shared.ids import named
from shared.recorded import Actor

OFFICER = Actor(sub="can-bo-xa", roles=("commune_officer",))
LEADER = Actor(sub="lanh-dao", roles=("district_officer",))


def an_id(name: str) -> UUID:
    """Give the same id for the same name."""
    return named(f"test {name}")


@dataclass(frozen=True)
class Answer:
    """What came of a command."""

    facts: list[Any]
    refusal: Conflict | Malformed | None

    def then(self, *facts: Any) -> None:
        """Say exactly which facts follow."""
        assert self.refusal is None, self.refusal
        assert self.facts == list(facts)

    def then_happened(self, kind: type[Any]) -> Any:
        """Say that one fact of a kind follows, and give it."""
        assert self.refusal is None, self.refusal
        (fact,) = self.facts
        assert isinstance(fact, kind)
        return fact

    def then_nothing_changes(self) -> None:
        assert self.refusal is None, self.refusal
        assert self.facts == []

    def then_refused(self, refusal: type[Conflict], code: str | None = None) -> None:
        assert isinstance(self.refusal, refusal), self.refusal or self.facts
        assert code is None or self.refusal.code == code
        assert " / " in self.refusal.detail

    def then_malformed(self, pointer: str, code: str) -> None:
        assert isinstance(self.refusal, Malformed), self.refusal or self.facts
        assert (self.refusal.pointer, self.refusal.code) == (pointer, code)


@dataclass(frozen=True)
class Given:
    """A history, folded."""

    decider: Decider[Any, Any]
    state: Any

    def and_(self, *facts: Any, by: Actor = OFFICER) -> Given:
        """Let more have happened, recorded by somebody."""
        state = self.state
        for fact in facts:
            state = self.decider.evolve(state, fact, by)
        return Given(self.decider, state)

    def when(self, command: Any, by: Actor = LEADER) -> Answer:
        """Ask, and keep the answer whatever it is."""
        try:
            return Answer(self.decider.decide(self.state, command, by), None)
        except (Conflict, Malformed) as refusal:
            return Answer([], refusal)


def given(decider: Decider[Any, Any], *facts: Any, by: Actor = OFFICER) -> Given:
    """Start from what has happened."""
    return Given(decider, decider.initial).and_(*facts, by=by)
