"""What a service is made of, declared once; and the service brought to life with its servers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from shared.clock import Clock, system_clock
from shared.codec import Registries, Registry
from shared.database import COMMAND_SECONDS, engine
from shared.decider import Decider
from shared.recorded import Recorded
from shared.routes import CommandRoute, Where
from shared.sealing.keyring import Keyring, open_keyring
from shared.settings import Settings
from shared.states import LongStreams
from shared.store.port import EventStore
from shared.store.postgres import PostgresStore
from shared.tlog.health import EvidenceWatch

__all__ = ["ReadModel", "Resource", "Runtime", "Service", "build"]

Project = Callable[[Connection, list[UUID], list[Recorded]], None]
Gauges = Callable[[Connection], dict[str, float]]
Known = Callable[[Connection | None], Any]
Turn = Callable[["Runtime", Callable[[], bool]], bool]
Blueprints = Callable[["Runtime"], list[Any]]


def nothing_known(_: Connection | None) -> Any:
    """Say that a service needs to know nothing of the others."""
    return None


def no_queries(_: "Runtime") -> list[Any]:
    """Say that a service has no queries of its own."""
    return []


@dataclass(frozen=True, slots=True)
class ReadModel:
    """A service's own tables, kept in the transaction of the command.

    `apply(connection, stream_id, state, recorded)` gets the state after the new events.
    `clear(connection)` empties the tables before a rebuild.
    `index(connection, keyring, stream_id, state, recorded)` keeps what is made of sealed texts.
    What `apply` leaves is the same whether it is told of a stream's new events one command at a
    time or of several commands' together, unless one of them is among `alone`: events that give
    something up which another stream may take are told in their turn. None: all are.
    """

    apply: Callable[[Connection, str, Any, list[Recorded]], None]
    clear: Callable[[Connection], None] | None = None
    index: Callable[[Connection, Keyring, str, Any, list[Recorded]], None] | None = None
    alone: tuple[type[Any], ...] | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind of stream with its raw history: `GET /v1/<name>s/{id}/events`.

    `location(state, known)` says where it is; without it only the whole province's people may look.
    """

    decider: Decider[Any, Any]
    location: Callable[[Any, Any], Where | None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service as data: what it records, what it answers, what it learns from others."""

    name: str
    title: str
    registry: Registry
    routes: tuple[CommandRoute, ...]
    resources: tuple[Resource, ...] = ()
    deciders: tuple[Decider[Any, Any], ...] = ()
    queries: Blueprints = no_queries
    read_model: ReadModel | None = None
    consumes: Registries = field(default_factory=dict)
    """The services whose events it reads."""
    project: Project | None = None
    """Learns from them: `project(connection, keys, recorded)`, in the transaction that reads."""
    known: Known = nothing_known
    erases: bool = False
    """Whether it destroys keys of its own when personal data is erased."""
    gauges: Gauges | None = None
    """Gives figures of its own for `/metrics`, by name."""
    turn: Turn | None = None
    """Does the next piece of long work; False where there is none.

    Ends early, to be taken up again, once it is told to stop.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """A service with its store, keys and clock; `engine` is None where all is in memory."""

    settings: Settings
    service: Service
    store: EventStore
    keyring: Keyring
    engine: Engine | None = None
    clock: Clock = field(default=system_clock)
    evidence: EvidenceWatch = field(default_factory=EvidenceWatch)
    long: LongStreams = field(default_factory=LongStreams, repr=False)


def build(
    settings: Settings,
    service: Service,
    *,
    role: str = "web",
    pool_size: int = 11,
    transaction_seconds: int = COMMAND_SECONDS,
) -> Runtime:
    """Connect a service to its database and its keys; nothing is opened before it is needed."""
    own = engine(
        settings.databases[service.name],
        name=f"giamngheo {role} {service.name}",
        pool_size=pool_size,
        transaction_seconds=transaction_seconds,
    )
    return Runtime(
        settings=settings,
        service=service,
        store=PostgresStore(own, service.registry),
        keyring=open_keyring(settings, service.name),
        engine=own,
        evidence=EvidenceWatch(own),
    )
