"""The unit tests in a process split off for each slip, so that nothing is imported twice."""

from __future__ import annotations

import ast
import contextlib
import importlib
import os
import re
import resource
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType

import pytest

from tests.architecture.code import ROOT

UNIT = "tests/unit"
LEFT_OUT = "tests/unit/audit"
"""They build the rules from their files and start processes: a slip in memory is not in there."""
SECONDS = 20
"""Of processor time, for all tests of a slip: whoever takes longer goes round in a circle."""
MEMORY = 4 << 30
SCRATCH = Path(tempfile.gettempdir()) / "giamngheo-mutation"
CIRCLE = {-signal.SIGXCPU, -signal.SIGKILL}
"""What a process ends with that had its processor time."""
OURS = ("services", "shared", "tests", "deploy", "cli", "audit", "simulation", "conftest")


class Planted(MetaPathFinder):
    """Gives one module with a slip in it to whoever imports it."""

    def __init__(self, module: str, tree: ast.Module) -> None:
        self._module, self._tree = module, tree

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:  # noqa: ARG002 - asked for by import
        if fullname != self._module:
            return None
        file = ROOT / fullname.replace(".", "/")
        file = file / "__init__.py" if file.is_dir() else file.with_suffix(".py")
        loader = _Slipped(fullname, str(file))
        loader.tree = self._tree
        return spec_from_file_location(fullname, file, loader=loader)


class _Slipped(SourceFileLoader):
    tree: ast.Module

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - the same
        return compile(self.tree, self.path, "exec", dont_inherit=True)


class InOrder:
    """Runs only some tests, in the order in which they are named."""

    def __init__(self, wanted: Sequence[str]) -> None:
        self._place = {test: place for place, test in enumerate(wanted)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Quick ones come first: most slips are seen by the first tests that pass over them."""
        items[:] = [item for item in items if item.nodeid in self._place]
        items.sort(key=lambda item: self._place[item.nodeid])


def warm(modules: Iterable[str]) -> None:
    """Import the libraries that the tests use, once for all processes to come."""
    for module in modules:
        if module.split(".")[0] not in OURS:
            # some exist only beside a library that is not asked for here
            with contextlib.suppress(Exception):
                importlib.import_module(module)
    if loaded := [name for name in sys.modules if name.split(".")[0] in {"services", "shared"}]:
        raise RuntimeError(f"imported before a slip could be planted: {loaded[:3]}")


def run_tests(tests: Sequence[str]) -> int:
    """Run some unit tests in this order, up to the first that fails."""
    return run_files(sorted({test.partition("::")[0] for test in tests}), InOrder(tests))


def run_files(files: Sequence[str], plugin: object) -> int:
    """Run files of unit tests, up to the first test that fails."""
    options = ["-x", "-q", "--tb=no", "-p", "no:cacheprovider", f"--rootdir={ROOT}"]
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # they were warmed
    return int(pytest.main([*options, *files], plugins=[plugin]))


def split_off(work: Callable[[], int]) -> int:
    """Start some work in a process of its own that leaves no file in the tree; return its id."""
    process = os.fork()
    if process:
        return process
    code, aloud = 70, os.fdopen(os.dup(2), "w")
    try:
        _settle_in()
        code = work()
    except Exception:  # noqa: BLE001 - nobody is above this process who could be told
        traceback.print_exc(file=aloud)
        aloud.flush()
    finally:
        os._exit(code)


def _settle_in() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.chdir(ROOT)
    sys.pycache_prefix = str(SCRATCH / "pycache")
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(SCRATCH / "hypothesis")
    os.environ["GIAMNGHEO_TEST_GUEST"] = "1"  # no servers; examples are not made smaller
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def told(module: str, tree: ast.Module, tests: Sequence[str]) -> int:
    """Run tests on a module with a slip in it; return what pytest ends with.

    Files that name the module come first: what the others import costs more than most tests do.
    """
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    sys.meta_path.insert(0, Planted(module, tree))
    near = _naming(module, {test.partition("::")[0] for test in tests})
    for part in (True, False):
        own = [test for test in tests if (test.partition("::")[0] in near) is part]
        if own and (code := run_tests(own)):
            return code
    return 0


def _naming(module: str, files: set[str]) -> set[str]:
    """Return the files that import from a module or from the package it is in."""
    names = {module, module.rpartition(".")[0]}
    wanted = re.compile(
        "|".join(rf"^from {re.escape(name)} import" for name in names), re.MULTILINE
    )
    return {file for file in files if wanted.search((ROOT / file).read_text("utf-8"))}
