"""Which unit test enters which function of the pure core, found by running each of them once."""

from __future__ import annotations

import ast
import functools
import gc
import hashlib
import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

from tests.architecture.code import ROOT
from tests.mutation import tier

Functions = dict[str, list[str]]
IMPORT = "at import"
ENOUGH = 300_000
"""After so many calls of functions entered before, a test enters no other: tracing is slow."""
OTHERS = re.compile(r"^from (tests\.unit\.[\w.]+) import", re.MULTILINE)
CACHE = functools._lru_cache_wrapper


@dataclass(frozen=True, slots=True)
class Covering:
    """What the tests enter, and what they import."""

    seconds: dict[str, float]
    entered: Functions
    libraries: list[str]

    def tests_of(self, path: str, where: str) -> list[str]:
        """Return the tests that enter a function, quick ones first; all, if import does, too."""
        found = self.entered.get(f"{path} {where}", []) if where.endswith("()") else [IMPORT]
        concerned = self.seconds if IMPORT in found else found
        return sorted(concerned, key=lambda test: (self.seconds[test], test))


def covering(core: list[Path], keep: Path) -> Covering:
    """Run every unit test that is not known, once; fail if one of them fails.

    A file of tests is known until it changes, or the core, or what all tests are given.
    """
    key, digests = _key(core), {str(path.relative_to(ROOT)): _digest(path) for path in _files()}
    kept = _read(keep, key)
    files: dict[str, Any] = {
        name: found for name, found in kept["files"].items() if digests.get(name) == found["digest"]
    }
    if stale := sorted(digests.keys() - files.keys()):
        keep.parent.mkdir(parents=True, exist_ok=True)
        work = partial(_run, _Entering(core), keep, kept | {"files": files}, stale, digests)
        _, status = os.waitpid(tier.split_off(work), 0)
        if status:
            raise RuntimeError(f"without a slip the unit tests must pass: pytest {tier.UNIT}")
        kept = _read(keep, key)
        files = kept["files"]
    entered: Functions = {where: [IMPORT] for where in kept["at_import"]}
    seconds: dict[str, float] = {}
    for found in files.values():
        seconds |= found["seconds"]
        for where, tests in found["entered"].items():
            entered.setdefault(where, []).extend(tests)
    return Covering(seconds, entered, kept["libraries"])


def _read(keep: Path, key: str) -> dict[str, Any]:
    nothing: dict[str, Any] = {"key": key, "files": {}, "at_import": [], "libraries": []}
    found: dict[str, Any] = json.loads(keep.read_text("utf-8")) if keep.exists() else nothing
    return found if found["key"] == key else nothing


def _files() -> list[Path]:
    left_out = ROOT / tier.LEFT_OUT
    found = (ROOT / tier.UNIT).rglob("test_*.py")
    return sorted(path for path in found if left_out not in path.parents)


def _digest(path: Path) -> str:
    """Digest a file of tests and those files of tests that it takes something from."""
    text = path.read_text("utf-8")
    others = [ROOT / f"{name.replace('.', '/')}.py" for name in set(OTHERS.findall(text))]
    return hashlib.sha256("".join([text, *map(_digest, sorted(others))]).encode()).hexdigest()


def _key(core: list[Path]) -> str:
    digest = hashlib.sha256()
    own = [Path(__file__), Path(tier.__file__), ROOT / "tests" / "conftest.py"]
    for path in sorted([*core, *(ROOT / "tests" / "support").rglob("*.py"), *own]):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()


def _run(
    seen: _Entering, keep: Path, kept: dict[str, Any], stale: list[str], digests: dict[str, str]
) -> int:
    code = tier.run_files(stale, seen)
    if code == 0:
        libraries = {name for name, module in sys.modules.items() if hasattr(module, "__file__")}
        libraries |= set(kept["libraries"])
        at_import = set(kept["at_import"])
        found: dict[str, Any] = {
            name: {"digest": digests[name], "seconds": {}, "entered": {}} for name in stale
        }
        for test, seconds in seen.seconds.items():
            found[_file(test)]["seconds"][test] = seconds
        for where, tests in seen.functions().items():
            for test in tests:
                if test == IMPORT:
                    at_import.add(where)
                else:
                    found[_file(test)]["entered"].setdefault(where, []).append(test)
        kept = kept | {"files": kept["files"] | found}
        kept |= {"at_import": sorted(at_import), "libraries": sorted(libraries)}
        keep.write_text(json.dumps(kept), "utf-8")
    return code


def _file(test: str) -> str:
    return test.partition("::")[0]


class _Entering:
    """A plugin of pytest that notes the functions which each test enters."""

    def __init__(self, core: list[Path]) -> None:
        self._core = {str(path) for path in core}
        self._by_test: dict[str, set[CodeType]] = {}
        self._begin(IMPORT)
        self._caches: list[functools._lru_cache_wrapper[object]] = []
        self.seconds: dict[str, float] = {}

    def pytest_collection_finish(self) -> None:
        """Everything is imported by now."""
        sys.settrace(None)
        self._caches = [each for each in gc.get_objects() if type(each) is CACHE]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """What an earlier test had remembered by a cache is entered by this one, too."""
        for cached in self._caches:
            cached.cache_clear()
        self._begin(item.nodeid)
        try:
            return (yield)
        finally:
            sys.settrace(None)

    def _begin(self, test: str) -> None:
        entered = self._by_test[test] = set()
        known = 0

        def note(frame: FrameType, _event: str, _argument: object) -> None:
            nonlocal known
            if frame.f_code not in entered:
                entered.add(frame.f_code)
                known = 0
            elif (known := known + 1) == ENOUGH:
                sys.settrace(None)

        sys.settrace(note)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        taken = self.seconds.get(report.nodeid, 0.0)
        self.seconds[report.nodeid] = round(taken + report.duration, 4)

    def functions(self) -> Functions:
        """Return the tests of each function; what is inside one belongs to it."""
        owners = {path: dict(_owners(Path(path))) for path in self._core}
        found: Functions = {}
        for test, codes in self._by_test.items():
            ours = [code for code in codes if code.co_filename in self._core]
            for key in {owners[code.co_filename].get(code.co_firstlineno, "") for code in ours}:
                found.setdefault(key, []).append(test)
        return found


def _owners(path: Path) -> Iterator[tuple[int, str]]:
    """Give each line of a function with the function's name."""
    name = path.relative_to(ROOT)

    def look(node: ast.AST, where: str) -> Iterator[tuple[int, str]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef):
                yield from look(child, f"{where}{child.name}.")
            elif isinstance(child, ast.FunctionDef):
                first = min([child.lineno, *(each.lineno for each in child.decorator_list)])
                for line in range(first, (child.end_lineno or child.lineno) + 1):
                    yield line, f"{name} {where}{child.name}()"
            else:
                yield from look(child, where)

    yield from look(ast.parse(path.read_text("utf-8")), "")
