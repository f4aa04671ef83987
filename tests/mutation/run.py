"""Goes through slips, some at a time, and says of each whether the unit tests see it."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.architecture.code import ROOT
from tests.architecture.test_pure_core import CORE
from tests.mutation import tier
from tests.mutation.covering import Covering, covering
from tests.mutation.kept import Kept, equal_slips
from tests.mutation.slips import Slip, slipped, slips_of

KILLED, SURVIVED, EQUAL, TIMED_OUT = VERDICTS = ("killed", "survived", "equal", "timed out")
FOLDER = ROOT / "build" / "mutation"
SEEN = {1, 2}
"""A test failed, or the module cannot even be imported."""


@dataclass(frozen=True, slots=True)
class Told:
    """A slip and whether it was seen; `before`: that was known without running a test."""

    slip: Slip
    verdict: str
    before: bool = False
    seconds: float = 0.0
    """Of processor time."""


def every_slip(only: str = "") -> list[Slip]:
    """Return each slip of the pure modules whose name begins so."""
    paths = sorted(module.path for module in CORE if module.name.startswith(only))
    return [slip for path in paths for slip in slips_of(_name(path), path.read_text("utf-8"))]


def sample_of(slips: list[Slip], seed: int, size: int) -> list[Slip]:
    """Draw slips: the same ones for the same seed and code."""
    drawn = random.Random(seed).sample(range(len(slips)), min(size, len(slips)))
    return [slips[place] for place in sorted(drawn)]


def tell(slips: list[Slip], *, jobs: int, folder: Path = FOLDER) -> Iterator[Told]:
    """Say of each slip whether the tests see it; what was told before is not tried again."""
    tests = covering([module.path for module in CORE], folder / "covering.json")
    tier.warm(tests.libraries)
    kept, equal = Kept(folder / "verdicts.jsonl"), {each.place for each in equal_slips()}
    waiting = []
    for slip in slips:
        chosen = tests.tests_of(slip.path, slip.where)
        key = kept.key(slip, chosen)
        if slip.place in equal:
            yield Told(slip, EQUAL, before=True)
        elif verdict := kept.verdict(key):
            yield Told(slip, verdict, before=True)
        elif not chosen:
            yield Told(slip, SURVIVED, before=True)
        else:
            waiting.append((slip, key))
    for key, told in _tried(waiting, tests, jobs):
        kept.keep(key, told.verdict)
        yield told


def _tried(
    waiting: list[tuple[Slip, str]], tests: Covering, jobs: int
) -> Iterator[tuple[str, Told]]:
    running: dict[int, tuple[Slip, str]] = {}
    left = iter(waiting)
    while True:
        while len(running) < jobs and (following := next(left, None)) is not None:
            slip = following[0]
            tree = slipped((ROOT / slip.path).read_text("utf-8"), slip.number)
            chosen = tests.tests_of(slip.path, slip.where)
            process = tier.split_off(partial(tier.told, slip.module, tree, chosen))
            running[process] = following
        if not running:
            return
        process, status, used = os.wait3(0)
        slip, key = running.pop(process)
        verdict = verdict_of(os.waitstatus_to_exitcode(status))
        yield key, Told(slip, verdict, seconds=used.ru_utime + used.ru_stime)


def verdict_of(code: int) -> str:
    """Read what the tests of a slip ended with."""
    if code in SEEN:
        return KILLED
    if code in tier.CIRCLE:
        return TIMED_OUT
    if code == 0:
        return SURVIVED
    raise RuntimeError(f"pytest could not run: exit code {code}")


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
