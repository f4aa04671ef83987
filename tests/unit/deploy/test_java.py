"""A Java is found where it is, and an old one is passed over."""

from pathlib import Path

import pytest

from deploy.bundled import CannotStart, java


@pytest.mark.parametrize(
    ("said", "major"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('openjdk version "25" 2025-09-16', 25),
        ('java version "1.8.0_402"', 8),
        ("no such thing", None),
    ],
    ids=["17", "25", "8", "none"],
)
def test_the_version_is_read(said: str, major: int | None) -> None:
    assert java.parse_version(said) == major


def fake_java(folder: Path, version: str) -> Path:
    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    program.chmod(0o755)
    return program


def test_the_named_java_comes_first(tmp_path: Path) -> None:
    program = fake_java(tmp_path / "named", "17.0.1")
    assert java.find({"JAVA_HOME": str(tmp_path / "named"), "PATH": ""}) == program


def test_a_java_that_is_too_old_is_passed_over(tmp_path: Path) -> None:
    fake_java(tmp_path / "old", "16.0.2")
    new = fake_java(tmp_path / "new", "17.0.0")
    environ = {"JAVA_HOME": str(tmp_path / "old"), "PATH": str(new.parent)}
    assert java.find(environ) == new


def test_none_at_all_is_said_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(CannotStart, match="LOG=embedded"):
        java.find({"PATH": ""})
