"""Sheets that go back to people: the template of a kind, and a sheet with remarks."""

from collections.abc import Sequence

from services.households.api.imports.kinds import Kind
from services.households.api.imports.units import Remark
from shared.sheets import Sheet, folded, write

HEADING = "Ghi chú / Remarks"


def template(kind: Kind, form: str) -> tuple[bytes, str]:
    """Give the file of an empty sheet with examples, and its media type."""
    headings = [column.heading for column in kind.columns.all]
    return write(enumerate([headings, *kind.examples], start=1), form)


def marked(sheet: Sheet, remarks: Sequence[Remark]) -> tuple[bytes, str]:
    """Give the sheet as it was, every row in its place, with the remarks beside the rows."""
    said: dict[int, list[str]] = {}
    for remark in remarks:
        text = f"{remark.column}: {remark.vi} / {remark.en}"
        said.setdefault(remark.row, []).append(text)
    headers = list(sheet.headers)
    width = max([len(headers), *(len(cells) for _, cells in sheet.rows)])
    headers += [""] * (width - len(headers))
    # a sheet that comes back corrected has the column already
    before = [place for place, header in enumerate(headers) if folded(header) == folded(HEADING)]
    place = before[0] if before else width

    def beside(cells: Sequence[str], text: str) -> list[str]:
        whole = [*cells, *[""] * (width + 1 - len(cells))]
        whole[place] = text
        return whole if place == width else whole[:width]

    rows = [
        *sheet.above,
        (sheet.header_row, beside(headers, HEADING)),
        *((number, beside(cells, "; ".join(said.get(number, ())))) for number, cells in sheet.rows),
    ]
    return write(rows, sheet.form, sheet.delimiter)
