"""What was told of slips before, and which slips change nothing that anybody could see."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.code import ROOT
from tests.mutation.slips import Slip

EQUAL = ROOT / "tests" / "mutation" / "equal.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Equal:
    """A slip that no test can see, and why so."""

    file: str
    where: str
    line: str
    slip: str
    reason: str

    @property
    def place(self) -> tuple[str, str, str, str]:
        """What the slip itself is known by."""
        return self.file, self.where, self.line, self.slip


def equal_slips() -> list[Equal]:
    """Read the list."""
    return [Equal(**row) for row in tomllib.loads(EQUAL.read_text("utf-8"))["equal"]]


class Kept:
    """A file of verdicts that is written line by line: whoever is stopped goes on from there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._texts: dict[str, bytes] = {}
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        self._verdicts = dict(json.loads(line) for line in lines if line.endswith("]"))

    def key(self, slip: Slip, tests: Sequence[str]) -> str:
        """Name a slip in this text of its module under these texts of its tests."""
        files = sorted({test.partition("::")[0] for test in tests})
        support = [str(path.relative_to(ROOT)) for path in (ROOT / "tests/support").glob("*.py")]
        digest = hashlib.sha256(f"{slip.number} {slip.says}".encode())
        for name in (slip.path, *files, *sorted(support)):
            digest.update(self._text(name))
        return digest.hexdigest()[:32]

    def verdict(self, key: str) -> str | None:
        """Return what was told of it before."""
        return self._verdicts.get(key)

    def keep(self, key: str, verdict: str) -> None:
        """Remember it for the next run."""
        self._verdicts[key] = verdict
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps([key, verdict]) + "\n")

    def _text(self, name: str) -> bytes:
        if name not in self._texts:
            self._texts[name] = hashlib.sha256((ROOT / name).read_bytes()).digest()
        return self._texts[name]
