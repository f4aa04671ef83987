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
from shared.mover.relay import Relay
from shared.mover.sequencer import Sequencer
from shared.recorded import Recorded
from shared.sealing.keyring import Keyring
from shared.sealing.keys import MemoryKeys
from shared.service import Runtime
from shared.settings import Settings
from shared.store.memory import MemoryStore
from shared.store.postgres import PostgresStore
from tests.support.counter_app import PROVINCE_KEY, WITNESS, authenticator, bearer
from tests.support.facts import Recorder
from tests.support.projecting import (
    PARTITIONS,
    drain,
    memory_log,
    projector,
    publish,
    topics,
)

NOON = datetime(2026, 6, 1, 5, tzinfo=UTC)
SETTINGS = Settings(
    databases={},
    jwks="-",
    master_key=bytes(32),
    province_key=PROVINCE_KEY,
    partitions=PARTITIONS,
    evidence_witnesses=(WITNESS.verifier.vkey,),
)
INSPECTOR = bearer("inspector")


@dataclass
class Reporting:
    """The service over one database, and the log that it is fed from."""

    engine: Engine
    log: MemoryLog
    recorder: Recorder
    client: FlaskClient
    store: PostgresStore | None = None

    @classmethod
    def over(cls, engine: Engine, store: PostgresStore | None = None) -> "Reporting":
        """Give the service; with a store of its own its decisions can be carried to the views."""
        runtime = Runtime(
            settings=SETTINGS,
            service=SERVICE,
            store=store or MemoryStore(SERVICE.registry),
            keyring=Keyring("reporting", MemoryKeys(), PROVINCE_KEY),
            engine=engine,
            clock=lambda: NOON,
        )
        app = create_app(runtime, authenticator=authenticator())
        app.register_blueprint(page.blueprint(runtime))
        return cls(engine, memory_log(), Recorder(), app.test_client(), store)

    def record(self, *events: Any) -> list[Recorded]:
        """Let these facts happen, and have them in the views."""
        recorded = [self.recorder.record(event) for event in events]
        self.feed(recorded)
        return recorded

    def feed(self, recorded: Iterable[Recorded]) -> None:
        publish(self.log, recorded)
        drain(projector(self.engine, self.log))

    def carry(self) -> None:
        """Bring what this service recorded to the log and into the views."""
        assert self.store is not None
        sequencer = Sequencer(self.engine)
        sequencer.run_pass()
        sequencer.close()
        relay = Relay(self.store, self.log, topics()["reporting"], PARTITIONS)
        while relay.run_once():
            pass
        drain(projector(self.engine, self.log))

    def decide(
        self, finding_id: str, decision: str, who: dict[str, str] | None = None, **body: str
    ) -> TestResponse:
        """Decide on a finding, and have the views know it if it is recorded."""
        path = f"/v1/findings/{finding_id}/decisions"
        sent = {"decision": decision, "note": "ghi chú", **body}
        headers = INSPECTOR if who is None else who
        answer = self.client.post(path, json=sent, headers=headers)
        if answer.status_code == 201:
            self.carry()
        return answer

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
