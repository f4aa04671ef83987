"""The harness itself is not fooled: what is no sighting does not count as one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.planted.harness import PlantedBug, apply, copy_tree, run

SUM = "def total(a: int, b: int) -> int:\n    return a + b\n"
TEST = "from total import total\n\n\ndef test_adds() -> None:\n    assert total(2, 3) == 5\n"
PATCH = """--- a/total.py
+++ b/total.py
@@ -1,2 +1,2 @@
 def total(a: int, b: int) -> int:
-    return a + b
+    {line}
"""


def bug_of(*caught_by: str) -> PlantedBug:
    return PlantedBug(guarantee="G0", patch="", says="", caught_by=caught_by)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    made = tmp_path / "tree"
    made.mkdir()
    (made / "total.py").write_text(SUM)
    (made / "test_total.py").write_text(TEST)
    return made


def plant(tree: Path, line: str) -> None:
    patch = tree.parent / "bug.patch"
    patch.write_text(PATCH.format(line=line))
    assert apply(patch, tree) == ""


def test_a_bug_that_makes_the_assertion_fail_is_caught(tree: Path) -> None:
    plant(tree, "return a - b")
    assert run(tree, bug_of("test_total.py::test_adds")).caught


@pytest.mark.parametrize("line", ["return b + a", "return (", "raise OSError"])
def test_a_bug_that_changes_nothing_or_breaks_everything_is_not(tree: Path, line: str) -> None:
    plant(tree, line)
    assert not run(tree, bug_of("test_total.py::test_adds")).caught


def test_a_test_that_does_not_exist_catches_nothing(tree: Path) -> None:
    plant(tree, "return a - b")
    assert not run(tree, bug_of("test_total.py::test_subtracts")).caught


def test_a_patch_that_no_longer_fits_says_so(tree: Path) -> None:
    plant(tree, "return a - b")
    assert "does not apply" in apply(tree.parent / "bug.patch", tree)


def test_the_copy_holds_what_git_would_hold(tree: Path, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tree, check=True)
    (tree / ".gitignore").write_text("ignored.txt\n")
    (tree / "ignored.txt").write_text("")
    copy_tree(tree, tmp_path / "copy")
    names = {path.name for path in (tmp_path / "copy").iterdir()}
    assert names == {".gitignore", "total.py", "test_total.py"}
