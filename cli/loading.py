"""Loads a history into the services: their own apps answer, in this process, for it alone."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from flask.testing import FlaskClient

from shared.auth.issuer import Issuer, new_issuer
from shared.auth.roles import Role
from shared.auth.tokens import Authenticator, KeySet
from shared.clock import system_clock
from shared.database import engine
from shared.http.app import create_app
from shared.run import declared
from shared.sealing.keyring import Keyring
from shared.sealing.keys import DatabaseKeys
from shared.sealing.masters import Masters
from shared.service import Runtime
from shared.settings import SERVICES, Settings
from shared.store.postgres import PostgresStore
from simulation.making import COMMANDS
from simulation.registrar import FINDING

LINES_AT_ONCE = 50
"""So few that a slow machine records them well within the life of a transaction."""
HEARD = "households"
"""The service whose events the others judge by: what waits for it is sent before theirs."""
_UNHEARD = "would-open-findings"
_PAUSE, _PATIENCE = 0.5, 600
"""Seconds between two attempts, and how many there are."""
_DONE = (200, 201)
_OK = 200


class History:
    """Sends lines of the past to `/v1/commands` of each service, with HISTORY_LOAD open here.

    The running services stay closed. Tokens are of an issuer that ends with this process.
    """

    def __init__(
        self, settings: Settings, names: Iterable[str], stack: ExitStack, who: str
    ) -> None:
        self.who = who
        self.issuer = new_issuer(settings.jwt_issuer, settings.jwt_audience)
        opened = replace(settings, history_load=True)
        self.clients = {name: _client(opened, self.issuer, name, stack) for name in names}

    def bearer(self, role: Role) -> dict[str, str]:
        """Give the header of a token."""
        token = self.issuer.issue(
            now=system_clock(), sub=self.who, roles=[role], lifetime=timedelta(hours=1)
        )
        return {"Authorization": f"Bearer {token}"}

    def send(self, name: str, lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Send lines to a service and give its answers; an exception if one is refused."""
        asked = "\n".join(json.dumps(line) for line in lines)

        def sent() -> list[dict[str, Any]]:
            answer = self.clients[name].post(
                "/v1/commands",
                data=asked,
                content_type="application/x-ndjson",
                headers=self.bearer(Role.OPERATOR),
            )
            told = [json.loads(line) for line in answer.get_data(as_text=True).splitlines()]
            if answer.status_code != _OK:
                raise click.ClickException(f"{name}: {told}")
            return told

        told = until_heard(sent, lambda: time.sleep(_PAUSE))
        for one in told:
            if one["status"] not in _DONE:
                said = one["body"].get("detail", one)
                raise click.ClickException(f"{name} {one['key']}: {said}")
        return told


def until_heard(
    sent: Callable[[], list[dict[str, Any]]], pause: Callable[[], object]
) -> list[dict[str, Any]]:
    """Send lines again while the first that is refused would open findings; give the answers.

    The service hears of households by the log, and a loading is faster than the log. The keys
    keep what was accepted from happening twice.
    """
    for _ in range(_PATIENCE):
        told = sent()
        refused = next((one for one in told if one["status"] not in _DONE), None)
        if refused is None or refused["body"].get("code") != _UNHEARD:
            break
        pause()
    return told


def parts(lines: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    """Cut lines into requests."""
    for start in range(0, len(lines), LINES_AT_ONCE):
        yield lines[start : start + LINES_AT_ONCE]


def _client(settings: Settings, issuer: Issuer, name: str, stack: ExitStack) -> FlaskClient:
    service = declared(name)
    own = engine(settings.databases[name], name="giamngheo load", pool_size=1)
    kept = DatabaseKeys.connect(settings.databases["keys"], name, Masters.of(settings))
    stack.callback(own.dispose)
    stack.callback(kept.engine.dispose)
    runtime = Runtime(
        settings=settings,
        service=service,
        store=PostgresStore(own, service.registry),
        keyring=Keyring(name, kept, settings.province_key),
        engine=own,
    )
    keys = KeySet("-", read=lambda _: json.dumps(issuer.jwks()).encode())
    who = Authenticator(keys, settings.jwt_issuer, settings.jwt_audience)
    return create_app(runtime, authenticator=who).test_client()


def load(settings: Settings, folder: Path) -> int:
    """Send a province's commands in the order of their recording; give how many were left out.

    Decisions on findings are left out: people take them, once the running system shows findings.
    Doing it twice changes nothing.
    """
    whole = folder / COMMANDS
    with whole.open("rb") as lines:
        count = sum(1 for _ in lines)
    with ExitStack() as stack:
        queues = Queues(History(settings, SERVICES, stack, "province"))
        with (
            whole.open("rb") as lines,
            click.progressbar(lines, length=count, label="nạp / loading") as bar,
        ):
            for line in bar:
                queues.take(json.loads(line))
        queues.flush()
        return queues.left_out


class Queues:
    """Holds lines of each service until there are enough for a request."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.left_out = 0
        self._waiting: dict[str, list[dict[str, Any]]] = {name: [] for name in SERVICES}
        self._refs: dict[str, str] = {}
        """The key under which a line was sent, by the name that a correction has for it."""
        self._events: dict[str, str] = {}

    def take(self, line: dict[str, Any]) -> None:
        """Take the next line, and send those of its service if they are enough."""
        if line["path"].startswith(FINDING):
            self.left_out += 1
            return
        name, ref = line.pop("service"), line.pop("ref")
        target = str(line["body"].get("event_id", ""))
        if target.startswith("@"):
            self._send(name)
            line["body"]["event_id"] = self._events[self._refs[target]]
        if ref:
            self._refs[f"@{ref}"] = line["key"]
        self._waiting[name].append(line)
        if len(self._waiting[name]) == LINES_AT_ONCE:
            self._send(name)

    def flush(self) -> None:
        """Send whatever waits."""
        for name in SERVICES:
            self._send(name)

    def _send(self, name: str) -> None:
        if name != HEARD:
            self._send(HEARD)
        lines, self._waiting[name] = self._waiting[name], []
        if not lines:
            return
        wanted = set(self._refs.values())
        for told in self.history.send(name, lines):
            if told["key"] in wanted:
                self._events[told["key"]] = told["body"]["events"][0]["event_id"]
