"""What came out in an export: counts, positions, and the hash of its bytes. Pure."""

import hashlib
from collections.abc import Mapping
from typing import Any


class Tally:
    """Counts and hashes an export while it is written."""

    def __init__(
        self,
        asked: Mapping[str, Any],
        heads: Mapping[str, int],
        checkpoints: Mapping[str, str] | None = None,
    ) -> None:
        self._asked, self._heads = dict(asked), dict(heads)
        self._checkpoints = dict(checkpoints or {})
        self._whole = hashlib.sha256()
        self._bytes = 0
        self._counts: dict[str, int] = dict.fromkeys(heads, 0)
        self._first: dict[str, int] = {}
        self._last: dict[str, int] = {}

    def wrote(self, part: bytes) -> bytes:
        """Take bytes into the hash, and give them back."""
        self._whole.update(part)
        self._bytes += len(part)
        return part

    def counted(self, source: str, position: int) -> None:
        """Take in an event."""
        self._counts[source] = self._counts.get(source, 0) + 1
        self._first[source] = min(position, self._first.get(source, position))
        self._last[source] = max(position, self._last.get(source, position))

    def manifest(self) -> dict[str, Any]:
        """Say what the bytes so far are, and up to which positions they were looked for."""
        return {
            "asked": self._asked,
            "events": sum(self._counts.values()),
            "bytes": self._bytes,
            "sha256": self._whole.hexdigest(),
            "sources": {
                source: {
                    "events": self._counts.get(source, 0),
                    "first_position": self._first.get(source),
                    "last_position": self._last.get(source),
                    "read_to_position": head,
                }
                for source, head in self._heads.items()
            },
            "checkpoints": self._checkpoints,
        }
