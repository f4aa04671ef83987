"""What CONTRIBUTING.md tells newcomers to do is enough: done on a copy, the tests pass."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.planted.harness import ROOT, apply, copy_tree, environment

HERE = Path(__file__).resolve().parent
RECIPES = tomllib.loads((HERE / "index.toml").read_text("utf-8"))["recipe"]
PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
DEADLINE = 300.0


def patch_of(name: str) -> Path:
    return HERE / f"{name}.patch"


def by_hand(name: str) -> list[str]:
    """Name the files that a recipe changes, in order."""
    return re.findall(r"^\+\+\+ b/(.+)$", patch_of(name).read_text("utf-8"), flags=re.MULTILINE)


def told(name: str) -> set[str]:
    """Name the files that the page lists under a recipe."""
    [part] = re.findall(
        rf"^### [^\n]*<!-- {name} -->\n(.*?)(?=^##|\Z)", PAGE, flags=re.MULTILINE | re.DOTALL
    )
    return set(re.findall(r"^\d+\. `([^`]+)`", part, flags=re.MULTILINE))


@pytest.mark.parametrize("recipe", RECIPES, ids=[each["name"] for each in RECIPES])
def test_a_recipe_lists_the_files_that_it_takes_and_they_are_few(recipe: dict[str, str]) -> None:
    files = by_hand(recipe["name"])
    assert set(files) == told(recipe["name"])
    assert len([each for each in files if not each.startswith("tests/")]) <= int(recipe["at_most"])


def test_every_recipe_of_the_page_is_tried() -> None:
    assert set(re.findall(r"<!-- (\w+) -->", PAGE)) == {each["name"] for each in RECIPES}
    assert {path.stem for path in HERE.glob("*.patch")} == {each["name"] for each in RECIPES}


@pytest.mark.servers
@pytest.mark.timeout(420)
@pytest.mark.parametrize("recipe", RECIPES, ids=[each["name"] for each in RECIPES])
def test_a_recipe_works_as_it_is_told(
    recipe: dict[str, list[str]], name: str, tmp_path: Path
) -> None:
    copy_tree(ROOT, tmp_path)
    assert apply(patch_of(name), tmp_path) == "", "the code has moved on: make this patch anew"
    run(tmp_path, "docs.catalogue")
    run(tmp_path, "pytest", "-q", "-x", "-n0", "-p", "no:cacheprovider", *recipe["checks"])


@pytest.fixture
def name(recipe: dict[str, str]) -> str:
    return recipe["name"]


def run(tree: Path, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=tree,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
