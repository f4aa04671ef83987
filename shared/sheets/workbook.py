"""XLSX, read as a stream and with nothing in it believed."""

import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile

from defusedxml.common import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from shared.sheets import packing
from shared.sheets.broken import BadSheet
from shared.sheets.packing import damaged

_MOST_SHEETS = 10
_LAST_ROW = 1_048_576
"""The last that a spreadsheet has; a file may number its rows as it likes, the gap is filled."""
MOST_COLUMNS = 100
"""So many columns are read: a cell far to the right makes its row no wider."""
_DAMAGED = (
    BadZipFile,
    InvalidFileException,
    DefusedXmlException,
    ParseError,
    ExpatError,
    NotImplementedError,
    RuntimeError,
    zlib.error,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    OSError,
)
"""What openpyxl raises on files that are no workbooks; it promises nothing narrower."""

Row = tuple[int, tuple[object, ...]]


def sheets(raw: bytes, *, unfolded_bytes: int, cells: int, scanned: int) -> list[Iterator[Row]]:
    """Give the rows of every sheet of the workbook; formulas count as what they last gave."""
    try:
        packing.check(raw, unfolded_bytes=unfolded_bytes, cells=cells)
        with warnings.catch_warnings():
            # of styles and extensions that it leaves out, none of which are cells
            warnings.simplefilter("ignore")
            book = load_workbook(BytesIO(raw), read_only=True, data_only=True)
        pages = book.worksheets[:_MOST_SHEETS]
    except _DAMAGED as problem:
        raise damaged() from problem
    left = _Left(scanned)
    return [_rows(page, left) for page in pages]


@dataclass(slots=True)
class _Left:
    """How many rows may still be looked at, on all pages, blank ones too."""

    rows: int


def _rows(page: Any, left: _Left) -> Iterator[Row]:
    try:
        page.reset_dimensions()
        cells = page.iter_rows(max_row=_LAST_ROW, max_col=MOST_COLUMNS, values_only=True)
        blank: tuple[object, ...] = ()
        for number, row in enumerate(cells, start=1):
            left.rows -= 1
            if left.rows < 0:
                raise too_far()
            if row is blank:
                continue  # of blank ones there may be a million, each the same
            if row.count(None) < len(row):
                yield number, row
            else:
                blank = row
    except _DAMAGED as problem:
        raise damaged() from problem


def too_far() -> BadSheet:
    """Give the refusal of sheets whose cells stand too far down."""
    return BadSheet(
        "too-large",
        "quá nhiều dòng trống; hãy xóa các dòng và trang thừa",
        "too many blank rows; delete the needless rows and sheets",
    )
