"""Checkpoints: what a log says of itself at a size, as C2SP's tlog-checkpoint writes it.

After the origin, the size and the root stand two lines of ours: the root of the tree of heads, and
the time, so that silence is signed too.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.tlog.notes import BadNote

HASH_BYTES = 32
_FIXED, _OURS = 3, 2


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log of `size` events; `root` over all of them, `heads` over their keys."""

    origin: str
    size: int
    root: bytes
    heads: bytes
    at: datetime

    @property
    def text(self) -> str:
        """The text that is signed."""
        root, heads = (base64.b64encode(each).decode() for each in (self.root, self.heads))
        at = self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return f"{self.origin}\n{self.size}\n{root}\nheads {heads}\ntime {at}\n"


def read_checkpoint(text: str) -> Checkpoint:
    """Read a checkpoint; BadNote where it is not one of ours, to the byte."""
    lines = text.split("\n")
    if len(lines) != _FIXED + _OURS + 1:
        raise BadNote("no checkpoint of ours: origin, size, root, heads, time")
    origin, size, root, heads, at, _ = lines
    if not size.isascii() or not size.isdigit():
        raise BadNote("the size is no number")
    found = Checkpoint(
        origin, int(size), _hash(root), _hash(heads.removeprefix("heads ")), _time(at)
    )
    if found.text != text:
        raise BadNote("a checkpoint in another form than its own")
    return found


def _hash(packed: str) -> bytes:
    try:
        raw = base64.b64decode(packed, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != HASH_BYTES:
        raise BadNote("a hash that is none")
    return raw


def _time(line: str) -> datetime:
    try:
        found = datetime.fromisoformat(line.removeprefix("time "))
    except ValueError:
        raise BadNote("the time is none") from None
    return found.astimezone(UTC)
