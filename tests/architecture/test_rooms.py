"""Rooms and their doors: whoever may enter another is never entered from there."""

from __future__ import annotations

from graphlib import TopologicalSorter

import shared.commands
from tests.architecture.code import ROOT, modules

REPORTING = "services.reporting"
ROOMS = {
    *("domain", "rules", "detection", "figures", "projections", "queries", "replays"),
    *("backtests", "jobs", "tlog", "proofs", "exports", "api", "console"),
}
ENTRANCES = {
    *("__init__", "__main__", "app", "commands", "decider", "errors", "events", "finding"),
    "schemas",
}
"""What stands in no room: how reporting is put together, and what it shares with its sisters."""


def test_reporting_has_these_rooms_and_nothing_lies_about() -> None:
    found = {path.stem for path in (ROOT / "services" / "reporting").iterdir()}
    assert found - {"__pycache__"} == ROOMS | ENTRANCES | {"migrations"}


def test_no_two_rooms_of_reporting_import_each_other_in_a_circle() -> None:
    entered: dict[str, set[str]] = {room: set() for room in ROOMS}
    for module in modules("services/reporting"):
        room = module.name.removeprefix(f"{REPORTING}.").split(".")[0]
        for imported in module.imports() if room in ROOMS else ():
            other = imported.removeprefix(f"{REPORTING}.").split(".")[0]
            if imported.startswith(f"{REPORTING}.") and other in ROOMS - {room}:
                entered[room].add(other)
    assert len(list(TopologicalSorter(entered).static_order())) == len(ROOMS)


def test_commands_are_handled_without_http() -> None:
    single = ("problems", "bodies", "routes", "builders", "states", "service")
    for module in modules("shared/commands", *(f"shared/{name}.py" for name in single)):
        for imported in module.imports():
            parts = imported.split(".")
            assert parts[0] not in {"flask", "flask_smorest", "werkzeug"}, module.name
            assert parts[:2] != ["shared", "http"], f"{module.name} imports {imported}"


def test_whoever_has_commands_handled_comes_in_by_the_door() -> None:
    door = {f"shared.commands.{name}" for name in shared.commands.__all__}
    inside = [module.name for module in modules("shared/commands")]
    for module in modules("shared", "services", "deploy", "cli", "simulation"):
        if module.name not in inside:
            entered = {name for name in module.imports() if name.startswith("shared.commands")}
            assert entered <= door, f"{module.name} passes by the door of shared.commands"
