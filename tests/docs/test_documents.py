"""What the documents say is so: links lead somewhere, lists are complete, named tests exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli import COMMANDS
from shared import settings
from tests.planted.harness import planted_bugs

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)\)")
GUARANTEES = (ROOT / "docs" / "guarantees.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    dead = [to for to in targets if "://" not in to and not (page.parent / to).exists()]
    assert dead == []


class Asked(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, **given: str) -> None:
        super().__init__(given)
        self.names: set[str] = set()

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override] # texts only
        self.names.add(name)
        return super().get(name, default)

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        return super().__getitem__(name)


def settings_that_are_read() -> set[str]:
    urls = {f"DATABASE_URL_{name.upper()}": "postgresql://" for name in settings.DATABASES}
    urls["DATABASE_URL_LOG"] = "postgresql://"
    keys = {"MASTER_KEY": "00" * 32, "PROVINCE_KEY": "00" * 32}
    read: set[str] = set()
    for log in ("kafka", "embedded"):
        asked = Asked(LOG=log, KAFKA_BOOTSTRAP="here:1", JWT_JWKS="keys.json", **urls, **keys)
        settings.from_environment(asked)
        read |= asked.names
    return read


def test_the_table_of_settings_is_complete() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    table = page.split("## Settings")[1].split("## Commands")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    told = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}
    assert told == settings_that_are_read()


def test_the_table_of_commands_is_complete() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    table = page.split("## Commands")[1].split("With servers of your own")[0]
    assert re.findall(r"^\| `(\w+)`", table, flags=re.MULTILINE) == [row[0] for row in COMMANDS]


def test_every_decision_is_in_their_list() -> None:
    folder = ROOT / "docs" / "adr"
    listed = LINK.findall((folder / "README.md").read_text(encoding="utf-8"))
    assert listed == sorted(path.name for path in folder.glob("[0-9]*.md"))


@pytest.mark.parametrize(
    "page", sorted((ROOT / "docs" / "adr").glob("[0-9]*.md")), ids=lambda page: page.stem
)
def test_a_decision_tells_context_decision_and_consequences(page: Path) -> None:
    titles = re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert titles == ["Context", "Decision", "Consequences"]


def test_the_thirteen_guarantees_are_told() -> None:
    told = re.findall(r"^## (G\d+) ·", GUARANTEES, flags=re.MULTILINE)
    assert told == [f"G{number}" for number in range(1, 14)]


def test_tests_named_for_a_guarantee_exist() -> None:
    named = re.findall(r"`(tests/[^`]+\.py)`", GUARANTEES)
    assert [path for path in named if not (ROOT / path).is_file()] == []


def test_a_planted_bug_is_told_of_where_there_is_one_and_only_there() -> None:
    told = set()
    for part in re.split(r"^## ", GUARANTEES, flags=re.MULTILINE)[1:]:
        planted = next(line for line in part.splitlines() if line.startswith("- Planted bug"))
        if "not yet" not in planted:
            told.add(part.split()[0])
    assert told == {bug.guarantee for bug in planted_bugs()}


def test_the_readme_starts_with_what_for_whom_and_how() -> None:
    first = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:20]
    assert "make up " in "\n".join(first)
    assert "make test " in "\n".join(first)
