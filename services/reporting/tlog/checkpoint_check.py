"""Whether a signed checkpoint is what reporting has read: its keys, its root, its heads."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from services.reporting.tlog.leaves import JournalLeaves
from services.reporting.tlog.tables import COPY
from shared.tlog.checkpoint import Checkpoint, read_checkpoint
from shared.tlog.notes import BadNote, Note, opened, read_note, read_vkey
from shared.tlog.tree import Tree, TreeGap

_KNOWN = text(f"SELECT vkey FROM {COPY}.keys WHERE source = :source ORDER BY first_at, vkey")
_ADD_KEY = text(
    f"INSERT INTO {COPY}.keys (source, vkey, size, first_at, vouched_by)"
    " VALUES (:source, :vkey, :size, :at, :by) ON CONFLICT DO NOTHING"
)


class NotYet(Exception):  # noqa: N818 - a state, not a mistake
    """The journal has not all events of the checkpoint; look again later."""


class Refused(Exception):  # noqa: N818 - said to people as one sentence
    """The checkpoint is not of our logs, or is not what was read; says why."""


@dataclass(frozen=True, slots=True)
class Received:
    """A checkpoint as it came: which service's topic record said so, and by which key."""

    source: str
    note: str
    vkey: str


def said_in(note: str) -> Checkpoint:
    """Read what a note says, whoever signed it; Refused if that is no checkpoint."""
    try:
        return read_checkpoint(read_note(note).text)
    except BadNote as problem:
        raise Refused(f"không phải điểm kiểm / no checkpoint: {problem}") from None


def judge(connection: Connection, origin: str, received: Received, said: Checkpoint) -> None:
    """Grow the copy to a checkpoint; NotYet or Refused, and the caller rolls back."""
    note = read_note(received.note)
    if said.origin != origin:
        raise Refused(f"là của nhật ký khác / it is of another log: {said.origin}")
    _check_keys(connection, received, note, said)
    leaves = JournalLeaves(connection, received.source)
    if said.size and not leaves(said.size - 1, said.size):
        raise NotYet
    tree = Tree(connection, COPY, received.source, leaves)
    size = tree.lock()
    try:
        while size < said.size:
            grown = tree.extend(size, said.size)
            if grown == size:
                raise NotYet
            size = grown
        root = tree.root(said.size)
        # the heads are known as of now only; an older checkpoint has been seen before
        heads = tree.heads_root() if size == said.size else said.heads
    except TreeGap:
        raise NotYet from None
    if (root, heads) != (said.root, said.heads):
        if not leaves.are_sure:
            raise NotYet
        raise Refused(
            f"{said.size} sự kiện đầu mà báo cáo đã đọc không phải là những gì đã ký / the first "
            f"{said.size} events that reporting has read are not those that were signed"
        )


def _check_keys(connection: Connection, received: Received, note: Note, said: Checkpoint) -> None:
    """Take a new key only where a known one signs beside it, or where none is known yet."""
    rows = connection.execute(_KNOWN, {"source": received.source})
    known = [read_vkey(row[0]) for row in rows]
    signed = opened(note, known)
    if known and not signed:
        raise Refused("không có khóa đã biết nào ký / no key that is known has signed it")
    try:
        given = read_vkey(received.vkey)
    except BadNote:
        given = None
    if given in known or (given is None and signed):
        return
    if given is None or given.name != said.origin or note.signed_by(given) is None:
        raise Refused("chữ ký không đúng / the signature is not right")
    bound = {"source": received.source, "vkey": given.vkey, "size": said.size, "at": said.at}
    by = signed[0].vkey if signed else None
    connection.execute(_ADD_KEY, {**bound, "by": by})
