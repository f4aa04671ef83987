"""What was once stored can be read for ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.codec import Registry, canonical
from tests.golden.files import HERE, REGISTRIES, path_of, sample

FILES = [
    pytest.param(registry, path, id=f"{registry.source}-{path.stem}")
    for registry in REGISTRIES
    for path in sorted((HERE / registry.source).glob("*.json"))
]


def _parts(path: Path) -> tuple[str, int]:
    name, _, version = path.stem.partition(".v")
    return name, int(version)


@pytest.mark.parametrize(("registry", "path"), FILES)
def test_a_stored_content_of_any_version_is_read(registry: Registry, path: Path) -> None:
    name, version = _parts(path)
    stored = path.read_bytes().strip()
    fact = registry.decode(name, version, stored)
    declared = next(found for found in registry.types() if found.name == name)
    assert isinstance(fact, declared.cls)
    if version == declared.version:
        assert canonical(fact) == stored


@pytest.mark.parametrize("registry", REGISTRIES, ids=lambda registry: registry.source)
def test_every_event_type_has_a_file_for_each_of_its_versions(registry: Registry) -> None:
    wanted = {
        path_of(registry, declared.name, version)
        for declared in registry.types()
        for version in range(1, declared.version + 1)
    }
    assert set((HERE / registry.source).glob("*")) == wanted


@pytest.mark.parametrize("registry", REGISTRIES, ids=lambda registry: registry.source)
def test_a_file_shows_every_field_filled_in(registry: Registry) -> None:
    for declared in registry.types():
        stored = path_of(registry, declared.name, declared.version).read_bytes().strip()
        fact = registry.decode(declared.name, declared.version, stored)
        assert b"null" not in canonical(fact), declared.name
        assert b"null" not in canonical(sample(declared))
