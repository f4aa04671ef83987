"""One sheet as texts: what stood in which row under which heading."""

import json
from dataclasses import asdict, dataclass

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet whose heading row was found; every cell is a text in NFC without outer blanks.

    Rows keep the numbers that a person sees beside them; blank rows are left out.
    """

    form: str
    """`csv` or `xlsx`."""
    delimiter: str = ";"
    above: tuple[tuple[int, Cells], ...] = ()
    """Titles over the heading row."""
    header_row: int
    headers: Cells
    rows: tuple[tuple[int, Cells], ...]

    def packed(self) -> str:
        """Give it as one text."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @staticmethod
    def unpacked(text: str) -> "Sheet":
        """Read what `packed` gave."""
        found = json.loads(text)
        for name in ("above", "rows"):
            found[name] = tuple((number, tuple(cells)) for number, cells in found[name])
        return Sheet(**found | {"headers": tuple(found["headers"])})
