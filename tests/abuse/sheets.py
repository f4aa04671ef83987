"""Abuse of sheets: too many cells, lies of zips, deep XML."""

import io
import zipfile

from tests.abuse.contents import MIB
from tests.abuse.row import Abuse, Ask, said

IMPORT = "/households/v1/imports?kind=households&dry_run=true"


def sheet(name: str, content: bytes) -> Ask:
    """Send a sheet of households, to be tried only."""
    return said("POST", IMPORT, files={"file": (name, content)})


def zipped(**parts: bytes) -> bytes:
    """Make an XLSX of these parts, `/` written as `__`."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as into:
        for name, content in parts.items():
            into.writestr(name.replace("__", "/") + ".xml", content)
    return made.getvalue()


_SHEET = "xl__worksheets__sheet1"
_REFUSED = ("invalid", "too-large", "unsupported-media")

ROWS = (
    Abuse(
        "sheets", "no file", said("POST", IMPORT, data={"x": "y"}), ("invalid", "unsupported-media")
    ),
    Abuse("sheets", "an empty file", sheet("a.csv", b""), _REFUSED),
    Abuse("sheets", "8 MiB of line ends", sheet("a.csv", b"\n" * (8 * MIB)), _REFUSED),
    Abuse("sheets", "a line of 8 MiB", sheet("a.csv", b"a" * (8 * MIB)), _REFUSED),
    Abuse("sheets", "2,000,000 cells", sheet("a.csv", (b"," * 1_000 + b"\n") * 2_000), _REFUSED),
    Abuse("sheets", "of another program, named .xlsx", sheet("a.xlsx", b"MZ" * 1_000), _REFUSED),
    Abuse(
        "sheets",
        "zeros where a zip's directory is",
        sheet("a.xlsx", b"PK\x03\x04" + b"\0" * 10_000),
        _REFUSED,
    ),
    Abuse(
        "sheets",
        "XML 100,000 deep",
        sheet("a.xlsx", zipped(**{_SHEET: b"<a>" * 100_000})),
        _REFUSED,
    ),
    Abuse(
        "sheets",
        "a part that unfolds to 512 MiB",
        sheet("a.xlsx", zipped(**{_SHEET: b" " * (512 * MIB)})),
        _REFUSED,
    ),
    Abuse(
        "sheets",
        "entities of entities",
        sheet(
            "a.xlsx",
            zipped(**{_SHEET: b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'}),
        ),
        _REFUSED,
    ),
    Abuse(
        "sheets",
        "a kind that is none",
        said("POST", "/households/v1/imports?kind=x", files={"file": ("a.csv", b"a")}),
        ("invalid",),
    ),
)
