"""`giamngheo demo`: adds a made-up register of real communes, with planted findings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click
from flask.testing import FlaskClient

from shared.auth.issuer import Issuer, new_issuer
from shared.auth.roles import Role
from shared.auth.tokens import Authenticator, KeySet
from shared.cli.data_folder import DataFolder, data_option
from shared.clock import system_clock, today
from shared.database import engine
from shared.demo.cast import HOUSEHOLDS
from shared.demo.province import FIRST, FIRST_REGISTERED_AGO, SERVICES, written
from shared.http.app import create_app
from shared.run import declared
from shared.sealing.keyring import Keyring
from shared.sealing.keys import DatabaseKeys
from shared.sealing.masters import Masters
from shared.service import Runtime
from shared.settings import Settings
from shared.store.postgres import PostgresStore

LINES_AT_ONCE = 50
"""So few that a slow machine records them well within the life of a transaction."""
_DONE = (200, 201)


@click.command("demo")
@data_option
def command(data: Path) -> None:
    """Thêm dữ liệu mẫu; làm lại không đổi gì / Add the demo data; again changes nothing."""
    load(DataFolder(data.resolve()).settings())


def load(settings: Settings, households: int = HOUSEHOLDS) -> int:
    """Send every line to `/v1/commands` of its service; give how many there are.

    The services' own apps answer here, in this process, with HISTORY_LOAD open for it alone: the
    running ones stay closed. Tokens are of an issuer that ends with this process.
    """
    issuer = new_issuer(settings.jwt_issuer, settings.jwt_audience)
    opened = replace(settings, history_load=True)
    with ExitStack() as stack:
        clients = {name: _client(opened, issuer, name, stack) for name in SERVICES}
        book = written(_day_of_loading(clients["households"], issuer), households)
        whole = {name: book.of(name) for name in SERVICES}
        count = sum(map(len, whole.values()))
        with click.progressbar(length=count, label="dữ liệu mẫu / demo data") as bar:
            for name, lines in whole.items():
                for part in _parts(lines):
                    _send(clients[name], issuer, name, part)
                    bar.update(len(part))
    return count


def _client(settings: Settings, issuer: Issuer, name: str, stack: ExitStack) -> FlaskClient:
    service = declared(name)
    own = engine(settings.databases[name], name="giamngheo demo", pool_size=1)
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


def _bearer(issuer: Issuer, role: Role) -> dict[str, str]:
    token = issuer.issue(now=system_clock(), sub="demo", roles=[role], lifetime=timedelta(hours=1))
    return {"Authorization": f"Bearer {token}"}


def _day_of_loading(households: FlaskClient, issuer: Issuer) -> date:
    """Give the day for which the demo is written: that of the first loading, else today."""
    found = households.get(
        f"/v1/households/{FIRST}/events", headers=_bearer(issuer, Role.INSPECTOR)
    )
    if found.status_code != 200:  # noqa: PLR2004 - HTTP's OK
        return today()
    registered = date.fromisoformat(found.get_json()["items"][0]["occurred_on"])
    return registered + timedelta(days=FIRST_REGISTERED_AGO)


def _parts(lines: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    for start in range(0, len(lines), LINES_AT_ONCE):
        yield lines[start : start + LINES_AT_ONCE]


def _send(client: FlaskClient, issuer: Issuer, name: str, lines: Sequence[dict[str, Any]]) -> None:
    answer = client.post(
        "/v1/commands",
        data="\n".join(json.dumps(line) for line in lines),
        content_type="application/x-ndjson",
        headers=_bearer(issuer, Role.OPERATOR),
    )
    told = [json.loads(line) for line in answer.get_data(as_text=True).splitlines()]
    if answer.status_code != 200:  # noqa: PLR2004 - HTTP's OK
        raise click.ClickException(f"{name}: {told}")
    for one in told:
        if one["status"] not in _DONE:
            raise click.ClickException(f"{name} {one['key']}: {one['body'].get('detail', one)}")
