"""Knowing the rooms of one command service is knowing those of the next."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.code import COMMAND_SERVICES, ROOT, modules
from tests.architecture.test_decision_tables import TABLES

PARTS = {
    "households": {"people", "plans", "reviews"},
    "loans": {"debts", "decisions", "groups", "money"},
    "sponsorship": {"assignments", "models", "sponsors"},
}
"""What a service is about, in parts: each has its events, its checks and its endpoints."""
STREAMS = {
    "households": {"household"},
    "loans": {"group", "loan"},
    "sponsorship": {"assignment", "model", "sponsor"},
}
EVERY_API = {"corrections", "filters", "personal", "queries", "routes", "views"}
EVERY_READ_MODEL = {"known", "rows", "tables"}
OWN: dict[tuple[str, str], dict[str, str]] = {
    ("households", "api"): {
        "agreed": "a household is shown in three pieces: this is its plans and supports",
        "duplicates": "people who may be on the register twice",
        "imports": "sheets of many households",
        "persons": "what can be true of a person, for commands and corrections",
        "postings": "lists for the notice board",
        "reading": "who sees a card and by what names are opened, for lists and searches",
        "reference": "communes and codes for forms",
        "reviewed": "a household is shown in three pieces: this is its reviews",
        "searches": "people by their names and numbers",
    },
    ("households", "read_model"): {"people": "names by keyed hashes, made of sealed texts"},
    ("loans", "api"): {
        "precheck": "asks without recording",
        "programmes": "programmes of credit",
    },
    ("loans", "decider"): {
        "checks": "what all parts of a loan ask in common",
        "precheck": "the findings that a disbursement can be seen to open",
    },
    ("loans", "read_model"): {"documents": "a loan is kept as it is shown, money added up"},
    ("sponsorship", "api"): {
        "handovers": "assignments that pass to others, a file of their own for length",
        "helped": "what an assignment's facts tell, which its row does not keep",
    },
    ("sponsorship", "read_model"): {"turns": "whose household it is when: one sponsor not twice"},
}
"""What one service has beside that, and why."""


def _files(service: str, room: str) -> set[str]:
    found = (ROOT / "services" / service / room).iterdir()
    return {path.stem for path in found if not path.stem.startswith("__")}


@pytest.mark.parametrize("service", COMMAND_SERVICES)
@pytest.mark.parametrize("room", ["api", "decider", "events", "read_model", "state"])
def test_a_room_has_the_files_that_it_has_in_every_service(service: str, room: str) -> None:
    usual = {
        "api": EVERY_API | PARTS[service],
        "decider": PARTS[service],
        "events": PARTS[service],
        "read_model": EVERY_READ_MODEL,
        "state": STREAMS[service],
    }[room]
    assert _files(service, room) == usual | set(OWN.get((service, room), {}))


def _top_level(service: str, file: str) -> set[str]:
    (module,) = modules(f"services/{service}/{file}")
    names: set[str] = set()
    for node in module.tree().body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
    return names


@pytest.mark.parametrize("service", COMMAND_SERVICES)
@pytest.mark.parametrize(
    ("file", "names"),
    [
        ("api/filters.py", {"within"}),
        ("api/personal.py", {"personal"}),
        ("api/queries.py", {"queries"}),
        ("api/routes.py", {"route", "where"}),
        ("app.py", {"SERVICE", "create_app"}),
        ("events/__init__.py", {"EVENTS", "REGISTRY"}),
        ("policies.py", {"CONSUMES"}),
        ("project.py", {"project"}),
        ("read_model/rows.py", {"READ_MODEL", "apply", "clear"}),
        ("read_model/tables.py", {"METADATA"}),
    ],
)
def test_the_same_thing_has_the_same_name_in_every_service(
    service: str, file: str, names: set[str]
) -> None:
    assert names <= _top_level(service, file)


@pytest.mark.parametrize("service", COMMAND_SERVICES)
def test_every_kind_of_stream_is_decided_and_remembered_under_its_own_name(service: str) -> None:
    decider = _top_level(service, "decider/__init__.py")
    for stream in STREAMS[service]:
        assert {stream.upper(), f"{stream.upper()}_TABLE", f"decide_{stream}"} <= decider
        state = _top_level(service, f"state/{stream}.py")
        assert {f"{stream.capitalize()}State", f"evolve_{stream}"} <= state


def test_every_table_of_decisions_is_looked_at() -> None:
    assert len(TABLES) == sum(len(streams) for streams in STREAMS.values())


@pytest.mark.parametrize("service", COMMAND_SERVICES)
def test_refusals_are_named_by_what_they_are_about(service: str) -> None:
    """A bare `NotFound` says less than `LoanNotFound`, and is met in every service."""
    bare = {"NotFound", "AlreadyExists", "AlreadyClosed", "NotOpen", "FourEyes"}
    assert bare.isdisjoint(_top_level(service, "errors.py"))


@pytest.mark.parametrize("service", COMMAND_SERVICES)
def test_read_models_are_written_by_expressions_and_not_by_strings(service: str) -> None:
    by_hand = {
        module.name
        for module in modules(f"services/{service}/read_model", f"services/{service}/project.py")
        if "sqlalchemy.text" in module.imports()
    }
    # citizens are counted by one statement whatever their number, made up once and for all
    assert by_hand <= {"services.households.read_model.rows"}
