"""The code on a posted list: its hash beside the last checkpoint of this service's log, signed."""

from sqlalchemy import Connection, text

from services.households.api.postings.listing import Posting, list_hash
from shared.sealed import PREFIX
from shared.settings import Settings
from shared.tlog.checkpoint import Checkpoint, read_checkpoint
from shared.tlog.notes import Signer, read_note
from shared.tlog.posted_code import MOST_BYTES, Notice
from shared.tlog.schema import OWN
from shared.tlog.signing import NoKey, signers

_LAST = text(
    f"SELECT note FROM {OWN}.checkpoints WHERE source = :source ORDER BY number DESC LIMIT 1"
)

Signed = tuple[Checkpoint, Signer]


def last_signed(connection: Connection, settings: Settings, source: str) -> Signed | None:
    """Give the last checkpoint and the key of ours that signed it; None without either.

    It is to be read before the list, so that the list holds all that the checkpoint covers.
    """
    note = connection.execute(_LAST, {"source": source}).scalar()
    if note is None:
        return None
    read = read_note(note)
    try:
        keys = signers(settings, source)
    except NoKey:
        return None
    signed = [key for key in keys if read.signed_by(key.verifier) is not None]
    return (read_checkpoint(read.text), signed[0]) if signed else None


def notice_code(posting: Posting, signed: Signed | None) -> str | None:
    """Give what the code says, at most `MOST_BYTES` long.

    None without a checkpoint, and where names are sealed to the reader: that is not the list
    that hangs on the board, and its hash would look like a change.
    """
    if signed is None or any((line.head_name or "").startswith(PREFIX) for line in posting.lines):
        return None
    said, signer = signed
    notice = Notice(
        origin=said.origin,
        commune=posting.commune.code,
        valid_from=posting.commune.valid_from,
        year=posting.year,
        list_hash=bytes.fromhex(list_hash(posting)),
        size=said.size,
        root=said.root,
        at=said.at,
    )
    found = notice.signed(signer)
    if len(found.encode()) > MOST_BYTES:
        raise ValueError("the log's name is longer than the settings let it be")
    return found
