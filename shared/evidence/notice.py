"""What the paper on a notice board says of the log: the list's hash beside a checkpoint, signed.

It is short enough for a code that machines read, and printed in letters too. Whoever copied it can
show later that the list was changed, or that the log is another one than was posted.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from shared.evidence.merkle import consistent
from shared.evidence.notes import BadNote, Signer, Verifier

FORMAT = "giamngheo/notice/1"
MOST_BYTES = 300
"""So long a code may be at most."""

_HASH_BYTES, _ID_BYTES, _SIGNATURE_BYTES = 32, 4, 64
_LINES = 7
_SPEAKS_OF = re.compile(r"(\d{5}) (\d{4}-\d\d-\d\d) (\d{4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The hash of a commune's list of a year, and the log as it was when that was printed."""

    origin: str
    commune: str
    valid_from: date
    year: int
    list_hash: bytes
    size: int
    root: bytes
    at: datetime
    """When the log's checkpoint was signed."""

    @property
    def text(self) -> str:
        """The text that is signed."""
        lines = (
            FORMAT,
            self.origin,
            f"{self.commune} {self.valid_from.isoformat()} {self.year}",
            _b64(self.list_hash),
            f"{self.size} {_b64(self.root)}",
            self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        )
        return "".join(f"{line}\n" for line in lines)

    def signed(self, signer: Signer) -> str:
        """Give the code: the text, and below it the signature."""
        note = signer.line(self.text)
        return self.text + note.rstrip("\n").rpartition(" ")[2]


@dataclass(frozen=True, slots=True)
class Posted:
    """A code as it was read from the paper, not yet verified."""

    notice: Notice
    key_id: bytes
    signature: bytes

    def signed_by(self, verifier: Verifier) -> bool:
        """Say whether a key has signed it."""
        named = (self.notice.origin, self.key_id) == (verifier.name, verifier.key_id)
        return named and verifier.verifies(self.notice.text, self.signature)


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """What a service proves of a size: that its present log, of `root`, began with `old_root`."""

    old: int
    old_root: bytes
    size: int
    root: bytes
    siblings: tuple[bytes, ...]

    @property
    def holds(self) -> bool:
        """Whether the proof is right."""
        return consistent(self.old, self.size, self.old_root, self.root, self.siblings)


def read_notice(code: str) -> Posted:
    """Read a code without verifying it; BadNote if it is none. Blank ends of lines are no part."""
    lines = [line.strip() for line in code.strip().splitlines()]
    if len(lines) != _LINES or lines[0] != FORMAT:
        raise BadNote(f"no code of a notice board: {_LINES} lines, the first {FORMAT}")
    _, origin, speaks_of, list_hash, log, at, signature = lines
    named, (size, _, root) = _SPEAKS_OF.fullmatch(speaks_of), log.partition(" ")
    raw = _raw(signature, _ID_BYTES + _SIGNATURE_BYTES)
    if named is None or not size.isascii() or not size.isdigit():
        raise BadNote("the commune, the year or the size is none")
    try:
        found = Notice(
            origin=origin,
            commune=named[1],
            valid_from=date.fromisoformat(named[2]),
            year=int(named[3]),
            list_hash=_raw(list_hash, _HASH_BYTES),
            size=int(size),
            root=_raw(root, _HASH_BYTES),
            at=datetime.fromisoformat(at),
        )
    except ValueError:
        raise BadNote("a date or a time that is none") from None
    if found.text.splitlines() != lines[:-1]:
        raise BadNote("a code in another form than its own")
    return Posted(found, raw[:_ID_BYTES], raw[_ID_BYTES:])


def is_forked(one: Notice, other: Notice) -> bool:
    """Say whether two papers show two histories: one log cannot have both roots."""
    same = (one.origin, one.size) == (other.origin, other.size)
    return same and one.root != other.root


def is_changed(one: Notice, other: Notice) -> bool:
    """Say whether a list was changed between two papers of the same commune and year."""
    lists = [(each.commune, each.valid_from, each.year) for each in (one, other)]
    return lists[0] == lists[1] and one.list_hash != other.list_hash


def is_rewritten(notice: Notice, growth: Growth) -> bool:
    """Say whether the present log did not begin with what a paper shows of it.

    The growth is about the paper's size and holds; else nothing can be said.
    """
    if growth.old != notice.size or not growth.holds:
        raise ValueError("a proof of another size, or one that does not hold")
    return growth.old_root != notice.root


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _raw(packed: str, length: int) -> bytes:
    try:
        raw = base64.b64decode(packed, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote("no base64") from None
    if len(raw) != length or _b64(raw) != packed:
        raise BadNote("a hash or a signature of another length or form than its own")
    return raw
