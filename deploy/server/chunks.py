"""A body in chunks, read strictly, a line once.

waitress' own reader takes a size with a bare line end, and copies all that is left for each chunk.
"""

from __future__ import annotations

import re
from typing import Any

from waitress.utilities import BadRequest

FRAME_BYTES = 256 * 1024
"""What a body may have besides its content: sizes, extensions, line ends, trailers."""
LINE_BYTES = 4 * 1024
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})(?:;[\t\x20-\x7e\x80-\xff]*)?\r\n")
_END = b"\r\n"


class Chunks:
    """Reads chunks into a buffer of waitress'; `error` says that they are none."""

    def __init__(self, buffer: Any) -> None:
        self._buffer = buffer
        self.completed = False
        self.error: Any = None
        self.chunk_remainder = 0
        """What is still to come of the chunk that has begun."""
        self._line = b""
        self._frame = 0
        self._take: Any = self._size

    def received(self, data: bytes) -> int:
        """Take what belongs to this body; return how many bytes that was."""
        at = 0
        while at < len(data) and not self.completed and self.error is None:
            if self.chunk_remainder:
                some = data[at : at + self.chunk_remainder]
                self._buffer.append(some)
                self.chunk_remainder -= len(some)
                at += len(some)
                continue
            end = data.find(b"\n", at) + 1 or len(data)
            self._line += data[at:end]
            self._frame += end - at
            at = end
            if self._frame > FRAME_BYTES or len(self._line) > LINE_BYTES:
                self.error = BadRequest("more around the content than in it")
            elif self._line.endswith(b"\n"):
                line, self._line = self._line, b""
                self._take(line)
        return at

    def _size(self, line: bytes) -> None:
        found = _SIZE.fullmatch(line)
        if found is None:
            self.error = BadRequest("no size of a chunk")
            return
        self.chunk_remainder = int(found[1], 16)
        self._take = self._end if self.chunk_remainder else self._trailer

    def _end(self, line: bytes) -> None:
        if line != _END:
            self.error = BadRequest("a chunk longer than its size")
        self._take = self._size

    def _trailer(self, line: bytes) -> None:
        """Throw it away: nothing that it says is believed."""
        self.completed = line == _END

    def __len__(self) -> int:
        return len(self._buffer)

    def getbuf(self) -> Any:
        """Return the buffer."""
        return self._buffer

    def getfile(self) -> Any:
        """Return the content, to be read."""
        return self._buffer.getfile()
