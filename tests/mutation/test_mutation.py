"""The mutation run tells seen slips from unseen ones, and leaves the tree as it is."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.code import ROOT
from tests.mutation import tier
from tests.mutation.kept import Equal, Kept, equal_slips
from tests.mutation.run import KILLED, SURVIVED, TIMED_OUT, every_slip, sample_of
from tests.mutation.slips import slipped, slips_of

STATUS = "shared/policy/status.py"
TESTS = "tests/unit/policy/test_status.py"


def names_of_tests() -> list[str]:
    tree = ast.parse((ROOT / TESTS).read_text("utf-8"))
    return [
        f"{TESTS}::{each.name}"
        for each in tree.body
        if isinstance(each, ast.FunctionDef) and not each.decorator_list
    ]


PROGRAM = """
import ast, os, sys
from tests.mutation import run, tier
tree, tier.SECONDS, tests = ast.parse(sys.stdin.read()), int(sys.argv[1]), sys.argv[2:]
process = tier.split_off(lambda: tier.told("shared.policy.status", tree, tests))
print(run.verdict_of(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])))
"""


def verdict_on(tree: ast.Module, seconds: int = tier.SECONDS) -> str:
    """Run the tests of statuses on another text of their module, where nothing is imported yet."""
    command = [sys.executable, "-c", PROGRAM, str(seconds), *names_of_tests()]
    done = subprocess.run(
        command, cwd=ROOT, input=ast.unparse(tree), capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def tree_of_git() -> bytes:
    command = ["git", "status", "--porcelain", "-z", "--", "shared", "services"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout


def test_a_slip_that_is_known_is_seen_and_the_tree_is_as_it_was() -> None:
    source = (ROOT / STATUS).read_text("utf-8")
    slips = slips_of(STATUS, source)
    [known] = [s for s in slips if "< day and result[-1]" in s.text and s.says == "-1 → -2"]
    before = tree_of_git()
    assert verdict_on(slipped(source, known.number)) == KILLED
    assert tree_of_git() == before
    assert (ROOT / STATUS).read_text("utf-8") == source


def test_without_a_slip_nothing_is_seen() -> None:
    assert verdict_on(ast.parse((ROOT / STATUS).read_text("utf-8"))) == SURVIVED


def test_whoever_goes_in_a_circle_is_stopped() -> None:
    assert verdict_on(ast.parse("while True:\n    pass\n"), seconds=3) == TIMED_OUT


def test_every_kind_of_slip_is_made_where_it_can_be() -> None:
    source = """
@dataclass(frozen=True)
class One(Base, frozen=True):
    most: int = 3

    def seen(self, a: Literal[1], b: list[int]) -> bool:
        if not b:
            raise ValueError("none")
        if a is None or any(b):
            return min(b) + 1 < self.most
        return b[-1] == a if a else name(b, version=2)
"""
    found = {slip.says for slip in slips_of("one.py", source)}
    assert {slip.where for slip in slips_of("one.py", source)} == {"One.", "One.seen()"}
    assert found == {
        *("3 → 4", "3 → 2", "not b → b", "raise ValueError('none') → pass"),
        *("a is None or any(b) → a is None and any(b)", "a is None → a is not None"),
        *("a is None or any(b) → not (a is None or any(b))", "any(b) → all(b)", "min(b) → max(b)"),
        *("min(b) + 1 < self.most → min(b) + 1 <= self.most", "min(b) + 1 → min(b) - 1"),
        *("1 → 2", "1 → 0", "-1 → -2", "-1 → 0", "b[-1] == a → b[-1] != a", "a → not a"),
        "return min(b) + 1 < self.most → return None",
        "return b[-1] == a if a else name(b, version=2) → return None",
    }


def test_a_sample_is_the_same_for_the_same_seed() -> None:
    slips = every_slip("shared.policy")
    assert sample_of(slips, 7, 20) == sample_of(slips, 7, 20) != sample_of(slips, 8, 20)


def test_whoever_is_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    slip = every_slip("shared.policy.status")[0]
    kept = Kept(tmp_path / "verdicts.jsonl")
    key = kept.key(slip, [f"{TESTS}::test_it"])
    kept.keep(key, KILLED)
    with (tmp_path / "verdicts.jsonl").open("a") as file:
        file.write('["half a li')
    again = Kept(tmp_path / "verdicts.jsonl")
    assert again.verdict(key) == KILLED
    assert again.verdict(again.key(slip, ["tests/unit/policy/test_standing.py::test_it"])) is None


@pytest.mark.parametrize("entry", equal_slips(), ids=lambda each: f"{each.file}: {each.slip}")
def test_what_is_said_to_be_equal_still_stands_in_the_code(entry: Equal) -> None:
    slips = slips_of(entry.file, (ROOT / entry.file).read_text("utf-8"))
    assert entry.place in {slip.place for slip in slips}
    assert entry.reason.endswith(".")
