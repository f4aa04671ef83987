"""Sheets as offices have them: read leniently, written so that they can be read again."""

from shared.sheets.columns import BadValue, Column, Columns, folded
from shared.sheets.reading import BadSheet, SheetLimits, read
from shared.sheets.sheet import Sheet
from shared.sheets.writing import CSV, XLSX, write

__all__ = [
    "CSV",
    "XLSX",
    "BadSheet",
    "BadValue",
    "Column",
    "Columns",
    "Sheet",
    "SheetLimits",
    "folded",
    "read",
    "write",
]
