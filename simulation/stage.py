"""Where a story is played: it takes households, and says what must be found of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from shared.areas import Commune
from simulation.book import Book
from simulation.demo.book import Actor
from simulation.demo.people import Family
from simulation.home import DISTRICT, NUMBERED_FROM, Home
from simulation.truth import Truth, named

_ENDS = 400
"""So many days after the day 0 of the stories what they began is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Years:
    """The years that are played, and the last day of them."""

    first: int
    last: int
    until: date


@dataclass(slots=True)
class Stage:
    """One playing of one story; its households have officials of their own."""

    name: str
    seed: int
    years: Years
    communes: Sequence[Commune]
    """The first is where it is played."""
    start: int
    """The index of its first book."""
    homes: list[Home] = field(default_factory=list)
    truth: list[Truth] = field(default_factory=list)

    @property
    def zero(self) -> date:
        """Give day 0: the first of March of the second year."""
        return date(self.years.first + 1, 3, 1)

    @property
    def end(self) -> date:
        """Give a day by which helpers may leave."""
        return self.day(_ENDS)

    def day(self, number: int) -> date:
        """Give the day so many days after day 0."""
        return self.zero + timedelta(number)

    def home(
        self,
        status: str = "poor",
        *,
        able: bool = True,
        commune: int = 0,
        size: int = 3,
        registered: date | None = None,
    ) -> Home:
        """Take a household that came on the register with a status, in the first year."""
        index = self.start + len(self.homes)
        book = Book(index, self.seed, self.years.until)
        home = Home(
            book=book,
            family=Family(index, NUMBERED_FROM),
            commune=self.communes[commune],
            officer=Actor(f"cb-{index}", "commune_officer"),
            district=Actor(DISTRICT, "district_officer"),
            size=size,
            able=able,
        )
        home.register(registered or date(self.years.first, 2, 1), status)
        self.homes.append(home)
        return home

    def finish(self) -> None:
        """Write the yearly reviews that no story wrote."""
        for home in self.homes:
            home.review_years(self.years.first, self.years.last)

    def expect(
        self,
        code: str,
        *homes: Home,
        opened: date,
        closed: date | None = None,
        subject: tuple[object, ...] = (),
    ) -> None:
        """Say that a finding must be made."""
        told = tuple(str(each) for each in subject) or named(home.id for home in homes)
        self.truth.append(
            Truth(
                code=code,
                expected=True,
                subject=told,
                opened_on=opened,
                closed_on=closed,
                story=self.name,
            )
        )

    def silent(self, code: str, *homes: Home, subject: tuple[object, ...] = ()) -> None:
        """Say that something only looks like a finding."""
        told = tuple(str(each) for each in subject) or named(home.id for home in homes)
        self.truth.append(Truth(code=code, expected=False, subject=told, story=self.name))

    def judge(
        self,
        code: str,
        home: Home,
        *,
        fires: bool,
        opened: date,
        closed: date | None = None,
    ) -> None:
        """Say on which side of the limit a household is."""
        if fires:
            self.expect(code, home, opened=opened, closed=closed)
        else:
            self.silent(code, home)

    def decide(self, home: Home, code: str, decision: str, on: date, who: str, **body: Any) -> None:
        """Write a decision on the household's finding of a code."""
        home.book.write(
            "reporting",
            Actor(who, "inspector"),
            f"finding:{code}",
            "occurred_on",
            on,
            household_id=home.id,
            decision=decision,
            note="Theo biên bản làm việc",
            **body,
        )

    def correct(self, home: Home, what: str, id_: UUID, ref: str, on: date, **body: Any) -> None:
        """Write a correction of the event of a line."""
        service, role = ("loans", "bank_controller")
        if what == "households":
            service, role = ("households", "commune_officer")
        home.book.write(
            service,
            Actor(f"dc-{home.book.index}", role),
            f"/v1/{what}/{id_}/corrections",
            "occurred_on",
            on,
            event_id=f"@{ref}",
            reason="Ghi nhầm",
            **body,
        )
