"""Looks for a text in the bytes of files, in every form in which it might have been written."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path


def forms(secret: str) -> Iterator[bytes]:
    """Give the bytes by which a text could be told: plain, as hex, in base64 at any place."""
    plain = secret.encode()
    yield plain
    yield secret.encode("utf-16-le")
    yield plain.hex().encode()
    for skipped in range(3):
        whole = b64encode(bytes(skipped) + plain)
        # the first and the last letters depend on what stands beside the text
        first = -(-skipped * 8 // 6)
        yield whole[first : (skipped + len(plain)) * 8 // 6]


def files_with(folder: Path, secrets: Iterable[str]) -> dict[str, list[str]]:
    """Give the files below a folder in which something is found, and what."""
    wanted = [(secret, form) for secret in secrets for form in forms(secret)]
    found: dict[str, list[str]] = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            with suppress(OSError):  # sockets, and what a server removes while we look
                content = b"".join(_written(path))
                seen = sorted({secret for secret, form in wanted if form in content})
                if seen:
                    found[str(path.relative_to(folder))] = seen
    return found


def _written(path: Path) -> Iterator[bytes]:
    """Give what was ever written to a file; a broker's indexes are holes for the most part."""
    with path.open("rb", buffering=0) as file:
        end = path.stat().st_size
        at = 0
        while at < end:
            try:
                start = os.lseek(file.fileno(), at, os.SEEK_DATA)
            except OSError:
                return  # nothing but a hole up to the end
            at = os.lseek(file.fileno(), start, os.SEEK_HOLE)
            yield os.pread(file.fileno(), at - start, start)
