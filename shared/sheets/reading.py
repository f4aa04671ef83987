"""Reading a file of which only the heading row tells what is in it."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from shared.http.limits import MIB
from shared.sheets import delimited, workbook
from shared.sheets.broken import BadSheet
from shared.sheets.columns import Columns
from shared.sheets.sheet import Cells, Sheet

__all__ = ["BadSheet", "SheetLimits", "read"]

_HEADER_WITHIN = 30
_FEWEST_NAMES = 2
"""So many headings must be known for a row to be the heading row."""
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLimits:
    """How large a sheet may be."""

    file_bytes: int = 8 * MIB
    unfolded_bytes: int = 64 * MIB
    rows: int = 10_000
    cells: int = 300_000
    """Of all pages, blank ones that have a style too."""
    scanned: int = 1_200_000
    """Rows of a workbook, blank ones too: a page may have one cell at its very end."""
    lines: int = 100_000
    """Lines of a CSV file, blank ones too."""
    cell_letters: int = 2_000


def read(raw: bytes, columns: Columns, limits: SheetLimits | None = None) -> Sheet:
    """Give the sheet of a CSV or XLSX file, whichever it is; BadSheet with what to do."""
    bounds = limits or SheetLimits()
    if len(raw) > bounds.file_bytes:
        raise too_large(f"{bounds.file_bytes // MIB} MiB", f"{bounds.file_bytes} bytes")
    if raw.startswith(_OLE):
        raise BadSheet(
            "unsupported-media",
            "tệp .xls đời cũ: hãy lưu lại thành .xlsx hoặc .csv",
            "an old .xls file: save it as .xlsx or .csv",
        )
    if raw.startswith(_ZIP):
        tried = [
            _found(rows, columns, bounds, form="xlsx")
            for rows in workbook.sheets(
                raw,
                unfolded_bytes=bounds.unfolded_bytes,
                cells=bounds.cells,
                scanned=bounds.scanned,
            )
        ]
    else:
        text = delimited.decoded(raw)
        if max(text.count("\n"), text.count("\r")) > bounds.lines:
            raise too_large(f"{bounds.lines} dòng", f"{bounds.lines} lines, blank ones too")
        tried = [
            _found(delimited.rows(text, mark), columns, bounds, form="csv", delimiter=mark)
            for mark in delimited.likely(text)
        ]
    found = [sheet for sheet in tried if sheet is not None]
    if not found:
        needed = [column.heading for column in columns.all if column.required]
        listed = "; ".join(needed)
        raise BadSheet(
            "invalid",
            f"không thấy dòng tiêu đề trong {_HEADER_WITHIN} dòng đầu; cần các cột: {listed}",
            f"no heading row within the first {_HEADER_WITHIN} rows; these are needed: {listed}",
        )
    return _checked(max(found, key=lambda sheet: columns.score(sheet.headers)), columns)


def too_large(vi: str, en: str) -> BadSheet:
    """Give the refusal of a sheet that is larger than it may be."""
    return BadSheet("too-large", f"tối đa {vi}, hãy chia nhỏ tệp", f"at most {en}, split the file")


def _found(
    rows: Iterable[tuple[int, tuple[object, ...]]],
    columns: Columns,
    bounds: SheetLimits,
    **form: str,
) -> Sheet | None:
    above: list[tuple[int, Cells]] = []
    cleaned = _cleaned(rows, bounds)
    for number, cells in cleaned:
        if number > _HEADER_WITHIN:
            return None
        if columns.score(cells) >= _FEWEST_NAMES:
            return Sheet(
                **form,
                above=tuple(above),
                header_row=number,
                headers=cells,
                rows=tuple(_limited(cleaned, bounds.rows, len(cells))),
            )
        above.append((number, cells))
    return None


def _limited(
    rows: Iterator[tuple[int, Cells]], most: int, width: int
) -> Iterator[tuple[int, Cells]]:
    for count, (number, cells) in enumerate(rows, start=1):
        if count > most:
            raise too_large(f"{most} dòng", f"{most} rows")
        yield number, (*cells, *[""] * (width - len(cells)))


def _cleaned(
    rows: Iterable[tuple[int, tuple[object, ...]]], bounds: SheetLimits
) -> Iterator[tuple[int, Cells]]:
    """Give rows as texts, blank ones and blank ends left out."""
    held = 0
    for number, values in rows:
        present = values[: workbook.MOST_COLUMNS]
        held += len(present) - present.count(None)
        if held > bounds.cells:
            raise too_large(f"{bounds.cells} ô", f"{bounds.cells} cells")
        cells = [_text(value, number, bounds.cell_letters) for value in present]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield number, tuple(cells)


def _text(value: object, number: int, most: int) -> str:
    match value:
        case str() if len(value) > most:
            # before it is made NFC: of a run of marks that takes the square of its length
            raise BadSheet(
                "invalid",
                f"dòng {number}: một ô dài hơn {most} ký tự; hãy viết ngắn lại",
                f"row {number}: a cell is longer than {most} characters; shorten it",
            )
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case _:
            return " ".join(unicodedata.normalize("NFC", str(value)).split())


def _checked(sheet: Sheet, columns: Columns) -> Sheet:
    missing = columns.missing(sheet.headers)
    if missing:
        listed = "; ".join(column.heading for column in missing)
        raise BadSheet("invalid", f"thiếu cột: {listed}", f"missing columns: {listed}")
    seen: set[str] = set()
    for column in columns.match(sheet.headers):
        if column is None:
            continue
        if column.name in seen:
            heading = column.heading
            raise BadSheet("invalid", f"hai cột cùng là {heading}", f"two columns are {heading}")
        seen.add(column.name)
    return sheet
