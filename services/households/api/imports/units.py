"""What of a sheet is accepted or refused together, and what there is to say of its cells."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from shared.ids import NAMESPACE
from shared.sealing.keyring import Keyring
from shared.sheets import BadValue, Columns, Sheet
from shared.sheets.sheet import Cells
from shared.sheets.values import checked


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Why a row was not taken: the cell, what stands in it, and what to do."""

    row: int
    column: str
    code: str
    vi: str
    en: str
    value: str = ""

    def document(self, *, shown: bool = True) -> dict[str, Any]:
        """Give it as JSON; the value only to those who may see it."""
        return {
            "row": self.row,
            "column": self.column,
            "code": self.code,
            "value": self.value if shown else None,
            "remedy": f"{self.vi} / {self.en}",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One command: the endpoint's rule, the ids in its path, and the body."""

    rule: str
    ids: Mapping[str, UUID]
    body: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Rows that stand or fall together, with the commands that they become, in order.

    `parts` tells to which row a place in the body belongs; all others belong to the first row.
    """

    rows: tuple[int, ...]
    asks: tuple[Ask, ...] = ()
    later: tuple[Ask, ...] = ()
    """Sent only once none of the others was refused."""
    parts: Mapping[str, int] = field(default_factory=dict)
    owners: tuple[UUID, ...] = ()
    """Whose keys will seal what is in it."""
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One row, read: the values that can be read, and remarks on the others."""

    number: int
    cells: Mapping[str, str]
    values: dict[str, Any]
    remarks: tuple[Remark, ...]


class Reader:
    """Reads the rows of a sheet by its headings."""

    def __init__(self, sheet: Sheet, columns: Columns) -> None:
        self.columns = columns
        self._cells = dict(sheet.rows)
        places = columns.match(sheet.headers)
        self._names = [None if column is None else column.name for column in places]
        self._headings = {
            name: header for name, header in zip(self._names, sheet.headers, strict=True) if name
        }

    def rows(self) -> list[Row]:
        """Read every row."""
        return [self._row(number) for number in self._cells]

    def _row(self, number: int) -> Row:
        given = self._given(number)
        values: dict[str, Any] = {}
        remarks: list[Remark] = []
        for name, cell in given.items():
            column = self.columns.named(name)
            if column is None:
                continue
            try:
                values[name] = column.read(checked(cell))
            except BadValue as bad:
                remarks.append(self.remark(number, name, bad.code, bad.vi, bad.en))
        return Row(number, given, values, tuple(remarks))

    def _given(self, number: int) -> dict[str, str]:
        cells: Cells = self._cells.get(number, ())
        return {name: cell for name, cell in zip(self._names, cells, strict=False) if name and cell}

    def remark(self, row: int, name: str, code: str, vi: str, en: str) -> Remark:
        """Make a remark on a cell."""
        value = self._given(row).get(name, "")
        return Remark(row=row, column=self.heading(name), code=code, vi=vi, en=en, value=value)

    def heading(self, name: str) -> str:
        """Give what the sheet calls a field, or what its template does."""
        column = self.columns.named(name)
        return self._headings.get(name, name if column is None else column.heading)


def household_id(keyring: Keyring, commune_code: str, code: str) -> UUID:
    """Give the id of a household by the office's own code for it, the same in every sheet."""
    digest = keyring.digest(b"import-household/1", commune_code.encode(), code.encode())
    return uuid5(NAMESPACE, digest.hex())


def member_id(keyring: Keyring, household: UUID, person: Mapping[str, Any]) -> UUID:
    """Give the id of a person, of which nothing personal can be guessed."""
    told = [str(person.get(name, "")) for name in ("full_name", "birth_date", "citizen_id")]
    named = (text.encode() for text in told)
    return uuid5(household, keyring.digest(b"import-member/1", *named).hex())
