"""What every whole stream must be."""

from collections.abc import Sequence

from shared.codec import follows
from shared.recorded import Recorded


def broken_link(history: Sequence[Recorded]) -> Recorded | None:
    """Return the first event of a whole stream whose hash does not follow, or None."""
    before = None
    for version, recorded in enumerate(history, 1):
        if not follows(before, version, recorded.meta_bytes, recorded.data, recorded.digest):
            return recorded
        before = recorded.digest
    return None
