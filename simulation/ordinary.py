"""Ordinary households: they borrow, are helped, leave poverty and come back, all in order."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from shared.areas import Commune, place_of
from shared.areas.tree import tree
from simulation.book import Book
from simulation.demo.book import Actor
from simulation.helping import assign, register_sponsor
from simulation.home import DISTRICT, NUMBERED_FROM, Home
from simulation.lending import CONFIRMED, MILLION, PAID, Loan, lend
from simulation.offices import closed_days
from simulation.plan import Plan
from simulation.stage import Years
from simulation.statistics import (
    ALIKE,
    BESIDE,
    BORROWING,
    ESCAPING,
    FALLING,
    MILLIONS,
    MISTAKEN,
    MOVING,
    NEAR_POOR,
    POOR,
    RHYTHMS,
    SIZES,
    SMALL,
    TARGETED,
    TO_NEAR_POOR,
    UNABLE,
    Chance,
    Villagers,
)

BY_STATUS = {"poor": "HN", "near_poor": "HCN", "newly_escaped": "HMTN", "not_poor": "SXKD"}
_EVERY, _PARTS = 75, 12
_LAST_CHECK = 28
_STATED = 30
"""Percent of checks at which the borrower says what is owed."""
_APART = timedelta(731)
"""After leaving poverty a household comes back later than this, if it does."""
_IN_TIME = timedelta(800)
"""So long after leaving poverty it still gets the loans for those newly out of it."""
_AGENCIES = 3


def neighbours(plan: Plan, commune: Commune, indices: range) -> list[Book]:
    """Write the ordinary households of a commune; the first writes for its offices too."""
    homes = [_home(plan, commune, index) for index in indices]
    village = _Village(plan.years, homes[0])
    village.open()
    for home in homes:
        village.play(home)
    return [home.book for home in homes]


def _home(plan: Plan, commune: Commune, index: int) -> Home:
    chance = Chance(plan.seed, index)
    rhythm = Chance(plan.seed, int(commune.code)).pick(RHYTHMS, "rhythm")
    place = place_of(commune)
    rural = place is None or place.name.startswith("Xã")
    shut = closed_days(plan.years)
    return Home(
        book=Book(index, plan.seed, plan.years.until, rhythm, shut),
        family=Villagers(index, NUMBERED_FROM, chance),
        commune=commune,
        officer=Actor(f"cb-xa-{commune.code}", "commune_officer"),
        district=Actor(DISTRICT, "district_officer"),
        size=chance.pick(SIZES, "size"),
        area_type="rural" if rural else "urban",
        able=True,
    )


@dataclass(slots=True)
class _Village:
    """The offices of one commune, and what they do for a household."""

    years: Years
    first: Home

    @property
    def group(self) -> UUID:
        """Give the commune's savings-and-credit group."""
        return self.first.book.id("group")

    def open(self) -> None:
        """Write the group and the agencies of the commune."""
        on = date(self.years.first, 1, 5)
        Loan(self.first, "", "", 0).form_group(on)
        for number in range(_AGENCIES):
            register_sponsor(self.first, str(number), on)

    def play(self, home: Home) -> None:
        """Write all that happens to a household."""
        chance = Chance(home.book.seed, home.book.index)
        status = _first_status(home, chance)
        home.able = status != "poor" or not chance.below(UNABLE, "able")
        home.register(date(self.years.first, 1, 11) + timedelta(chance.upto(40, "day")), status)
        for year in range(self.years.first, self.years.last + 1):
            self._live(home, chance, year)
        self._lend(home, chance)
        if chance.below(MOVING, "moves"):
            on = date(self.years.first + 1 + chance.upto(3, "moved"), 6, 1)
            body = {"village": "Bản Mới", "area_type": home.area_type}
            home.tell("/move", "moved_on", on, commune_code=home.code_on(on), **body)

    def _live(self, home: Home, chance: Chance, year: int) -> None:
        now = home.status_on(date(year, 12, 1))
        first = year == self.years.first  # whose figures are those with which it begins
        then = now if first else _next_status(home, chance, year, now)
        if now == then and now in ("newly_escaped", "not_poor"):
            return
        if now != then and now in ESCAPING and home.able and then != "poor":
            self._aim(home, chance, year, "near_poor" if then == "near_poor" else "out")
        if home.book.until >= date(year, 12, 1):
            home.review(year, then)

    def _aim(self, home: Home, chance: Chance, year: int, to: str) -> None:
        if not chance.below(TARGETED, f"target/{year}"):
            return
        on = date(year, 3, 1) + timedelta(chance.upto(20, f"aimed/{year}"))
        path = f"{home.path}/exit-targets"
        home.book.write("households", home.district, path, "set_on", on, year=year, to=to)
        item, agreed = home.book.id("item", year), on + timedelta(12)
        home.tell(
            "/plan-items",
            "agreed_on",
            agreed,
            item_id=item,
            action="Nuôi bò sinh sản",
            addresses="no_capital",
            responsible=home.officer.sub,
            due_on=date(year, 10, 31),
        )
        home.tell(f"/plan-items/{item}/completion", "completed_on", date(year, 10, 1))
        agency = self.first.book.id("sponsor", home.book.index % _AGENCIES)
        helped = assign(home, on + timedelta(8), name=str(year), sponsor=agency)
        over = date(year + 1, 1, 20)
        helped.attend(on + timedelta(8), over)
        helped.end(over)

    def _lend(self, home: Home, chance: Chance) -> None:
        days = (date(self.years.last, 6, 1) - date(self.years.first, 5, 1)).days
        paid = date(self.years.first, 5, 1) + timedelta(chance.upto(days, "borrows"))
        confirmed = paid - timedelta(PAID - CONFIRMED)
        status = home.status_on(confirmed)
        programme = _programme(home, confirmed, status)
        if programme and chance.below(BORROWING[status], "loan"):
            amount = chance.pick(MILLIONS, "amount") * MILLION
            self._look_after(home, chance, programme, amount, paid)
        for code, percent in BESIDE:
            if chance.below(percent, code):
                paid = date(self.years.first, 5, 1) + timedelta(chance.upto(days, f"{code} on"))
                amount = chance.pick(SMALL[code], f"{code} amount") * MILLION
                self._look_after(home, chance, code, amount, paid)

    def _look_after(
        self, home: Home, chance: Chance, programme: str, amount: int, paid: date
    ) -> None:
        loan = lend(home, programme, amount, paid, programme, group=self.group)
        on = home.book.open_day(paid + timedelta(5 + chance.upto(_LAST_CHECK - 5, programme)))
        untouched = on < home.book.open_day(paid + timedelta(_EVERY))
        told = untouched and chance.below(_STATED, f"{programme} stated")
        stated = amount if told else None
        if chance.below(MISTAKEN, f"{programme} mistaken"):
            ref = f"{home.book.index}/{programme}"
            loan.check(on, amount // 10, stated=stated, ref=ref)
            changes = {"right_purpose_amount": amount, "wrong_purpose_amount": 0}
            loan.tell(
                loan.controller,
                "/corrections",
                "occurred_on",
                on + timedelta(5),
                event_id=f"@{ref}",
                reason="Ghi nhầm",
                fields=changes,
            )
        else:
            loan.check(on, stated=stated)
        loan.tend(paid, _EVERY, _PARTS)


def _first_status(home: Home, chance: Chance) -> str:
    poor = POOR[tree().district[home.commune]] * ALIKE
    place = chance.number("status")
    if place < poor:
        return "poor"
    return "near_poor" if place < poor + NEAR_POOR else "not_poor"


def _next_status(home: Home, chance: Chance, year: int, now: str) -> str:
    leaves = chance.number(f"leaves/{year}")
    effective = date(year + 1, 1, 1)
    if now in ESCAPING and home.able and leaves < ESCAPING[now]:
        if now == "poor" and chance.below(TO_NEAR_POOR, f"to/{year}"):
            return "near_poor"
        crossed = _crossed(home)
        return "newly_escaped" if crossed is None or effective - crossed > _APART else now
    if now in ("newly_escaped", "not_poor") and leaves < FALLING:
        crossed = _crossed(home)
        return "poor" if crossed is None or effective - crossed > _APART else now
    return now


def _crossed(home: Home) -> date | None:
    """Give when it last became poor or near-poor, or ceased to be."""
    under = [(since, status in ESCAPING) for since, status in home.turns]
    days = [day for (_, before), (day, after) in pairwise(under) if before != after]
    return days[-1] if days else None


def _programme(home: Home, on: date, status: str) -> str | None:
    if status != "newly_escaped":
        return BY_STATUS[status]
    since = min(day for day, held in home.turns if held == status)
    return BY_STATUS[status] if on - since < _IN_TIME else None
