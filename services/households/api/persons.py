"""What cannot be true of a person, seen before it is sealed."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from shared.decider import Malformed

_SEPARATORS = re.compile(r"[\s.\-_/]")
_CITIZEN = re.compile(r"0[0-9]{11}")
_OLD_CARD = re.compile(r"[0-9]{9}")
OLD_CARDS_END = date(2025, 1, 1)
"""From this day on a number of nine digits is valid no longer."""


def believable(person: Mapping[str, Any], today: date, since: date, pointer: str) -> None:
    """Refuse a birth in the future or after somebody became a member, and no citizen's number."""
    born, number = person.get("birth_date"), person.get("citizen_id")
    if born is not None and born > today:
        raise Malformed(
            f"{pointer}/birth_date",
            "in-future",
            f"không được sau {today} / it must not be after {today}",
        )
    if born is not None and born > since:
        raise Malformed(
            f"{pointer}/birth_date",
            "out-of-order",
            f"không được sau ngày vào hộ {since} / not after becoming a member on {since}",
        )
    if number is not None:
        _of_a_citizen(number, since, f"{pointer}/citizen_id")


def _of_a_citizen(number: str, since: date, pointer: str) -> None:
    bare = _SEPARATORS.sub("", number)
    if _CITIZEN.fullmatch(bare) or (since < OLD_CARDS_END and _OLD_CARD.fullmatch(bare)):
        return
    raise Malformed(
        pointer,
        "out-of-range",
        "cần 12 chữ số, bắt đầu bằng 0 (9 chữ số chỉ cho đến hết 2024) / "
        "12 digits beginning with 0 are needed (9 digits only until the end of 2024)",
    )
