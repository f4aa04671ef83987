"""One stored content per event type and version, written once and never edited.

`python -m tests.golden.files` writes those that are missing, and touches no other.
"""

from __future__ import annotations

import hashlib
import types
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec

from services.households.events import REGISTRY as HOUSEHOLDS
from services.loans.events import REGISTRY as LOANS
from services.reporting.events import REGISTRY as REPORTING
from services.sponsorship.events import REGISTRY as SPONSORSHIP
from shared.codec import Registry, canonical
from shared.event import EventType
from shared.ids import named
from shared.sealed import SEALED

REGISTRIES = (HOUSEHOLDS, LOANS, SPONSORSHIP, REPORTING)
HERE = Path(__file__).parent


def path_of(registry: Registry, name: str, version: int) -> Path:
    return HERE / registry.source / f"{name}.v{version}.json"


def sample(declared: EventType) -> Any:
    """Give an event with every field filled in, the same at every call."""
    return _filled(declared.cls, declared.name)


def _filled(kind: type[Any], where: str) -> Any:
    hints = get_type_hints(kind, include_extras=True)
    names = [entry.name for entry in fields(kind)] if is_dataclass(kind) else list(hints)
    return kind(**{name: _value(hints[name], f"{where}.{name}") for name in names})


def _value(hint: Any, where: str) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    seed = int.from_bytes(hashlib.sha256(where.encode()).digest()[:4], "big")
    if origin is Annotated:
        sealed = any(isinstance(a, msgspec.Meta) and a.extra == SEALED for a in arguments)
        return "s1:c2VhbGVk" if sealed else _value(arguments[0], where)
    if origin in (Union, types.UnionType):
        return _value(next(a for a in arguments if a is not type(None)), where)
    if origin is Literal:
        return arguments[seed % len(arguments)]
    if origin is tuple:
        return (_value(arguments[0], f"{where}.0"), _value(arguments[0], f"{where}.1"))
    if origin is dict:
        return {"status": "poor"}
    return _plain(hint, where, seed)


def _plain(hint: Any, where: str, seed: int) -> Any:
    hint = getattr(hint, "__supertype__", hint)
    match hint:
        case _ if hint is bool:
            return seed % 2 == 0
        case _ if hint is int:
            return seed % 1_000
        case _ if hint is str:
            return f"{where.rpartition('.')[2]} ấ"
        case _ if hint is date:
            return date(2024, 1 + seed % 12, 1 + seed % 28)
        case _ if hint is UUID:
            return named(where)
        case _:
            return _filled(hint, where)


def write_missing() -> list[Path]:
    """Write the files of event types and versions that have none yet."""
    written = []
    for registry in REGISTRIES:
        for declared in registry.types():
            path = path_of(registry, declared.name, declared.version)
            if not path.exists():
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(canonical(sample(declared)) + b"\n")
                written.append(path)
    return written


if __name__ == "__main__":
    for made in write_missing():
        print(made.relative_to(HERE))  # noqa: T201 - a command says what it did
