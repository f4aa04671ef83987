"""The pure core: no clock, no ids made, no I/O, no logging, no server's library."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.code import COMMAND_SERVICES, Module, modules

PURE = ("events", "commands", "errors", "state", "decider", "policies")
PURE_OF_REPORTING = ("domain", "rules", "detection", "figures", "events", "decider", "finding")
PURE_SHARED = (
    "shared/areas",
    "shared/calendar.py",
    "shared/corrections.py",
    "shared/correcting.py",
    "shared/dated.py",
    "shared/decider.py",
    "shared/decision_table.py",
    "shared/event.py",
    "shared/fact.py",
    "shared/money.py",
    "shared/policy",
    "shared/recorded.py",
    "shared/sealed.py",
)
ALLOWED = {
    *("abc", "bisect", "collections", "csv", "dataclasses", "datetime", "enum", "fractions"),
    *(
        "functools",
        "hashlib",
        "heapq",
        "importlib",
        "itertools",
        "math",
        "operator",
        "re",
        "statistics",
    ),
    *("types", "typing", "uuid", "holidays", "msgspec"),
}
"""Besides these a pure module imports other pure modules only."""
SHARED = {
    *(
        "shared.auth.caller",
        "shared.auth.roles",
        "shared.clock.VIETNAM",
        "shared.clock.vietnam_date",
    ),
    *("shared.areas", "shared.calendar", "shared.codec", "shared.correcting"),
    *("shared.corrections", "shared.dated", "shared.decider", "shared.decision_table"),
    *("shared.event", "shared.fact", "shared.ids", "shared.money", "shared.policy"),
    *("shared.recorded", "shared.sealed"),
}
IMPURE_CALLS = {"now", "today", "utcnow", "uuid1", "uuid4", "uuid7", "open", "print", "getLogger"}


def _core() -> list[Module]:
    services = [f"services/{name}" for name in COMMAND_SERVICES]
    found = [
        module
        for module in modules(*services)
        if module.name.split(".")[2:3] and module.name.split(".")[2] in PURE
    ]
    found += [
        module
        for module in modules("services/reporting")
        if module.name.split(".")[2:3] and module.name.split(".")[2] in PURE_OF_REPORTING
    ]
    shared = {module.name: module for module in modules("shared")}
    prefixes = tuple(path.removesuffix(".py").replace("/", ".") for path in PURE_SHARED)
    found += [
        module
        for name, module in shared.items()
        if any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes)
    ]
    return found


CORE = _core()


def test_the_core_is_where_it_is_looked_for() -> None:
    assert len(CORE) > 40


@pytest.mark.parametrize("module", CORE, ids=lambda module: module.name)
def test_the_core_imports_nothing_impure(module: Module) -> None:
    for imported in module.imports():
        parts = imported.split(".")
        if parts[0] == "shared":
            assert any(imported == name or imported.startswith(f"{name}.") for name in SHARED) or (
                imported == "shared"
            ), f"{module.name} imports {imported}"
        elif parts[0] != "services":
            assert parts[0] in ALLOWED, f"{module.name} imports {imported}"


@pytest.mark.parametrize("module", CORE, ids=lambda module: module.name)
def test_the_core_asks_nobody_for_the_time_or_an_id(module: Module) -> None:
    for node in ast.walk(module.tree()):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            assert name not in IMPURE_CALLS, f"{module.name}:{node.lineno} calls {name}"
