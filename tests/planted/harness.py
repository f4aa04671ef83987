"""Plants a bug in a copy of the tree and tells whether the tests named for it see it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "tests" / "planted"
DEADLINE = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedBug:
    """A patch, what it breaks, and the tests that must fail because of it."""

    guarantee: str
    patch: str
    says: str
    caught_by: tuple[str, ...]
    fails_with: str = "AssertionError"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether every named test failed, and why so."""

    caught: bool
    why: str


def planted_bugs() -> list[PlantedBug]:
    """Read the index."""
    index = tomllib.loads((HERE / "index.toml").read_text(encoding="utf-8"))
    return [PlantedBug(**{**row, "caught_by": tuple(row["caught_by"])}) for row in index["bug"]]


def copy_tree(source: Path, target: Path) -> None:
    """Copy what git knows of, and what it would know of if it were added."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    found = subprocess.run(listing, cwd=source, capture_output=True, check=True).stdout
    for name in filter(None, found.decode().split("\0")):
        origin = source / name
        if origin.is_file() and not origin.is_symlink():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(origin, target / name)


def apply(patch: Path, tree: Path, *, check: bool = False) -> str:
    """Apply a patch in a copy, or only try to; return what is wrong with it, or nothing."""
    command = ["git", "apply", "-C1", "--whitespace=nowarn", str(patch.resolve())]
    command += ["--check"] if check else []
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    return done.stderr if done.returncode else ""


def run(tree: Path, bug: PlantedBug) -> Verdict:
    """Run the named tests in the copy: each must fail, and by its own assertion."""
    report = tree / "planted.xml"
    options = ["-q", "-p", "no:cacheprovider", f"--junitxml={report}", f"--rootdir={tree}"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *bug.caught_by],
        cwd=tree,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    tail = f"exit {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-1000:]}"
    if done.returncode != 1:
        return Verdict(caught=False, why=tail)
    cases = list(ET.parse(report).iter("testcase"))  # noqa: S314 - pytest has just written it
    sighted = [case for case in cases if _sighted(case, bug.fails_with)]
    wanted = len(cases) > 0 and len(sighted) == len(cases)
    return Verdict(caught=wanted, why=tail)


def _sighted(case: ET.Element, fails_with: str) -> bool:
    failure = case.find("failure")
    if failure is None:
        return False
    message = failure.get("message") or ""
    return message.startswith((fails_with, "assert ")) or fails_with in (failure.text or "")


def environment() -> dict[str, str]:
    """Give the inner run the outer one's servers, and nothing else of its pytest."""
    inner = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "COV_"))}
    return inner | {"PYTHONDONTWRITEBYTECODE": "1", "GIAMNGHEO_TEST_GUEST": "1"}
