"""What witnesses sign beside a checkpoint: taken in if they are known and saw the same log."""

from datetime import UTC, datetime

from sqlalchemy import Connection, text

from services.reporting.tlog.tables import COPY
from shared.tlog.checkpoint import read_checkpoint
from shared.tlog.notes import COSIGNATURE, BadNote, Signature, Verifier, read_note

_FOUND = text(
    f"SELECT source, number, note, signed_at FROM {COPY}.checkpoints"
    " WHERE size = :size AND problem IS NULL ORDER BY number DESC"
)
_ADD = text(
    f"INSERT INTO {COPY}.cosignatures (source, number, vkey, signed_at, line)"
    " VALUES (:source, :number, :vkey, :at, :line) ON CONFLICT DO NOTHING"
)
_LARGEST_SIZE = 2**63 - 1


def cosign(connection: Connection, whole: str, witnesses: list[Verifier]) -> tuple[str, list[str]]:
    """Keep the known witnesses' signatures of a checkpoint that we have; give log and witnesses.

    Once more changes nothing: the first signature of a witness is kept. BadNote if it is none of
    our checkpoints, or no known witness has signed it.
    """
    note = read_note(whole)
    said = read_checkpoint(note.text)
    rows = []
    if said.size <= _LARGEST_SIZE:
        rows = list(connection.execute(_FOUND, {"size": said.size}))
    ours = next((row for row in rows if read_note(row.note).text == note.text), None)
    if ours is None:
        raise BadNote("không phải điểm kiểm đã đối chiếu / not a checkpoint that agrees here")
    names = []
    for witness in witnesses:
        signature = note.signed_by(witness)
        if signature is None:
            continue
        is_timed = witness.kind == COSIGNATURE
        at = _instant(signature) if is_timed else ours.signed_at
        connection.execute(
            _ADD,
            {
                "source": ours.source,
                "number": ours.number,
                "vkey": witness.vkey,
                "at": at,
                "line": signature.line,
            },
        )
        names.append(witness.name)
    if not names:
        raise BadNote("không nhân chứng nào đã biết ký / no witness that is known has signed it")
    return ours.source, names


def _instant(signature: Signature) -> datetime:
    try:
        return datetime.fromtimestamp(signature.seconds, UTC)
    except (OverflowError, ValueError, OSError):
        raise BadNote("giờ của nhân chứng không có thật / the witness's time is none") from None
