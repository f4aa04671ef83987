"""Writing sheets that spreadsheets show as they are meant: every cell a text.

All in memory: what stands in a sheet about people is never on a disk unsealed.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO, StringIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl.utils import get_column_letter

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_SHEET_TYPE}.styles+xml"/>'
        f'<Override PartName="/xl/sheet1.xml" ContentType="{_SHEET_TYPE}.worksheet+xml"/>'
        "</Types>"
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
        f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        '<sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    # style 1 is the format of texts, so that a number typed over one keeps its zeros
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="2"><xf/><xf numFmtId="49" applyNumberFormat="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        "</styleSheet>"
    ),
}
_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")

Numbered = tuple[int, Sequence[str]]


def write(rows: Iterable[Numbered], form: str, delimiter: str = ";") -> tuple[bytes, str]:
    """Give a file and its media type; rows stand at their numbers, blank ones between them."""
    if form == "xlsx":
        return _workbook(rows), XLSX
    return _delimited(_with_blanks(rows), delimiter), CSV


def _with_blanks(rows: Iterable[Numbered]) -> Iterator[Sequence[str]]:
    at = 1
    for number, cells in rows:
        while at < number:
            yield ()
            at += 1
        yield cells
        at += 1


def _delimited(rows: Iterable[Sequence[str]], delimiter: str) -> bytes:
    made = StringIO()
    csv.writer(made, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return made.getvalue().encode("utf-8-sig")  # so that Excel takes it for UTF-8


def _workbook(rows: Iterable[Numbered]) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as book:
        for name, text in _PARTS.items():
            book.writestr(name, _HEAD + text)
        with book.open("xl/sheet1.xml", "w") as page:
            page.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            for number, cells in rows:
                page.write(_row(number, cells).encode())
            page.write(b"</sheetData></worksheet>")
    return made.getvalue()


def _row(number: int, cells: Sequence[str]) -> str:
    told = "".join(
        f'<c r="{get_column_letter(place)}{number}" s="1" t="inlineStr">'
        f'<is><t xml:space="preserve">{escape(_NOT_IN_XML.sub("", text))}</t></is></c>'
        for place, text in enumerate(cells, start=1)
        if text
    )
    return f'<row r="{number}">{told}</row>'
