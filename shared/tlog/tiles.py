"""Tiles of 256 hashes, as C2SP's tlog-tiles names and fills them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.tlog.merkle import Perfect, root_of

WIDTH = 256
HEIGHT = 8
ENTRIES = -1
"""The level under which the entries themselves stand, not their hashes."""
_HIGHEST = 7

TileHashes = Callable[[int, int], Sequence[bytes]]
"""Gives the hashes of a tile, (level, number), as many as there are."""

_PATH = re.compile(
    r"(?P<level>entries|[0-9]|[1-5][0-9]|6[0-3])/(?P<number>(?:x[0-9]{3}/)*[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)
_MOST = 1 << 60


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile by its place; `width` below 256 is one that is not yet full."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """The path below `tile/`."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        groups = [f"{self.number % 1000:03}"]
        rest = self.number // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03}")
            rest //= 1000
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"{level}/{'/'.join(groups)}{partial}"


def parse(path: str) -> Tile | None:
    """Read a path; None for one that names no tile, or names it in another way than its own."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    level = ENTRIES if found["level"] == "entries" else int(found["level"])
    number = int(found["number"].replace("x", "").replace("/", ""))
    tile = Tile(level, number, int(found["width"] or WIDTH))
    if number >= _MOST or level > _HIGHEST or tile.path != path:
        return None
    return tile


def width_in(size: int, level: int, number: int) -> int:
    """Give how many hashes a tile has in a tree of `size` leaves; 0 where it does not exist."""
    on_level = size >> (HEIGHT * max(level, 0))
    return max(0, min(WIDTH, on_level - number * WIDTH))


def perfect_from(tile: TileHashes) -> Perfect:
    """Give the roots of perfect subtrees out of tiles."""

    def perfect(level: int, index: int) -> bytes:
        height, rest = divmod(level, HEIGHT)
        first = index << rest
        number, start = divmod(first, WIDTH)
        hashes = tile(height, number)[start : start + (1 << rest)]
        if len(hashes) != 1 << rest:
            raise ValueError(f"tile {height}/{number} has no {start}+{1 << rest}")
        return root_of(hashes)

    return perfect


def bundle(entries: Sequence[bytes]) -> bytes:
    """Give the bytes of an entry bundle."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)
