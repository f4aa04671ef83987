"""Agencies answer for households that are to leave poverty, and go and see them."""

from uuid import UUID

from simulation.demo.book import Book, demo_id
from simulation.demo.cast import part_of
from simulation.demo.people import Family, code_on
from simulation.demo.register import DISTRICT, is_targeted, officer

_NAMES = (
    "Chi nhánh Ngân hàng CSXH",
    "Hội Nông dân",
    "Hội Liên hiệp Phụ nữ",
    "Ban Chỉ huy Quân sự",
    "Trường Phổ thông Dân tộc nội trú",
    "Hạt Kiểm lâm",
    "Trung tâm Y tế",
    "Công an",
)
AGENCIES = 2 * len(_NAMES)
_PLACES = ("Pác Nặm", "Ba Bể")
_ABSENT: tuple[tuple[int, tuple[int, ...]], ...] = ((200, ()), (200, (105,)), (190, (95, 92)))
"""Since when, and the visits there were: once nobody ever came."""


def agency(number: int) -> UUID:
    """Give the id of a sponsor."""
    return demo_id("sponsor", number % AGENCIES)


def register_agencies(book: Book) -> None:
    """Write the sponsors."""
    for number in range(AGENCIES):
        book.write(
            "sponsorship",
            DISTRICT,
            "/v1/sponsors",
            "registered_on",
            book.day(420 - number),
            sponsor_id=agency(number),
            kind="agency",
            name=f"{_NAMES[number // 2]} {_PLACES[number % 2]}",
        )


def assign(book: Book, family: Family) -> None:
    """Write a household's sponsor, its visits, and how it went on."""
    index, part = family.index, part_of(family.index)
    if not is_targeted(index) and part != "assignment_ended":
        return
    since = 200
    visits: tuple[int, ...] = (150 - index % 13, 90 - index % 11, 30 - index % 20)
    if part == "sponsor_absent":
        since, visits = _ABSENT[index % len(_ABSENT)]
    elif part == "long_interval":
        visits = (110,)
    elif part == "assignment_ended":
        visits = ()
    elif part == "handed_over":
        visits = (150, 80)
    assignment = demo_id("assignment", index)
    path = f"/v1/assignments/{assignment}"
    on = book.day(since)
    book.write(
        "sponsorship",
        DISTRICT,
        "/v1/assignments",
        "starts_on",
        on,
        assignment_id=assignment,
        household_id=demo_id("household", index),
        sponsor_id=agency(index),
        person_in_charge=f"pt-{index % AGENCIES}",
        visit_every_days=180 if part == "long_interval" else 90,
        goal="Thoát nghèo bền vững",
        commune_code=code_on(family.commune, on),
    )
    for ago in visits:
        _visit(book, family, path, ago)
    if part == "assignment_ended":
        reason = "Hộ chuyển sang chương trình khác"
        book.write("sponsorship", DISTRICT, f"{path}/end", "ended_on", book.day(115), reason=reason)
    if part == "handed_over":
        _hand_over(book, path, index)


def _visit(book: Book, family: Family, path: str, ago: int) -> None:
    by = officer(family)
    visit = demo_id("visit", family.index, ago)
    book.write(
        "sponsorship",
        by,
        f"{path}/visits",
        "visited_on",
        book.day(ago),
        visit_id=visit,
        visitor=f"pt-{family.index % AGENCIES}",
        progress=("improving", "unchanged")[ago % 2],
        note="Chuồng trại ổn định",
    )


def _hand_over(book: Book, path: str, index: int) -> None:
    other = agency(index + 1)
    book.write(
        "sponsorship", DISTRICT, f"{path}/handover", "offered_on", book.day(45), to_sponsor_id=other
    )
    book.write(
        "sponsorship",
        DISTRICT,
        f"{path}/acceptance",
        "accepted_on",
        book.day(40),
        person_in_charge=f"pt-{(index + 1) % AGENCIES}",
    )
