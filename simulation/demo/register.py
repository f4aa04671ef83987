"""Households come on the register, are classified every year, and some are to leave poverty."""

from datetime import date

from simulation.demo.book import Actor, Book, demo_id
from simulation.demo.cast import cannot_work, part_of, status_of
from simulation.demo.people import Family, code_on

DISTRICT = Actor("cb-huyen", "district_officer")
_YEARLY = (12, 5)
_MEMBERS = (("spouse", 1), ("child", 2), ("child", 3))


def officer(family: Family) -> Actor:
    """Give the commune's official."""
    return Actor(f"cb-xa-{family.commune.code}", "commune_officer")


def register(book: Book, family: Family) -> None:
    """Write a household's registration, status, groups, and target."""
    index = family.index
    ago = 430 - index % 60
    household, by = demo_id("household", index), officer(family)
    on = book.day(ago)
    path = f"/v1/households/{household}"
    people = family.index % 3 + 1
    book.write(
        "households",
        by,
        "/v1/households",
        "registered_on",
        on,
        household_id=household,
        commune_code=code_on(family.commune, on),
        village=family.village,
        area_type="rural",
        ethnicity=family.ethnicity,
        head={
            "member_id": demo_id("member", index, 0),
            "able_to_work": not cannot_work(index),
            **family.person(0),
        },
        members=[
            {
                "member_id": demo_id("member", index, number),
                "relation": relation,
                "able_to_work": not cannot_work(index),
                **family.person(number),
            }
            for relation, number in _MEMBERS[:people]
        ],
    )
    groups = ["ethnic_minority"] if family.ethnicity != "01" else []
    groups += ["no_working_capacity"] if cannot_work(index) else []
    if groups:
        book.write(
            "households", by, f"{path}/groups", "occurred_on", book.day(ago - 1), groups=groups
        )
    _classify(book, family, ago)
    _target(book, family)


def _decide(book: Book, family: Family, on: date, status: str, effective_from: date) -> None:
    by = officer(family)
    book.write(
        "households",
        by,
        f"/v1/households/{demo_id('household', family.index)}/classifications",
        "decided_on",
        on,
        status=status,
        decision_no=f"{family.index + 1}/QĐ-UBND",
        effective_from=effective_from,
        decided_by=by.sub,
    )


def _classify(book: Book, family: Family, registered_ago: int) -> None:
    first = book.day(registered_ago - 5)
    status = status_of(family.index)
    _decide(book, family, first, status, first)
    left: date | None = None
    if part_of(family.index) == "left_poverty_after_confirmation":
        left = book.day(206)
        _decide(book, family, left, "newly_escaped", left)
    for year in (first.year, first.year + 1):
        on = date(year, *_YEARLY)
        if first < on < book.today:
            now = "newly_escaped" if left is not None and left <= on else status
            _decide(book, family, on, now, date(year + 1, 1, 1))


def is_targeted(index: int) -> bool:
    """Tell whether a household is named to leave poverty and has a sponsor for that."""
    part = part_of(index)
    if part == "ordinary":
        poor = status_of(index) in ("poor", "near_poor")
        return poor and index % 6 == 0 and not cannot_work(index)
    return part in ("sponsor_absent", "long_interval", "handed_over")


def _target(book: Book, family: Family) -> None:
    index, part = family.index, part_of(family.index)
    without = part in ("target_without_sponsor", "target_withdrawn")
    if not (is_targeted(index) or without):
        return
    ago = 70 + index % 7 if without else 210
    path = f"/v1/households/{demo_id('household', index)}"
    year = book.today.year
    book.write(
        "households", DISTRICT, f"{path}/exit-targets", "set_on", book.day(ago), year=year, to="out"
    )
    if part == "target_withdrawn":
        book.write(
            "households",
            DISTRICT,
            f"{path}/exit-targets/{year}/withdrawal",
            "withdrawn_on",
            book.day(ago - 20),
            reason="Chủ hộ ốm dài ngày",
        )
    book.write(
        "households",
        officer(family),
        f"{path}/plan-items",
        "agreed_on",
        book.day(ago - 10),
        item_id=demo_id("plan item", index),
        action="Nuôi hai con bò sinh sản, trồng cỏ voi",
        addresses="no_capital",
        responsible=officer(family).sub,
        due_on=date(year + 1, 6, 30),
    )
