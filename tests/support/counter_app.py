"""The made-up service brought to life: an app, its people and their tokens."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from shared.areas import Area
from shared.auth.issuer import Issuer, new_issuer
from shared.auth.tokens import Authenticator, KeySet
from shared.clock import Clock, system_clock
from shared.database import engine
from shared.http.app import create_app
from shared.http.limits import Limits
from shared.migrate import folder, migrate_one
from shared.sealing.keyring import Keyring
from shared.sealing.keys import METADATA, DatabaseKeys, MemoryKeys
from shared.sealing.masters import Masters
from shared.service import Runtime, Service
from shared.settings import Settings
from shared.store.memory import MemoryStore
from shared.store.port import EventStore
from shared.store.postgres import PostgresStore
from shared.tlog.notes import COSIGNATURE, Signer
from tests.support.counter_service import COUNTERS

PROVINCE_KEY = bytes(range(32))
WITNESS = Signer("witness.example/one", bytes(32), COSIGNATURE)
SETTINGS = Settings(
    databases={},
    jwks="-",
    master_key=bytes(32),
    province_key=PROVINCE_KEY,
    evidence_witnesses=(WITNESS.verifier.vkey,),
)
ISSUER = new_issuer()


def authenticator(issuer: Issuer = ISSUER) -> Authenticator:
    keys = KeySet("-", read=lambda _: json.dumps(issuer.jwks()).encode())
    return Authenticator(keys, issuer.issuer, issuer.audience)


def token(
    *roles: str, areas: Iterable[str] | None = None, sub: str = "officer-1", **more: Any
) -> str:
    return ISSUER.issue(
        now=datetime.now(UTC),
        sub=sub,
        roles=roles or ("commune_officer",),
        areas=None if areas is None else [Area.parse(area) for area in areas],
        **more,
    )


def bearer(*roles: str, **more: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(*roles, **more)}"}


@dataclass
class People:
    """A client that speaks as one person unless told otherwise."""

    client: FlaskClient
    store: EventStore
    who: dict[str, str] = field(default_factory=bearer)

    def post(self, path: str, body: Any, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(path, json=body, headers=self.who | named)

    def send(self, path: str, raw: bytes, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = {"Content-Type": "application/json"}
        return self.client.post(path, data=raw, headers=kind | self.who | named)

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, headers=self.who | headers)

    def batch(self, *lines: Any, **headers: str) -> list[dict[str, Any]]:
        """Send lines (objects, or bytes as they are) and give the answers."""
        answer = self.client.post("/v1/commands", data=ndjson(*lines), headers=self._kind(headers))
        assert answer.status_code == 200, answer.text
        return [json.loads(line) for line in answer.text.splitlines()]

    def _kind(self, headers: dict[str, str]) -> dict[str, str]:
        return {"Content-Type": "application/x-ndjson"} | self.who | headers

    def recorded(self) -> int:
        """Count the events, placed or not."""
        if isinstance(self.store, PostgresStore):
            with self.store.engine.begin() as connection:
                return int(connection.execute(text("SELECT count(*) FROM events")).scalar_one())
        return self.store.head()


def ndjson(*lines: Any) -> bytes:
    raw = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    return b"".join(line + b"\n" for line in raw)


def runtime(
    *,
    store: EventStore | None = None,
    service: Service = COUNTERS,
    settings: Settings = SETTINGS,
    clock: Clock = system_clock,
) -> Runtime:
    return Runtime(
        settings=settings,
        service=service,
        store=store or MemoryStore(service.registry),
        keyring=Keyring(service.name, MemoryKeys(), PROVINCE_KEY),
        clock=clock,
    )


@contextmanager
def on_postgres(url: str) -> Iterator[Runtime]:
    """The service over a real store and real keys, in one migrated database."""
    migrate_one(url, folder("households"))
    own = engine(url, name="tests", pool_size=10)
    METADATA.create_all(own)
    keys = DatabaseKeys(own, "counters", Masters((SETTINGS.master_key,)))
    try:
        yield Runtime(
            settings=SETTINGS,
            service=COUNTERS,
            store=PostgresStore(own, COUNTERS.registry),
            keyring=Keyring("counters", keys, PROVINCE_KEY),
            engine=own,
        )
    finally:
        own.dispose()


def app_of(made: Runtime, limits: Limits | None = None) -> Flask:
    return create_app(made, limits=limits, authenticator=authenticator())


def people(made: Runtime | None = None, limits: Limits | None = None) -> People:
    found = made or runtime()
    return People(app_of(found, limits).test_client(), found.store)
