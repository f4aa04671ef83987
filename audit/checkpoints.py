"""Public keys, and the checkpoints that they have signed."""

import base64
from collections.abc import Sequence

from audit.refusals import Rejected, need
from shared.tlog.checkpoint import Checkpoint
from shared.tlog.checkpoint import read_checkpoint as read_text
from shared.tlog.notes import SIGNATURE, Note, Verifier, read_note, read_vkey

HASH_BYTES = 32


def unpacked(text: str, length: int | None = HASH_BYTES) -> bytes:
    """Return the bytes of base64 in its own form; ValueError where it has another."""
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode() != text or (length is not None and len(raw) != length):
        raise ValueError(text)
    return raw


def read_key(vkey: str) -> Verifier:
    """Return a log's public key, `name+id+key`; BadNote or Rejected where it is none."""
    found = read_vkey(vkey)
    need(
        found.kind == SIGNATURE and found.vkey == vkey,
        "khóa công khai không đúng dạng",
        "a public key in no form that is known",
    )
    return found


def read_checkpoint(note: str, key: Verifier) -> Checkpoint:
    """Return what a note says that one key has signed and nobody else."""
    found = read_note(note)
    said = read_text(found.text)
    here = [(each.name, each.key_id) for each in found.signatures]
    need(
        here == [(key.name, key.key_id)] and said.origin == key.name and str(found) == note,
        f"điểm kiểm {said.origin} không đúng dạng, hoặc do khóa khác ký",
        "that checkpoint has not the form, or another key has signed it",
    )
    _need_signed(found, key, said.origin)
    return said


def read_signed(note: str, keys: Sequence[Verifier]) -> Checkpoint:
    """Return what a checkpoint says that one of the keys has signed, and maybe others too."""
    found = read_note(note.replace("\r\n", "\n"))
    said = read_text(found.text)
    named = {(each.name, each.key_id) for each in found.signatures}
    for key in keys:
        if (key.name, key.key_id) in named and key.name == said.origin:
            _need_signed(found, key, said.origin)
            return said
    raise Rejected(
        f"{said.origin}: điểm kiểm không do khóa bạn tin ký / that checkpoint is not signed by a "
        "key you trust"
    )


def _need_signed(note: Note, key: Verifier, origin: str) -> None:
    need(
        note.signed_by(key) is not None,
        f"chữ ký của điểm kiểm {origin} không đúng",
        "the signature of that checkpoint is not right",
    )


def time_of(said: Checkpoint) -> str:
    """Return when a checkpoint was signed, as its text says it."""
    return said.at.strftime("%Y-%m-%dT%H:%M:%SZ")
