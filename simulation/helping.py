"""Sponsors of the province: who answers for a household, comes to see it and promises things."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from simulation.demo.book import Actor
from simulation.home import Home

_EVERY = 75
_KNOWN = 30
"""So many days before the assignment the sponsor comes on the register."""


@dataclass(slots=True)
class Help:
    """One assignment of a sponsor to a household."""

    home: Home
    name: str
    visitor: str
    sponsor: UUID

    @property
    def id(self) -> UUID:
        """Give its id."""
        return self.home.book.id("assignment", self.name)

    def tell(
        self, path: str, dated_by: str, on: date, who: Actor | None = None, **body: Any
    ) -> None:
        """Write a line about the assignment."""
        by = who or self.home.officer
        address = f"/v1/assignments/{self.id}{path}"
        self.home.book.write("sponsorship", by, address, dated_by, on, **body)

    def visit(
        self, on: date, number: int = 0, note: str | None = None, files: tuple[str, ...] = ()
    ) -> None:
        """Write a visit."""
        self.tell(
            "/visits",
            "visited_on",
            on,
            visit_id=self.home.book.id("visit", self.name, on, number),
            visitor=self.visitor,
            progress="improving",
            note=note,
            evidence=[{"sha256": each, "kind": "photo"} for each in files] or None,
        )

    def attend(self, start: date, last: date, every: int = _EVERY) -> None:
        """Write a visit every so many days until a day."""
        day = self.home.book.open_day(start + timedelta(every))
        while day < last:
            self.visit(day)
            day = self.home.book.open_day(day + timedelta(every))

    def end(self, on: date) -> None:
        """Write that the sponsor answers no longer."""
        self.tell("/end", "ended_on", on, reason="Hết thời hạn phân công")

    def by_sponsor(self) -> Actor:
        """Give the sponsor's own person."""
        return Actor(self.visitor, "sponsor")


def register_sponsor(home: Home, name: str, on: date) -> UUID:
    """Write an agency on the register; give its id."""
    sponsor = home.book.id("sponsor", name)
    home.book.write(
        "sponsorship",
        home.district,
        "/v1/sponsors",
        "registered_on",
        on,
        sponsor_id=sponsor,
        kind="agency",
        name=f"Cơ quan số {home.book.index}-{name}",
    )
    return sponsor


def assign(
    home: Home,
    on: date,
    *,
    every: int = 90,
    name: str = "1",
    visitor: str | None = None,
    sponsor: UUID | None = None,
) -> Help:
    """Write that a sponsor answers for a household from a day on; a new one if none is named."""
    sponsor = sponsor or register_sponsor(home, name, on - timedelta(_KNOWN))
    person = visitor or f"pt-{home.book.index}-{name}"
    made = Help(home, name, person, sponsor)
    home.book.write(
        "sponsorship",
        home.officer,
        "/v1/assignments",
        "starts_on",
        on,
        assignment_id=made.id,
        household_id=home.id,
        sponsor_id=sponsor,
        person_in_charge=person,
        visit_every_days=every,
        goal="Thoát nghèo bền vững",
        commune_code=home.code_on(on),
    )
    return made
