"""Makes requirements.lock: one file, three groups, hashes for every platform (`make lock`)."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
GROUP_LINE = "# ---- group: {} ----"
HEAD = """\
# Every package of the project, with the hashes of its files for Linux, macOS and Windows.
# Made by `make lock` from pyproject.toml; never edited. deploy/bootstrap.py installs from it and
# leaves out the groups that were not asked for.
"""


def _compile(*options: str) -> str:
    return subprocess.run(
        [
            "uv", "pip", "compile", "--quiet", "--universal", "--python-version=3.11",
            "--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url",
            *options, "pyproject.toml",
        ],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip


def entries(compiled: str) -> list[str]:
    """Split a requirements text into its entries, hashes included."""
    return re.findall(r"^[A-Za-z0-9][^\\\n]*(?:\\\n[^\\\n]*)*", compiled, flags=re.MULTILINE)


def assemble(base: str, bundled: str, dev: str) -> str:
    """Put the three lists into one, each entry once."""
    text, seen = HEAD, set[str]()
    for name, compiled in (("base", base), ("bundled", bundled), ("dev", dev)):
        fresh = [entry for entry in entries(compiled) if entry not in seen]
        seen.update(fresh)
        text += "\n" + "\n".join([GROUP_LINE.format(name), *fresh]) + "\n"
    return text


def main() -> None:
    """Resolve everything together, so that the groups agree, then each group by itself."""
    with tempfile.TemporaryDirectory() as folder:
        keep = Path(folder) / "all.txt"
        upgrade = ("--upgrade",) if "--upgrade" in sys.argv else ()
        known = ("--constraint", str(LOCK)) if LOCK.exists() and not upgrade else ()
        everything = _compile(*upgrade, *known, "--extra=bundled", "--extra=dev")
        keep.write_text(everything)
        pinned = ("--constraint", str(keep))
        base = _compile(*pinned)
        bundled = _compile(*pinned, "--extra=bundled")
    LOCK.write_text(assemble(base, bundled, everything))


if __name__ == "__main__":
    main()
