"""The lines of the demo as they are written: one dated command each, by whoever does such work."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from shared.clock import VIETNAM
from shared.ids import named

OPENING = time(8)


def demo_id(*parts: object) -> UUID:
    """Give the same id for the same thing, in every installation."""
    return named("demo/" + "/".join(str(part) for part in parts))


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody made up, by their work."""

    sub: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One command of the past."""

    service: str
    on: date
    key: str
    path: str
    body: Mapping[str, Any]
    actor: Actor
    method: str = "POST"


@dataclass(slots=True)
class Book:
    """Collects lines; `today` is the day of the loading, and every line is of a day before it."""

    today: date
    lines: list[Line] = field(default_factory=list)

    def day(self, days_ago: int) -> date:
        """Give a day so many days before the loading."""
        if days_ago < 1:
            raise ValueError("the demo ends yesterday")
        return self.today - timedelta(days=days_ago)

    def write(
        self, service: str, actor: Actor, path: str, dated_by: str, on: date, **body: Any
    ) -> None:
        """Add a line: its date goes into the field `dated_by`."""
        content = {dated_by: on, **body}
        shown = {name: _plain(value) for name, value in content.items() if value is not None}
        own = next((value for value in body.values() if isinstance(value, UUID)), "")
        key = f"demo{path}/{on.isoformat()}/{own}"
        method = (
            "PUT" if path.endswith(("/groups", "/causes")) and "/households/" in path else "POST"
        )
        self.lines.append(
            Line(
                service=service,
                on=on,
                key=key,
                path=path,
                body=shown,
                actor=actor,
                method=method,
            )
        )

    def of(self, service: str) -> list[dict[str, Any]]:
        """Give a service's lines as `/v1/commands` takes them, oldest first."""
        mine = sorted((line for line in self.lines if line.service == service), key=_by_day)
        return list(_told(mine))


def _by_day(line: Line) -> date:
    return line.on


def _told(lines: Iterable[Line]) -> Iterable[dict[str, Any]]:
    for on, of_day in groupby(lines, key=_by_day):
        opening = datetime.combine(on, OPENING, VIETNAM)
        for second, line in enumerate(of_day):
            yield {
                "key": line.key,
                "path": line.path,
                "method": line.method,
                "body": dict(line.body),
                "recorded_at": (opening + timedelta(seconds=second)).isoformat(),
                "actor": {"sub": line.actor.sub, "roles": [line.actor.role]},
            }


def _plain(value: Any) -> Any:
    if isinstance(value, UUID | date):
        return str(value)
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
