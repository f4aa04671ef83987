"""What the paper on a notice board says of the log: the list's hash beside a checkpoint, signed.

It is short enough for a code that machines read, and printed in letters too. Whoever copied it can
show later that the list was changed, or that the log is another one than was posted
(`verify.pyz --notice`).
"""

import base64
from dataclasses import dataclass
from datetime import UTC, date, datetime

from shared.tlog.notes import Signer

FORMAT = "giamngheo/notice/1"
MOST_BYTES = 300
"""So long a code may be at most."""


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


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
