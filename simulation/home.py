"""A household of the province: it comes on the register and is reviewed every autumn."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from shared.areas import Commune
from simulation.book import Book
from simulation.demo.book import Actor
from simulation.demo.people import Family, code_on

DISTRICT = "cb-huyen"
NUMBERED_FROM = 100_000_000
"""Where the citizen numbers of a province begin: those before are the demo's, beside it."""
POINTS = {
    "poor": (120, 40),
    "near_poor": (120, 20),
    "newly_escaped": (165, 20),
    "not_poor": (190, 10),
}
"""Points that give a status wherever one lives; `newly_escaped` is neither poor nor near-poor."""
_URBAN = {"newly_escaped": (195, 20), "not_poor": (200, 10)}
_MEETING, _POSTED, _TAKEN_DOWN, _DECIDED = 7, 9, 16, 27
"""Days from the scoring to each step; the decision within thirty."""
_SCORED = (10, 25)
_RELATIONS = ("spouse", "child", "child", "parent", "child", "other")


@dataclass(slots=True)
class Home:
    """Writes what happens to one household; `turns` is its status from which day on."""

    book: Book
    family: Family
    commune: Commune
    officer: Actor
    district: Actor
    size: int = 2
    area_type: str = "rural"
    able: bool = True
    turns: list[tuple[date, str]] = field(default_factory=list)
    reviewed: set[int] = field(default_factory=set)
    """The years whose review is written already, or left out."""

    @property
    def id(self) -> UUID:
        """Give the household's id."""
        return self.book.id("household")

    @property
    def path(self) -> str:
        """Give its address."""
        return f"/v1/households/{self.id}"

    def member(self, number: int) -> UUID:
        """Give the id of a member; 0 is the head."""
        return self.book.id("member", number)

    def code_on(self, day: date) -> str:
        """Give the code of its commune on a day."""
        return code_on(self.commune, day)

    def tell(self, path: str, dated_by: str, on: date, **body: Any) -> None:
        """Write a line of the commune's official."""
        self.book.write("households", self.officer, f"{self.path}{path}", dated_by, on, **body)

    def register(self, on: date, status: str) -> None:
        """Write that it comes on the register, with a first status five days later."""
        self.book.write(
            "households",
            self.officer,
            "/v1/households",
            "registered_on",
            on,
            household_id=self.id,
            commune_code=self.code_on(on),
            village=self.family.village,
            area_type=self.area_type,
            ethnicity=self.family.ethnicity,
            head={"member_id": self.member(0), "able_to_work": self.able, **self.person(0)},
            members=[
                {
                    "member_id": self.member(number),
                    "relation": _RELATIONS[(number - 1) % len(_RELATIONS)],
                    "able_to_work": self.able,
                    **self.person(number),
                }
                for number in range(1, self.size)
            ],
        )
        if not self.able:
            groups = ["no_working_capacity"]
            self.tell("/groups", "occurred_on", on + timedelta(1), groups=groups)
        self.classify(on + timedelta(5), status)

    def person(self, number: int) -> dict[str, Any]:
        """Give who a member is."""
        return self.family.person(number)

    def classify(self, on: date, status: str, effective: date | None = None, **more: Any) -> None:
        """Write a decision on its status."""
        effective = effective or on
        self.turns.append((effective, status))
        chair = Actor(f"ct-{self.officer.sub}", "commune_officer")
        self.book.write(
            "households",
            chair,
            f"{self.path}/classifications",
            "decided_on",
            on,
            status=status,
            decision_no=f"{self.book.index + 1}/QĐ-UBND",
            effective_from=effective,
            decided_by=chair.sub,
            **more,
        )

    def status_on(self, day: date) -> str:
        """Give the status that it was given for a day."""
        known = [(since, status) for since, status in self.turns if since <= day]
        return max(known, key=lambda turn: turn[0])[1]

    def score(
        self,
        on: date,
        points: tuple[int, int],
        kind: str = "annual",
        year: int | None = None,
        reviewer: str | None = None,
    ) -> UUID:
        """Write the points of a review; give its id."""
        review = self.book.id("review", kind, on)
        self.tell(
            "/reviews",
            "scored_on",
            on,
            review_id=review,
            year=year or on.year,
            kind=kind,
            b1=points[0],
            b2=points[1],
            reviewer_ids=[reviewer or f"rsv-{self.officer.sub}"],
        )
        return review

    def meet(self, review: UUID, on: date, agreed: int = 39, attendees: int = 40) -> None:
        """Write the village meeting."""
        body = {"agreed": agreed, "attendees": attendees}
        self.tell(f"/reviews/{review}/meeting", "held_on", on, **body)

    def post(self, review: UUID, on: date, until: date) -> None:
        """Write that the result hangs on the notice board."""
        self.tell(f"/reviews/{review}/posting", "posted_on", on, posted_until=until)

    def points(self, status: str) -> tuple[int, int]:
        """Give points that give a status where it lives."""
        urban = _URBAN.get(status) if self.area_type == "urban" else None
        return urban or POINTS[status]

    def review(
        self,
        year: int,
        status: str,
        points: tuple[int, int] | None = None,
        reviewer: str | None = None,
        **more: Any,
    ) -> date:
        """Write the whole review of a year, all in order; give the day of the decision."""
        self.reviewed.add(year)
        scored = date(year, *_SCORED) + timedelta(self.book.index % 6)
        review = self.score(scored, points or self.points(status), reviewer=reviewer)
        self.meet(review, scored + timedelta(_MEETING))
        self.post(review, scored + timedelta(_POSTED), scored + timedelta(_TAKEN_DOWN))
        decided = scored + timedelta(_DECIDED)
        self.classify(decided, status, date(year + 1, 1, 1), review_id=review, **more)
        return decided

    def review_years(self, first: int, last: int) -> None:
        """Write the reviews of all years that have none yet: its status stays what it is."""
        for year in range(first, last + 1):
            if year not in self.reviewed:
                self.review(year, self.status_on(date(year, 12, 1)))
