"""Kafka's jars are the pinned ones or none."""

import hashlib
from pathlib import Path

import pytest

from deploy.bundled import CannotStart, jars
from deploy.bundled.jars import Jar

CONTENT = b"a jar"
JAR = Jar("org.example.parts:engine:1.2", hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Maven repository in a folder, and a home without one."""
    place = tmp_path / "repository" / JAR.path
    place.parent.mkdir(parents=True)
    place.write_bytes(CONTENT)
    monkeypatch.setenv("MAVEN_REPOSITORY", (tmp_path / "repository").as_uri())
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return place


def test_a_jar_stands_where_maven_keeps_it() -> None:
    assert JAR.path == "org/example/parts/engine/1.2/engine-1.2.jar"


def test_every_listed_jar_has_coordinates_a_hash_and_a_size() -> None:
    version, listed = jars.listed()
    assert version == "4.3.1"
    assert len(listed) == 46
    assert all(len(jar.sha256) == 64 and jar.size > 0 for jar in listed)


def test_a_missing_jar_is_fetched_once(tmp_path: Path, repository: Path) -> None:
    (got,) = jars.class_path(tmp_path / "cache", (JAR,))
    repository.unlink()
    assert jars.class_path(tmp_path / "cache", (JAR,)) == [got]
    assert got.read_bytes() == CONTENT


def test_a_damaged_download_is_named_and_not_kept(tmp_path: Path, repository: Path) -> None:
    repository.write_bytes(b"not that jar")
    with pytest.raises(CannotStart, match=r"engine-1\.2\.jar"):
        jars.class_path(tmp_path / "cache", (JAR,))
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_jar_damaged_on_the_disk_is_fetched_again(tmp_path: Path, repository: Path) -> None:
    (got,) = jars.class_path(tmp_path / "cache", (JAR,))
    got.write_bytes(b"a ja")
    assert jars.class_path(tmp_path / "cache", (JAR,)) == [got]
    assert got.read_bytes() == CONTENT


def test_an_unreachable_repository_is_named_with_a_remedy(tmp_path: Path, repository: Path) -> None:
    repository.unlink()
    with pytest.raises(CannotStart, match="LOG=embedded"):
        jars.class_path(tmp_path / "cache", (JAR,))


def test_a_good_jar_of_the_users_own_maven_is_taken(tmp_path: Path, repository: Path) -> None:
    own = tmp_path / "home" / ".m2" / "repository" / JAR.path
    own.parent.mkdir(parents=True)
    repository.rename(own)
    (got,) = jars.class_path(tmp_path / "cache", (JAR,))
    assert got.read_bytes() == CONTENT


def test_the_mirror_of_the_users_maven_settings_is_used(tmp_path: Path) -> None:
    settings = tmp_path / "settings.xml"
    settings.write_text(
        "<settings><mirrors><mirror><mirrorOf>central</mirrorOf>"
        "<url>https://mirror.example/maven</url></mirror></mirrors></settings>"
    )
    assert jars.mirror_of(settings) == "https://mirror.example/maven"
    assert jars.mirror_of(tmp_path / "none.xml") is None
