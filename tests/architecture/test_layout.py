"""Knowing one service is knowing all: the same files, small, and apart from each other."""

from __future__ import annotations

import statistics

import pytest

from tests.architecture.code import COMMAND_SERVICES, ROOT, modules

FILES = {
    "__init__",
    "__main__",
    "api",
    "app",
    "commands",
    "decider",
    "errors",
    "events",
    "migrations",
    "policies",
    "project",
    "read_model",
    "schemas",
    "state",
}


@pytest.mark.parametrize("service", COMMAND_SERVICES)
def test_a_command_service_has_the_files_that_every_one_has(service: str) -> None:
    found = {path.stem for path in (ROOT / "services" / service).iterdir()} - {"__pycache__"}
    assert found == FILES


def test_modules_stay_small() -> None:
    sizes = {
        module.name: module.lines
        for module in modules("services", "shared", "deploy", "cli", "simulation", "audit")
    }
    assert {name: size for name, size in sizes.items() if size > 300} == {}
    assert statistics.median(sizes.values()) < 100


def test_functions_stay_small() -> None:
    sizes = dict(
        found
        for module in modules("services", "shared", "deploy", "cli", "simulation", "audit")
        for found in module.functions()
    )
    assert {name: size for name, size in sizes.items() if size > 70} == {}
    assert statistics.median(sizes.values()) <= 8


def test_services_know_of_each_other_only_what_is_published() -> None:
    for module in modules("services"):
        if module.name.count(".") < 2:
            continue
        own = ".".join(module.name.split(".")[:2])
        for imported in module.imports():
            parts = imported.split(".")
            if parts[0] != "services" or len(parts) < 2 or imported.startswith(own):
                continue
            assert parts[2:3] == ["events"], f"{module.name} imports {imported}"


def test_shared_code_knows_no_service() -> None:
    for module in modules("shared"):
        of_services = {name for name in module.imports() if name.startswith("services")}
        assert of_services == set(), module.name
