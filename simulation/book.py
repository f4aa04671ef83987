"""What is written about one household, or by one office, and the day on which it is recorded."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from shared.ids import named
from simulation.demo.book import Actor

OPENING = time(1, tzinfo=UTC)
"""Eight in the morning in Viet Nam."""
_PUT = ("/groups", "/causes")
_OFFICES = 20_000
"""So many books are told apart by the second of the day in which they are recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One command of the past; `ref` names its event for a later correction."""

    service: str
    at: datetime
    place: tuple[int, int]
    """The book and the line in it."""
    path: str
    method: str
    body: Mapping[str, Any]
    actor: Actor
    ref: str = ""

    @property
    def key(self) -> str:
        """Give the key under which it is sent."""
        return f"province/{self.place[0]}/{self.place[1]}"


@dataclass(frozen=True, slots=True)
class _Written:
    service: str
    recorded: date
    on: date
    number: int
    path: str
    body: Mapping[str, Any]
    actor: Actor
    ref: str


@dataclass(slots=True)
class Book:
    """Collects what is written; nothing dated after `until` ever happens.

    Who records every `rhythm` days does so in batches, the days before them included.
    """

    index: int
    seed: int
    until: date
    rhythm: int = 1
    shut: tuple[date, date] | None = None
    """The first and the last day of a time in which nobody goes anywhere."""
    written: list[_Written] = field(default_factory=list)

    def id(self, *parts: object) -> UUID:
        """Give the same id for the same thing of this book."""
        told = "/".join(str(part) for part in parts)
        return named(f"province/{self.seed}/{self.index}/{told}")

    def open_day(self, day: date) -> date:
        """Give a day, or the first one on which people may go somewhere again."""
        if self.shut is not None and self.shut[0] <= day <= self.shut[1]:
            return self.shut[1] + timedelta(1)
        return day

    def write(
        self,
        service: str,
        actor: Actor,
        path: str,
        dated_by: str,
        on: date,
        *,
        recorded: date | None = None,
        ref: str = "",
        **body: Any,
    ) -> None:
        """Write a line: its date goes into the field `dated_by`."""
        if on > self.until:
            return
        days = -on.toordinal() % self.rhythm
        told = min(recorded or on + timedelta(days), self.until)
        content = plain({dated_by: on, **body})
        number = len(self.written)
        self.written.append(_Written(service, told, on, number, path, content, actor, ref))

    def lines(self) -> Iterator[Line]:
        """Give the lines in the order in which they are recorded."""
        in_order = sorted(self.written, key=lambda one: (one.recorded, one.on, one.number))
        second = timedelta(seconds=self.index % _OFFICES)
        for number, one in enumerate(in_order):
            opening = datetime.combine(one.recorded, OPENING)
            put = one.path.endswith(_PUT) and "/households/" in one.path
            yield Line(
                service=one.service,
                at=opening + second + timedelta(milliseconds=number),
                place=(self.index, number),
                path=one.path,
                method="PUT" if put else "POST",
                body=one.body,
                actor=one.actor,
                ref=one.ref,
            )


def plain(value: Any) -> Any:
    """Give a body as JSON has it, without what is not said."""
    if isinstance(value, UUID | date):
        return str(value)
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value
