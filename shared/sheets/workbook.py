"""XLSX, read as a stream and with nothing in it believed."""

import warnings
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from defusedxml.common import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from shared.sheets.broken import BadSheet

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


def sheets(raw: bytes, most: int) -> Iterator[Iterator[Row]]:
    """Give the rows of every sheet of the workbook; formulas count as what they last gave."""
    try:
        with ZipFile(BytesIO(raw)) as packed:
            size = sum(part.file_size for part in packed.infolist())
        if size > most:
            raise BadSheet(
                "too-large",
                f"tệp giãn ra hơn {most} byte; hãy xóa hình và trang thừa",
                f"it unfolds to more than {most} bytes; remove pictures and other sheets",
            )
        with warnings.catch_warnings():
            # of styles and extensions that it leaves out, none of which are cells
            warnings.simplefilter("ignore")
            book = load_workbook(BytesIO(raw), read_only=True, data_only=True)
        pages = book.worksheets[:_MOST_SHEETS]
    except _DAMAGED as problem:
        raise _damaged() from problem
    try:
        for page in pages:
            yield _rows(page)
    finally:
        book.close()


def _rows(page: Any) -> Iterator[Row]:
    try:
        page.reset_dimensions()
        cells = page.iter_rows(max_row=_LAST_ROW, max_col=MOST_COLUMNS, values_only=True)
        for number, row in enumerate(cells, start=1):
            if row.count(None) < len(row):  # of blank ones there may be a million
                yield number, row
    except _DAMAGED as problem:
        raise _damaged() from problem


def _damaged() -> BadSheet:
    return BadSheet(
        "unsupported-media",
        "tệp .xlsx bị hỏng hoặc không phải bảng tính; hãy mở và lưu lại",
        "the .xlsx file is damaged or no workbook; open it and save it again",
    )
