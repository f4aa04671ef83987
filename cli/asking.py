"""Asking the running system for long work over HTTP, and following it with a progress bar."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import click

from cli.data_folder import DataFolder
from shared.auth.issuer import load_issuer
from shared.clock import system_clock

LOOK_SECONDS = 0.3
_SECONDS = 60
ENDED = ("done", "failed", "cancelled")
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Asker:
    """Where one service of the running system is, and a token for it."""

    url: str
    token: str

    def ask(self, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Read, or send a body; a refusal is one sentence."""
        sent = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        asked = Request(self.url + path, data=sent, headers=headers)  # noqa: S310 - the user's own
        try:
            with urlopen(asked, timeout=_SECONDS) as answer:  # noqa: S310 - the same
                found: dict[str, Any] = json.loads(answer.read())
                return found
        except HTTPError as refusal:
            with refusal:
                said = json.loads(refusal.read() or b"{}")
            errors = [f"{one['pointer']}: {one['message']}" for one in said.get("errors", ())]
            told = "\n".join([said.get("detail", str(refusal)), *errors])
            raise click.ClickException(told) from None
        except URLError as problem:
            raise click.ClickException(
                f"{asked.full_url}: không kết nối được, hãy chạy `giamngheo up` / "
                "cannot be reached, run `giamngheo up`"
            ) from problem

    def follow(
        self, path: str, body: Mapping[str, Any], job_id: str | None = None
    ) -> dict[str, Any]:
        """Ask for work, wait for its end beneath a progress bar, and give what came of it.

        With a `job_id` nothing is asked for: work that was asked for before is followed. Ctrl-C
        ends the work; whoever only loses the connection can follow it again.
        """
        job = self.ask(path, body) if job_id is None else self.ask(f"{path}/{job_id}")
        here, what = f"{path}/{job['id']}", path.rpartition("/")[2]
        click.echo(f"{what} {job['id']} (Ctrl-C: hủy / cancel)", err=True)
        try:
            job = self._ended(here, what, job)
        except KeyboardInterrupt:
            said = self.ask(f"{here}/cancellation", {})["status"]
            click.echo(f"\n{job['id']}: đang hủy / is being cancelled ({said})", err=True)
            raise click.Abort from None
        if job["status"] != "done":
            raise click.ClickException(job["problem"] or job["status"])
        return job

    def _ended(self, here: str, what: str, job: dict[str, Any]) -> dict[str, Any]:
        with click.progressbar(length=100, label=what, file=sys.stderr) as bar:
            while job["status"] not in ENDED:
                time.sleep(LOOK_SECONDS)
                job = self.ask(here)
                done, total = job["progress"]["done"], job["progress"]["total"]
                bar.update(100 * done // total - bar.pos if total else 0)
            bar.update(100 - bar.pos if job["status"] == "done" else 0)
        return job


def asker(
    data: Path, service: str, role: str, *, token: str | None, url: str | None, sub: str | None
) -> Asker:
    """Give who asks: by a token of one's own, else one from the issuer of the data folder."""
    if token is None or url is None:
        folder = DataFolder(data.resolve())
        url = url or f"http://127.0.0.1:{folder.settings().port_base}"
        token = token or token_of(folder, role, sub or f"{role}-1")
    return Asker(f"{url.rstrip('/')}/{service}", token)


def asking_options(command: F) -> F:
    """Add the options that say whom one asks, and as whom."""
    for option in (
        click.option(
            "--url", default=None, help="cổng vào / the gateway; mặc định/default: --data"
        ),
        click.option(
            "--token",
            envvar="GIAMNGHEO_TOKEN",
            default=None,
            help="mã truy cập / an access token; mặc định/default: --data",
        ),
        click.option("--sub", default=None, help="tên người dùng / the user who asks"),
    ):
        command = option(command)
    return command


def job_option(command: F) -> F:
    """Add the option to follow work that was asked for before."""
    said = "xem tiếp việc đã yêu cầu / follow work that was asked for before"
    return click.option("--job", "job_id", default=None, metavar="ID", help=said)(command)


def token_of(folder: DataFolder, role: str, sub: str) -> str:
    """Issue a token of four hours with the key of a data folder; ClickException if it has none."""
    settings = folder.settings()
    try:
        issuer = load_issuer(folder.path)
    except OSError as problem:
        raise click.ClickException(
            "không có khóa của hệ thống, hãy cho --token / no issuer here, give --token"
        ) from problem
    named = replace(issuer, issuer=settings.jwt_issuer, audience=settings.jwt_audience)
    return named.issue(now=system_clock(), sub=sub, roles=[role], lifetime=timedelta(hours=4))
