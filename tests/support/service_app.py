"""A real service on a real database: its app, and people who speak to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from shared.clock import Clock, system_clock
from shared.http.app import create_app
from shared.migrate import folder, migrate_one
from shared.sealing.keyring import Keyring
from shared.sealing.keys import MemoryKeys
from shared.service import Runtime, Service
from shared.store.postgres import PostgresStore
from tests.support import servers
from tests.support.counter_app import PROVINCE_KEY, SETTINGS, authenticator, bearer
from tests.support.servers import PostgresServer
from tests.support.store import engine_of


@dataclass(frozen=True)
class Speaker:
    """A person with a token."""

    client: FlaskClient
    who: dict[str, str]

    def post(self, path: str, body: Any, **headers: str) -> TestResponse:
        return self._ask(self.client.post, path, body, headers)

    def put(self, path: str, body: Any, **headers: str) -> TestResponse:
        return self._ask(self.client.put, path, body, headers)

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, headers=self.who)

    def _ask(
        self, ask: Callable[..., TestResponse], path: str, body: Any, headers: dict[str, str]
    ) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return ask(path, json=body, headers=self.who | named)

    def must(self, path: str, body: Any, status: int = 201) -> dict[str, Any]:
        """Ask for a command that must be answered so, and give the answer."""
        answer = self.post(path, body)
        assert answer.status_code == status, answer.get_data(as_text=True)
        found: dict[str, Any] = json.loads(answer.get_data())
        return found

    def sees(self, path: str) -> dict[str, Any]:
        """Read what must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        found: dict[str, Any] = json.loads(answer.get_data())
        return found


@dataclass(frozen=True)
class Running:
    """A service under test."""

    runtime: Runtime
    client: FlaskClient
    engine: Engine

    def as_(self, *roles: str, **more: Any) -> Speaker:
        return Speaker(self.client, bearer(*roles, **more))


@contextmanager
def running(
    server: PostgresServer, service: Service, clock: Clock = system_clock
) -> Iterator[Running]:
    """Run a service on an empty database."""
    with servers.fresh_database(server) as url:
        migrate_one(url, folder(service.name))
        with engine_of(url) as engine:
            made = Runtime(
                settings=SETTINGS,
                service=service,
                store=PostgresStore(engine, service.registry),
                keyring=Keyring(service.name, MemoryKeys(), PROVINCE_KEY),
                engine=engine,
                clock=clock,
            )
            app = create_app(made, authenticator=authenticator())
            yield Running(made, app.test_client(), engine)


def code_of(answer: TestResponse) -> tuple[int, str]:
    """Give the status and the code of a refusal, which must be a problem document."""
    assert answer.content_type == "application/problem+json", answer.get_data(as_text=True)
    document = json.loads(answer.get_data())
    assert " / " in document["title"]
    return answer.status_code, document["code"]


def pointers_of(answer: TestResponse) -> list[tuple[str, str]]:
    """Give the fields that a 422 names."""
    return [(error["pointer"], error["code"]) for error in json.loads(answer.get_data())["errors"]]
