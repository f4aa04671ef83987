"""CSV as programs of the last thirty years have written it."""

import csv
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from io import StringIO

from shared.sheets.broken import BadSheet

_MARKS = (";", ",", "\t")
_LOOKED_AT = 4096


def decoded(raw: bytes) -> str:
    """Give the text of UTF-8, UTF-16 (with or without its mark) or Windows-1258."""
    for encoding in _encodings(raw):
        try:
            found = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in found:
            return found
    raise BadSheet(
        "unsupported-media",
        "không đọc được bảng mã; hãy lưu lại thành CSV UTF-8 hoặc .xlsx",
        "its encoding cannot be read; save it as CSV UTF-8 or .xlsx",
    )


def _encodings(raw: bytes) -> Iterator[str]:
    if raw.startswith(BOM_UTF8):
        yield "utf-8-sig"
    elif raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        yield "utf-16"
    else:
        start = raw[:_LOOKED_AT]
        if b"\0" in start:
            yield "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
        yield "utf-8"
        yield "cp1258"


def likely(text: str) -> list[str]:
    """Give the delimiters that occur, as candidates."""
    return [mark for mark in _MARKS if mark in text] or [_MARKS[0]]


def rows(text: str, delimiter: str) -> Iterator[tuple[int, tuple[object, ...]]]:
    """Give the rows with their numbers."""
    read = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(read, start=1):
            yield number, tuple(cells)
    except csv.Error as problem:
        raise BadSheet(
            "invalid",
            f"dòng {read.line_num}: dấu ngoặc kép bị lẻ hoặc ô quá dài",
            f"line {read.line_num}: a quote is left open or a cell is too long",
        ) from problem
