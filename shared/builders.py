"""From a checked body to a command: fields by the same names, ids made, texts sealed."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from uuid import UUID

from shared.areas import Commune, commune_on
from shared.decider import Malformed
from shared.routes import Body, CommandContext, PathIds

Build = Callable[[Body, PathIds, CommandContext], Any]
Owner = Callable[[Mapping[str, Any], CommandContext], UUID]
"""Tells from a command's fields, and what is known, whose key seals its texts."""

_RENAMED = {"from": "since"}
"""Python keeps the word."""


def sealed_for(name: str) -> Owner:
    """Say that texts are sealed under the key of the id in a field."""

    def owner(fields: Mapping[str, Any], _: CommandContext) -> UUID:
        found = fields[name]
        if not isinstance(found, UUID):
            raise TypeError(f"{name} is no id")
        return found

    return owner


def commune_of(body: Body, context: CommandContext) -> Commune | None:
    """Read a body's `commune_code` on the map of the fact's date; 422 `unknown-area`."""
    code = body.get("commune_code")
    if code is None:
        return None
    day = context.day(body)
    commune = commune_on(code, day)
    if commune is None:
        raise Malformed(
            "/commune_code",
            "unknown-area",
            f"ngày {day:%d/%m/%Y} không có xã mã {code}; xem /v1/areas / "
            f"no commune has the code {code} on {day.isoformat()}; see /v1/areas",
        )
    return commune


def command_builder(
    command: type[Any],
    *,
    owner: Owner,
    sealed: Sequence[str] = (),
    makes: Sequence[str] = (),
    people: Sequence[str] = (),
    parts: Mapping[str, type[Any]] = MappingProxyType({}),
) -> Build:
    """Give the builder of a command whose fields are those of the path and of the body.

    `sealed` texts go under the owner's key; ids in `makes` are made where the caller chose none;
    `people` are the caller where the body names nobody; `parts` are lists of values of a type.
    Other lists become tuples without repetitions.
    """

    def build(body: Body, path: PathIds, context: CommandContext) -> Any:
        fields = dict(path) | _read(body, context, parts)
        for name in makes:
            if name not in fields:
                fields[name] = context.new_id()
        for name in people:
            fields.setdefault(name, context.caller.sub)
        for name in sealed:
            if name in fields:
                fields[name] = context.seal(owner(fields, context), fields[name])
        return command(**fields)

    return build


def _read(body: Body, context: CommandContext, parts: Mapping[str, type[Any]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    commune = commune_of(body, context)
    if commune is not None:
        fields["commune"] = commune
    for name, value in body.items():
        if name in parts:
            fields[name] = tuple(parts[name](**each) for each in value)
        elif name != "commune_code":
            fields[_RENAMED.get(name, name)] = _frozen(value)
    return fields


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        parts = any(isinstance(entry, dict) for entry in value)
        return tuple(value) if parts else tuple(dict.fromkeys(value))
    return value
