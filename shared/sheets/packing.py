"""Whether a packed workbook may be read at all: told before anything in it is believed."""

import struct
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.parsers import expat
from zipfile import ZipFile

from shared.sheets.broken import BadSheet

_END, _END_64 = b"PK\x05\x06", b"PK\x06\x07"
_END_BYTES, _COMMENT, _BEFORE = 22, 65_535, 20
_ENTRIES = 500
_ENTRY_BYTES = 200
"""Of the directory, for each part; names are much shorter."""
_ENCRYPTED = 1
_DEPTH = 100
_PIECE = 65_536
_OTHER = 40_000
"""Elements beside cells, rows and texts: styles, merged cells. Each is slow to read."""
_CELL = "c"
_COUNTED_APART = frozenset({"row", "v", "f", "is", "t", "si"})


@dataclass(slots=True)
class Counts:
    """What the parts of a workbook hold, so far."""

    cells: int = 0
    others: int = 0
    texts: int = 0


def check(raw: bytes, *, unfolded_bytes: int, cells: int) -> None:
    """Pass if the archive is small, plain and honest and its XML shallow; BadSheet if not.

    zipfile.BadZipFile or expat.ExpatError where it is damaged.
    """
    _check_directory(raw)
    with ZipFile(BytesIO(raw)) as packed:
        parts = packed.infolist()
        if len({part.filename for part in parts}) < len(parts):
            raise damaged()
        if any(part.flag_bits & _ENCRYPTED for part in parts):
            raise BadSheet(
                "unsupported-media",
                "tệp có mật khẩu; hãy bỏ mật khẩu rồi lưu lại",
                "the file has a password; remove it and save again",
            )
        if sum(part.file_size for part in parts) > unfolded_bytes:
            raise BadSheet(
                "too-large",
                f"tệp giãn ra hơn {unfolded_bytes} byte; hãy xóa hình và trang thừa",
                f"it unfolds to more than {unfolded_bytes} bytes; remove pictures and other sheets",
            )
        counts = Counts()
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                _scan(packed, part.filename, counts, cells)


def _check_directory(raw: bytes) -> None:
    """Refuse a directory too long to be read; its size is what will be read of it."""
    at = len(raw) - _END_BYTES
    if raw[at : at + 4] != _END:
        at = raw.rfind(_END, max(0, at - _COMMENT))
    if at < 0 or len(raw) < at + _END_BYTES or raw[max(0, at - _BEFORE) :].startswith(_END_64):
        raise damaged()
    entries, size = struct.unpack("<HL", raw[at + 10 : at + 16])
    if entries > _ENTRIES or size > _ENTRIES * _ENTRY_BYTES:
        raise BadSheet(
            "too-large",
            f"tệp có hơn {_ENTRIES} phần; hãy xóa hình và trang thừa",
            f"the file has more than {_ENTRIES} parts; remove pictures and other sheets",
        )


def _scan(packed: ZipFile, name: str, counts: Counts, cells: int) -> None:
    depth = 0
    reader = expat.ParserCreate(namespace_separator=" ")

    def begin(tag: str, _: Any) -> None:
        nonlocal depth
        depth += 1
        local = tag.rpartition(" ")[2]
        if local == _CELL:
            counts.cells += 1
        elif local in _COUNTED_APART:
            counts.texts += 1
        else:
            counts.others += 1
        if depth > _DEPTH:
            raise damaged()
        if counts.cells > cells or counts.texts > 4 * cells or counts.others > _OTHER:
            raise BadSheet(
                "too-large",
                f"tối đa {cells} ô, và ít định dạng hơn; hãy xóa các ô và trang trống hoặc thừa",
                f"at most {cells} cells, and fewer styles; remove blank and needless cells and "
                "sheets",
            )

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    def declared(*_: Any) -> None:
        raise damaged()  # a document type, with entities that unfold: no workbook has one

    reader.StartElementHandler = begin
    reader.EndElementHandler = end
    reader.StartDoctypeDeclHandler = declared
    with packed.open(name) as part:
        while piece := part.read(_PIECE):
            reader.Parse(piece, False)
        reader.Parse(b"", True)


def damaged() -> BadSheet:
    """Give the refusal of what is no workbook."""
    return BadSheet(
        "unsupported-media",
        "tệp .xlsx bị hỏng hoặc không phải bảng tính; hãy mở và lưu lại",
        "the .xlsx file is damaged or no workbook; open it and save it again",
    )
