"""Lines become events through the services' own routes and deciders: nothing illegal can be."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from marshmallow import Schema
from werkzeug.routing import Map, MapAdapter, Rule

from shared.areas import EVERYWHERE
from shared.auth.caller import Caller
from shared.bodies import load
from shared.clock import vietnam_date
from shared.codec import GENESIS, canonical, chain
from shared.corrections import EventCorrected
from shared.decider import Conflict, Malformed
from shared.event import event_type, key_of, occurred_on
from shared.ids import named
from shared.problems import Problem
from shared.recorded import Actor, Meta, Recorded
from shared.routes import CommandContext, CommandRoute
from shared.run import declared
from shared.settings import SERVICES
from shared.states import Folding
from simulation.book import Line

FINDING = "finding:"
"""A path that names a finding of the line's household by its code: it is looked for first."""


class CannotHappenError(Exception):
    """A line of the province was refused: the story that wrote it is wrong."""


class Watched(Protocol):
    """A finding that somebody decides on, as reporting knows it."""

    @property
    def shown(self) -> Any:
        """Give how it looks."""


Watch = Callable[[UUID, Sequence[Recorded], str, date], Watched]
"""Finds the finding of a code that a household's history gives on a day."""


@dataclass(frozen=True, slots=True)
class _OneFinding:
    """What reporting's routes know while one decision is recorded."""

    watched: Watched

    def finding(self, _finding_id: UUID, *_days: date) -> Watched:
        return self.watched


class _Seals:
    """Gives what looks like a sealed text or a pseudonym: no key is needed for people made up."""

    def seal(self, owner: UUID, text: str) -> str:
        return f"s1:{_hashed(str(owner), text)}"

    def pseudonym(self, value: str) -> str:
        return f"h1:{_hashed(value)}"

    def text_ref(self, value: str) -> str:
        return f"h1:{_hashed('text', value)}"


def _hashed(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40]


@dataclass(slots=True)
class _Stream:
    history: list[Recorded] = field(default_factory=list)
    digest: bytes = GENESIS


class Registrar:
    """Records lines in the order in which they come; remembers the streams it has seen."""

    def __init__(self, seed: int, watch: Watch) -> None:
        self.seed = seed
        self._watch = watch
        self._seals = _Seals()
        self._urls = {name: _urls(name) for name in SERVICES}
        self._known = {name: declared(name).known(None) for name in SERVICES}
        self._schemas: dict[type[Schema], Schema] = {}
        self.forget()

    def forget(self) -> None:
        """Forget every stream: what comes next is about others."""
        self._streams: dict[str, _Stream] = {}
        self._by_key: dict[UUID, list[Recorded]] = {}
        self._refs: dict[str, UUID] = {}
        self._folding = Folding()

    def record(self, line: Line) -> list[Recorded]:
        """Give the events that answer a line; CannotHappenError if it is refused."""
        try:
            return self._record(line)
        except (Conflict, Malformed, Problem) as refusal:
            raise CannotHappenError(
                f"{line.at} {line.path} {dict(line.body)}: {refusal}"
            ) from refusal

    def _record(self, line: Line) -> list[Recorded]:
        path, known = line.path, self._known[line.service]
        body, day = dict(line.body), vietnam_date(line.at)
        if path.startswith(FINDING):
            home, code = UUID(body.pop("household_id")), path.removeprefix(FINDING)
            on = date.fromisoformat(body["occurred_on"])
            watched = self._watch(home, self._by_key[home], code, on)
            path, known = f"/v1/findings/{watched.shown.finding_id}/decisions", _OneFinding(watched)
        if str(body.get("event_id", "")).startswith("@"):
            body["event_id"] = str(self._refs[body["event_id"]])
        route, ids = self._urls[line.service].match(path, method=line.method)
        if route.roles.isdisjoint({line.actor.role}):
            raise CannotHappenError(f"{line.actor.role} may not use {path}")
        actor = Actor(sub=line.actor.sub, roles=(line.actor.role,))
        context = CommandContext(
            caller=Caller(sub=actor.sub, roles=frozenset(actor.roles), scope=EVERYWHERE),
            today=day,
            known=known,
            dated_by=route.dated_by,
            sealer=self._seals,
            make_id=lambda: named(f"province/{self.seed}/{line.key}"),
        )
        command = route.build(load(self._schema(route.schema), body), ids, context)
        facts = self._decided(route, command, actor)
        return [self._append(line, route.decider.stream_id(command), fact, actor) for fact in facts]

    def _schema(self, kind: type[Schema]) -> Schema:
        if kind not in self._schemas:
            self._schemas[kind] = kind()
        return self._schemas[kind]

    def _decided(self, route: CommandRoute, command: Any, actor: Actor) -> list[Any]:
        name = route.decider.stream_id(command)
        history = self._streams.setdefault(name, _Stream()).history
        if not history and not (route.creates or route.allows_new_stream):
            raise CannotHappenError(f"{name} is not there yet")
        if route.amend is not None:
            return route.amend(history, command, actor)
        state = self._folding.state(route.decider, name, history)
        return route.decider.decide(state, command, actor)

    def _append(self, line: Line, name: str, fact: Any, actor: Actor) -> Recorded:
        stream, kind = self._streams[name], event_type(fact)
        version = len(stream.history) + 1
        meta = Meta(
            source=line.service,
            stream_id=name,
            version=version,
            event_id=named(f"province/{self.seed}/{name}/{version}"),
            type=kind.name,
            schema_version=kind.version,
            key=key_of(fact),
            occurred_on=occurred_on(fact),
            recorded_at=line.at,
            actor=actor,
            origin="history",
        )
        data, meta_bytes = canonical(fact), canonical(meta)
        stream.digest = chain(stream.digest, meta_bytes, data)
        recorded = Recorded(meta, fact, data, meta_bytes, stream.digest)
        stream.history.append(recorded)
        self._by_key.setdefault(meta.key, []).append(recorded)
        if line.ref and not isinstance(fact, EventCorrected):
            self._refs[f"@{line.ref}"] = meta.event_id
        return recorded


class _Urls:
    """The command routes of one service by their address."""

    def __init__(self, routes: Sequence[CommandRoute]) -> None:
        rules = [
            Rule(route.path, endpoint=str(number), methods=[route.method])
            for number, route in enumerate(routes)
        ]
        self._routes = tuple(routes)
        self._map: MapAdapter = Map(rules).bind("province")

    def match(self, path: str, method: str) -> tuple[CommandRoute, Mapping[str, Any]]:
        endpoint, ids = self._map.match(path, method=method)
        return self._routes[int(endpoint)], ids


def _urls(name: str) -> _Urls:
    return _Urls(declared(name).routes)
