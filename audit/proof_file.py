"""The file of a proof: one form of bytes with the hash of the rest in it, folded where it is long.

`giamngheo/finding-proof/3` names the code by whose rules it was made; 1 and 2 did not.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping
from typing import Any

from audit.checkpoints import unpacked
from audit.refusals import need, need_fields

FORMAT, SECOND, FIRST = (f"giamngheo/finding-proof/{number}" for number in (3, 2, 1))
FOLDED, SECOND_FOLDED = f"{FORMAT}/folded", f"{SECOND}/folded"
MOST_UNFOLDED = 4_000_000
"""So many bytes may be inside of a folded file."""

_BUNDLE = {
    *("format", "claim", "finding", "rulebook", "keys", "checkpoints", "hashes", "histories"),
    *("minimal", "sha256"),
}


def packed(document: Mapping[str, Any]) -> bytes:
    """Return the one form in which a file is written."""
    form = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return form.encode()


def sealed(document: Mapping[str, Any]) -> bytes:
    """Return a file with the hash of the rest in it."""
    rest = {name: document[name] for name in document if name != "sha256"}
    return packed({**rest, "sha256": hashlib.sha256(packed(rest)).hexdigest()})


def folded(raw: bytes) -> bytes:
    """Return a long file in its short form: whole, but compressed."""
    inside = base64.b64encode(zlib.compress(raw, 9)).decode()
    return sealed({"format": FOLDED, "file": inside})


def _unfolded(inside: str) -> bytes:
    """Return the long form; what is folded must be one whole file and nothing more."""
    unpacking = zlib.decompressobj()
    found = unpacking.decompress(unpacked(inside, None), MOST_UNFOLDED)
    need(
        unpacking.eof and not unpacking.unused_data,
        "phần nén không đúng dạng hoặc quá dài",
        "what is compressed has not the form, or is too long",
    )
    return found


def read_file(raw: bytes) -> dict[str, Any]:
    """Return what a file in either form says; Rejected where a byte of it was changed."""
    document = _read(raw)
    if document["format"] in (FOLDED, SECOND_FOLDED):
        need_fields(document, {"format", "file", "sha256"})
        document = _read(_unfolded(document["file"]))
    known = document["format"] in (FORMAT, SECOND, FIRST)
    need(known, "dạng tệp lạ", "a form of file that is not known")
    need_fields(document, _BUNDLE | ({"verifier"} if document["format"] == FORMAT else set()))
    return document


def _read(raw: bytes) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(raw.decode())
    same = sealed(document) == raw
    need(same, "tệp đã bị sửa hoặc không đúng dạng", "the file was changed, or is in another form")
    return document
