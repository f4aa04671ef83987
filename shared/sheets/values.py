"""What cells mean, with the habits of spreadsheets and of people allowed for."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from shared.codes import code_lists
from shared.sheets.columns import BadValue, Read, folded

_MIDNIGHT = r"(?:[T ]0?0:00(?::00(?:\.0+)?)?)?"
_DAY_FIRST = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})" + _MIDNIGHT)
_YEAR_FIRST = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})" + _MIDNIGHT)
_YEARS = range(1900, 2200)
"""Numbers that a person means as a year; as Excel counts days they lie in 1905."""
_SERIAL = re.compile(r"\d{1,5}(?:\.0+)?")
_EXCEL_ZERO = date(1899, 12, 30)
_WHOLE = re.compile(r"[+-]?\d+(?:[.,]0+)?")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_FAILED = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!)", re.IGNORECASE)
_COMMUNE = 5
_CITIZEN, _LOST_ZEROS = 12, (10, 11)
_PHONE_WITHOUT_ZERO = 9

YES = frozenset({"co", "x", "1", "true", "yes", "y", "c"})
NO = frozenset({"khong", "0", "false", "no", "n", "k"})


def checked(cell: str) -> str:
    """Give a cell unless a formula in it failed: what is shown then is no value."""
    if _FAILED.fullmatch(cell):
        raise BadValue(
            "wrong-type",
            "công thức bị lỗi; ghi giá trị vào ô này",
            "a formula failed here; write the value itself into the cell",
        )
    return cell


def text(cell: str) -> str:
    """Read a text as it stands."""
    return cell


def day(cell: str) -> str:
    """Read a date: day first, ISO, or the number that Excel keeps for it."""
    found: tuple[str, ...] | None = None
    cell = cell.removeprefix("'")
    if cell.isdigit() and int(cell) in _YEARS:
        raise BadValue(
            "wrong-type",
            f"chỉ có năm; ghi đủ ngày, không rõ thì 01/01/{cell}",
            f"only a year; write the whole date, 01/01/{cell} where it is not known",
        )
    if match := _DAY_FIRST.fullmatch(cell):
        found = match.groups()[::-1]
    elif match := _YEAR_FIRST.fullmatch(cell):
        found = match.groups()
    elif _SERIAL.fullmatch(cell) and int(float(cell)) > 0:
        return (_EXCEL_ZERO + timedelta(days=int(float(cell)))).isoformat()
    if found is not None:
        year, month, of_month = map(int, found)
        try:
            return date(year, month, of_month).isoformat()
        except ValueError:
            pass  # the 31st of a month that has none: told below like any other text
    raise BadValue(
        "wrong-type",
        "cần ngày có thật, dạng 31/12/2025",
        "a date that exists is needed, as 31/12/2025 or 2025-12-31",
    )


def whole(cell: str) -> int:
    """Read a whole number; points or commas may set off thousands."""
    if _THOUSANDS.fullmatch(cell):
        return int(re.sub(r"[.,]", "", cell))
    if _WHOLE.fullmatch(cell):
        return int(re.split(r"[.,]", cell)[0])
    raise BadValue("wrong-type", "cần số nguyên", "a whole number is needed")


def flag(cell: str) -> bool:
    """Read yes or no."""
    given = folded(cell)
    if given in YES:
        return True
    if given in NO:
        return False
    raise BadValue("wrong-type", "ghi Có hoặc Không", "write Có (yes) or Không (no)")


def commune(cell: str) -> str:
    """Read a commune's code of five digits; Excel's lost zeros come back."""
    return _digits(cell).zfill(_COMMUNE) if cell.isdigit() else _digits(cell)


def citizen(cell: str) -> str:
    """Read a citizen number: 12 digits, whose lost zeros come back, or 9 of the old cards."""
    found = _digits(cell)
    return found.zfill(_CITIZEN) if found.isdigit() and len(found) in _LOST_ZEROS else found


def phone(cell: str) -> str:
    """Read a phone number; the lost zero comes back."""
    found = _digits(cell)
    return f"0{found}" if found.isdigit() and len(found) == _PHONE_WITHOUT_ZERO else found


def _digits(cell: str) -> str:
    """Give a number that is a name, without what a spreadsheet made of it."""
    if _SCIENTIFIC.fullmatch(cell):
        raise BadValue(
            "wrong-type",
            "bảng tính đã đổi số này và làm mất chữ số; định dạng cột là Văn bản rồi nhập lại",
            "the spreadsheet has changed this number and lost digits; make the column a text "
            "and enter it again",
        )
    return re.sub(r"\.0+\Z|\s", "", cell.removeprefix("'"))


def choice(codes: Mapping[str, tuple[str, ...]]) -> Read:
    """Give what reads a code of a list, by the code itself or any of its names."""
    known = {folded(name): code for code, names in codes.items() for name in (code, *names)}
    listed = ", ".join(names[0] if names else code for code, names in codes.items())

    def read(cell: str) -> str:
        found = known.get(folded(cell))
        if found is None:
            raise BadValue(
                "not-in-list", f"chọn một trong: {listed}", f"one of: {', '.join(codes)}"
            )
        return found

    return read


def listed(name: str, also: Mapping[str, tuple[str, ...]] | None = None) -> Read:
    """Give what reads a code of a published list."""
    more = also or {}
    return choice(
        {one.code: (one.vi, one.en, *more.get(one.code, ())) for one in code_lists()[name]}
    )


def ethnicity() -> Read:
    """Give what reads an ethnicity by its name or its code, whose lost zero comes back."""
    by_name = listed("ethnicity")

    def read(cell: str) -> str:
        found: str = by_name(cell.zfill(2) if cell.isdigit() else cell)
        return found

    return read


def several(one: Read) -> Read:
    """Give what reads a list, set off by semicolons, or else commas, each by `one`."""

    def read(cell: str) -> list[str]:
        parts = (part.strip() for part in cell.split(";" if ";" in cell else ","))
        return [one(part) for part in parts if part]

    return read
