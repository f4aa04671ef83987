"""Every guarantee's tests see the bug that would break it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.planted.harness import HERE, ROOT, PlantedBug, apply, copy_tree, planted_bugs, run

BUGS = planted_bugs()


@pytest.mark.servers
@pytest.mark.timeout(420)
@pytest.mark.parametrize(
    "bug", BUGS, ids=[f"{bug.guarantee}-{Path(bug.patch).stem}" for bug in BUGS]
)
def test_a_planted_bug_is_caught(bug: PlantedBug, tmp_path: Path) -> None:
    copy_tree(ROOT, tmp_path)
    assert apply(HERE / bug.patch, tmp_path) == ""
    verdict = run(tmp_path, bug)
    assert verdict.caught, f"{bug.says} And no named test saw it:\n{verdict.why}"


def test_every_patch_still_fits_the_code(tmp_path: Path) -> None:
    copy_tree(ROOT, tmp_path)
    problems = {bug.patch: apply(HERE / bug.patch, tmp_path, check=True) for bug in BUGS}
    misfits = {patch: problem for patch, problem in problems.items() if problem}
    assert misfits == {}, "the code has moved on: make these patches anew"


def test_every_patch_is_named_in_the_index() -> None:
    assert {path.name for path in HERE.glob("*.patch")} == {bug.patch for bug in BUGS}
