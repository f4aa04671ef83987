"""Reporting's app for tests: facts put through the projector, then asked for over HTTP."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from services.reporting.app import SERVICE
from services.reporting.console import page
from shared.http.app import create_app
from shared.log.memory import MemoryLog
from shared.recorded import Recorded
from shared.sealing.keyring import Keyring
from shared.sealing.keys import MemoryKeys
from shared.service import Runtime
from shared.settings import Settings
from shared.store.memory import MemoryStore
from tests.support.counter_app import PROVINCE_KEY, authenticator, bearer
from tests.support.facts import Recorder
from tests.support.projecting import PARTITIONS, drain, memory_log, projector, publish

NOON = datetime(2026, 6, 1, 5, tzinfo=UTC)
SETTINGS = Settings(
    databases={},
    jwks="-",
    master_key=bytes(32),
    province_key=PROVINCE_KEY,
    partitions=PARTITIONS,
)
INSPECTOR = bearer("inspector")


@dataclass
class Reporting:
    """The service over one database, and the log that it is fed from."""

    engine: Engine
    log: MemoryLog
    recorder: Recorder
    client: FlaskClient

    @classmethod
    def over(cls, engine: Engine) -> "Reporting":
        runtime = Runtime(
            settings=SETTINGS,
            service=SERVICE,
            store=MemoryStore(SERVICE.registry),
            keyring=Keyring("reporting", MemoryKeys(), PROVINCE_KEY),
            engine=engine,
            clock=lambda: NOON,
        )
        app = create_app(runtime, authenticator=authenticator())
        app.register_blueprint(page.blueprint(runtime))
        return cls(engine, memory_log(), Recorder(), app.test_client())

    def record(self, *events: Any) -> list[Recorded]:
        """Let these facts happen, and have them in the views."""
        recorded = [self.recorder.record(event) for event in events]
        self.feed(recorded)
        return recorded

    def feed(self, recorded: Iterable[Recorded]) -> None:
        publish(self.log, recorded)
        drain(projector(self.engine, self.log))

    def ask(self, path: str, who: dict[str, str] | None = None, **query: str) -> TestResponse:
        return self.client.get(path, query_string=query, headers=INSPECTOR if who is None else who)

    def items(
        self, path: str, who: dict[str, str] | None = None, **query: str
    ) -> list[dict[str, Any]]:
        answer = self.ask(path, who, **query)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json["items"]  # type: ignore[index]
        return found

    def codes(self, path: str, who: dict[str, str] | None = None, **query: str) -> list[str]:
        return [item["code"] for item in self.items(path, who, **query)]
