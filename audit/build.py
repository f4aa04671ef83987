"""Builds `verify.pyz`: one file with the rules themselves, which Python runs alone.

    python3 -m audit.build [FILE]

It needs Python's own library and this source, nothing else, and gives the same bytes wherever it
runs: modules in the order of their names, stored as they are, under one date. What is in it is
what `audit.main` imports, in turn; for the libraries among that stand those of `audit/standins`.
"""

import ast
import hashlib
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

ROOT = Path(__file__).resolve().parents[1]
STANDINS = ROOT / "audit" / "standins"
OURS = ("audit", "services", "shared")
BEGIN = "audit.main"
DATA = ("*.csv", "*.txt")
"""What lies beside the modules of a package and is read by them."""

_OUTSIDE = "audit.build"
_MAIN = """import sys

if sys.version_info < (3, 11):
    sys.exit("verify.pyz: cần Python 3.11 trở lên / Python 3.11 or later is needed")

from audit.main import run

sys.exit(run())
"""
_EPOCH, _READABLE, _UNIX = (1980, 1, 1, 0, 0, 0), 0o644 << 16, 3


def imported(text: str, package: str) -> Iterator[str]:
    """Yield the modules that a module of a package may import, and what it takes out of them."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            before = package if node.level else ""
            module = ".".join(part for part in (before, node.module) if part)
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def _file_of(name: str) -> Path | None:
    """Return the file of a module, of ours or one that stands in; None where there is none."""
    parts = name.split(".")
    # where this is installed the libraries themselves lie beside it
    path = (ROOT if parts[0] in OURS else STANDINS).joinpath(*parts)
    found = (path / "__init__.py", path.with_suffix(".py"))
    return next((each for each in found if each.is_file()), None)


def closure() -> dict[str, bytes]:
    """Return the files that belong together, by their names in the archive.

    ImportError for a library that nothing stands in for.
    """
    found: dict[str, bytes] = {"__main__.py": _MAIN.encode()}
    waiting, seen = [BEGIN], {_OUTSIDE}
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        path = _file_of(name)
        if path is None:
            _need_known(name)
            continue
        root = STANDINS if path.is_relative_to(STANDINS) else ROOT
        raw = path.read_bytes().replace(b"\r\n", b"\n")
        found[path.relative_to(root).as_posix()] = raw
        if path.name == "__init__.py":
            for pattern in DATA:
                for data in path.parent.glob(pattern):
                    found[data.relative_to(root).as_posix()] = data.read_bytes()
        above = name.rpartition(".")[0]
        waiting += imported(raw.decode(), name if path.name == "__init__.py" else above)
        waiting += [above] if above else []
    return dict(sorted(found.items()))


def _need_known(name: str) -> None:
    """Raise ImportError for a module that is neither Python's own nor part of a known one."""
    first, _, rest = name.partition(".")
    if first in sys.stdlib_module_names:
        return
    if not rest or _file_of(name.rpartition(".")[0]) is None:
        raise ImportError(f"{name}: nothing stands in for it in audit/standins")


def archive_bytes() -> bytes:
    """Return `verify.pyz` as it is built of this source."""
    buffer = BytesIO()
    buffer.write(b"#!/usr/bin/env python3\n")
    with ZipFile(buffer, "w", ZIP_STORED) as archive:
        for name, raw in closure().items():
            entry = ZipInfo(name, _EPOCH)
            entry.create_system, entry.external_attr = _UNIX, _READABLE
            archive.writestr(entry, raw)
    return buffer.getvalue()


def main(arguments: list[str]) -> int:
    """Write the file, and print its hash."""
    target = Path(arguments[0] if arguments else "verify.pyz")
    raw = archive_bytes()
    target.write_bytes(raw)
    print(f"{hashlib.sha256(raw).hexdigest()}  {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
