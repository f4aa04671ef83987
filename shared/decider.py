"""Deciding: a pure function from what was and what is asked to what has happened."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from shared.areas import Commune
from shared.recorded import Actor, Recorded

_BETWEEN = " / "
"""What stands between the Vietnamese and the English."""


def _refuse_none(_state: Any, _fact: Any, _actor: Actor) -> None:
    """Take in every fact."""


def _add_nobody(state: Any, _fact: Any, _actor: Actor) -> Any:
    """Remember nobody."""
    return state


def _said(value: Any, day: str, thousands: str, half: int) -> Any:
    """Write a value as people do: a day in their order, a large number in groups of three.

    Of a text that says it in both languages each gets its own half.
    """
    if isinstance(value, date):
        return value.strftime(day)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= GROUPED_FROM:
        return f"{value:,}".replace(",", thousands)
    if isinstance(value, str) and value.count(_BETWEEN) == 1:
        return value.split(_BETWEEN)[half]
    return value


GROUPED_FROM = 10_000
"""Smaller whole numbers are years and counts, which nobody groups."""


def bilingual(vi: str, en: str, **details: Any) -> str:
    """Say something in Vietnamese, then in English, days and numbers as each writes them."""
    of_vi = {name: _said(value, "%d/%m/%Y", ".", 0) for name, value in details.items()}
    of_en = {name: _said(value, "%Y-%m-%d", ",", 1) for name, value in details.items()}
    return f"{vi.format(**of_vi)}{_BETWEEN}{en.format(**of_en)}"


S = TypeVar("S")
C = TypeVar("C")


class Conflict(Exception):  # noqa: N818 - the field's word for a refusal
    """A command that a rule refuses; `code` is a promise to callers, the texts are for people."""

    code: ClassVar[str] = "conflict"
    status: ClassVar[int] = 409
    vi: ClassVar[str] = "Không thể thực hiện"
    en: ClassVar[str] = "It cannot be done"

    def __init__(self, **details: Any) -> None:
        self.details = details
        super().__init__(f"{self.code}: {self.detail}")

    @property
    def detail(self) -> str:
        """Say in Vietnamese, then in English, why it is refused."""
        return bilingual(self.vi, self.en, **self.details)

    def redacted_for(
        self,
        sees: Callable[[Commune | None], bool],  # noqa: ARG002 - most name nobody else
    ) -> "Conflict":
        """Give what a reader is told, who `sees` what lies in some communes only."""
        return self

    def extra(self) -> dict[str, Any]:
        """Give further members of the problem document, such as `would_open`."""
        return {}


class Malformed(Exception):  # noqa: N818 - three kinds: refused, malformed, broken
    """A value that its field cannot hold, found after the schema: 422 `invalid`."""

    def __init__(self, pointer: str, code: str, message: str) -> None:
        super().__init__(f"{pointer}: {message}")
        self.pointer, self.code, self.message = pointer, code, message


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider(Generic[S, C]):
    """One kind of stream: how a command is answered with facts and what must be remembered."""

    name: str
    initial: S
    identify: Callable[[C], UUID]
    decide: Callable[[S, C, Actor], list[Any]]
    evolve: Callable[[S, Any, Actor], S]
    validate: Callable[[S, Any, Actor], None] = _refuse_none
    """Refuses a fact that cannot follow on `state`, of a command as of a correction."""
    add_corrector: Callable[[S, Any, Actor], S] = _add_nobody
    """Remembers who corrected a fact, as one of those who said it: for four eyes."""

    def stream_id(self, command: C) -> str:
        """Name the stream that the command is about, `loan-<uuid>`."""
        return f"{self.name}-{self.identify(command)}"

    def fold(self, history: Iterable[Recorded], state: S | None = None) -> S:
        """Remember a history, corrections applied by the caller, from `state` on."""
        folded = self.initial if state is None else state
        for recorded in history:
            folded = self.evolve(folded, recorded.event, recorded.meta.actor)
        return folded
