"""One lock, three groups: each installs only what it needs, and nothing twice."""

import re
import tomllib
from pathlib import Path

import pytest

from deploy import bootstrap, lock

LOCK = lock.assemble(
    base="flask==3 \\\n    --hash=sha256:aa\nclick==8\n",
    bundled="flask==3 \\\n    --hash=sha256:aa\nclick==8\njgo==3\n",
    dev="flask==3 \\\n    --hash=sha256:aa\nclick==8\njgo==3\npytest==9 \\\n    --hash=sha256:bb\n",
)


def names(text: str) -> list[str]:
    return [line.split("==")[0] for line in text.splitlines() if "==" in line]


def test_an_entry_keeps_its_hashes_and_stands_once() -> None:
    assert LOCK.count("flask==3 \\\n    --hash=sha256:aa") == 1
    assert LOCK.count("pytest==9 \\\n    --hash=sha256:bb") == 1


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        (set[str](), ["flask", "click"]),
        ({"bundled"}, ["flask", "click", "jgo"]),
        ({"dev"}, ["flask", "click", "pytest"]),
        ({"bundled", "dev"}, ["flask", "click", "jgo", "pytest"]),
    ],
    ids=["base", "bundled", "dev", "all"],
)
def test_a_group_brings_its_packages_and_the_base(groups: set[str], expected: list[str]) -> None:
    assert names(bootstrap.requirements(LOCK, frozenset(groups))) == expected


def test_the_lock_of_the_project_has_a_hash_for_every_package_and_names_no_host() -> None:
    text = bootstrap.LOCK.read_text(encoding="utf-8")
    packages = [entry for part in bootstrap.sections(text).values() for entry in lock.entries(part)]
    assert len(packages) > 50
    assert [entry for entry in packages if "--hash=sha256:" not in entry] == []
    assert "://" not in text


def test_a_changed_lock_makes_the_stamp_worthless(tmp_path: Path) -> None:
    stamp = tmp_path / "stamp"
    stamp.write_text(bootstrap.fingerprint(LOCK) + "\nbase bundled\n")
    assert bootstrap.installed(stamp, bootstrap.fingerprint(LOCK)) == {"base", "bundled"}
    assert bootstrap.installed(stamp, bootstrap.fingerprint(LOCK + "#")) == frozenset()


def test_an_unknown_group_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main(["bundle"]) == 1
    assert "bundle" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("log", "said"),
    [
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "hash"),
        ("OSError: No space left on device", "disk is full"),
        ("Could not find a version", "network"),
    ],
    ids=["hash", "disk", "network"],
)
def test_a_failed_install_is_said_in_one_sentence(
    log: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bootstrap.explain(log) == 1
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1


def test_the_lock_holds_what_the_project_declares() -> None:
    declared = tomllib.loads((bootstrap.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = declared["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(one for extra in extras for one in extra)]
    text = bootstrap.LOCK.read_text(encoding="utf-8")
    locked = {
        entry.split("==")[0]
        for part in bootstrap.sections(text).values()
        for entry in lock.entries(part)
    }
    missing = [one for one in wanted if re.split(r"[^a-z0-9-]", one.lower())[0] not in locked]
    assert missing == [], "run `make lock`"
