"""The made-up service brought to life: an app, its people and their tokens."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shared.areas import Area
from shared.auth.issuer import Issuer, new_issuer
from shared.auth.tokens import Authenticator, KeySet
from shared.clock import Clock, system_clock
from shared.http.app import create_app
from shared.http.limits import Limits
from shared.sealing.keyring import Keyring
from shared.sealing.keys import MemoryKeys
from shared.service import Runtime, Service
from shared.settings import Settings
from shared.store.memory import MemoryStore
from shared.store.port import EventStore
from tests.support.counter_service import COUNTERS

PROVINCE_KEY = bytes(range(32))
SETTINGS = Settings(databases={}, jwks="-", master_key=bytes(32), province_key=PROVINCE_KEY)
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

    def recorded(self) -> int:
        return self.store.head()


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


def app_of(made: Runtime, limits: Limits | None = None) -> Flask:
    return create_app(made, limits=limits, authenticator=authenticator())


def people(made: Runtime | None = None, limits: Limits | None = None) -> People:
    found = made or runtime()
    return People(app_of(found, limits).test_client(), found.store)
