"""`giamngheo up`: everything on this machine, from nothing to something to look at."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

from cli import health, roles
from cli.data_folder import DataFolder, data_option
from cli.servers import Servers
from deploy.bundled import CannotStart, processes
from deploy.bundled.errors import disk_full, port_in_use
from deploy.supervisor import QUICKLY, ROOT, STOP, Supervisor, Unit, launch, python
from shared.auth.issuer import JWKS_FILE, ensure_issuer
from shared.keyfiles import ensure_keys
from shared.settings import DATABASES, from_environment

READY_SECONDS = 90.0
LEAST_FREE = 500_000_000
PLACEHOLDERS = {
    "KAFKA_BOOTSTRAP": "bundled",
    **{f"DATABASE_URL_{name.upper()}": "bundled" for name in (*DATABASES, "log")},
}
"""Stand for what is only known once the servers run, while the other settings are checked."""


@click.command("up")
@data_option
@click.option("--no-demo", is_flag=True, help="không thêm dữ liệu mẫu / without the demo data")
@click.option("--split", is_flag=True, help="mỗi vai trò một tiến trình / a process per role")
@click.option(
    "--port-base",
    type=click.IntRange(1, 65_531),
    default=8000,
    show_default=True,
    envvar="PORT_BASE",
    help="cổng đầu tiên trong năm cổng / the first of five ports",
)
def command(data: Path, *, no_demo: bool, split: bool, port_base: int) -> None:
    """Chạy toàn bộ hệ thống; Ctrl-C để dừng / Run all of it; Ctrl-C stops it."""
    folder = DataFolder(data.resolve())
    folder.make()
    stop = threading.Event()
    with folder.owned():
        before = {
            number: signal.signal(number, lambda *_: _interrupt(stop))
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        run = _Run(folder, port_base, split)
        try:
            run.start()
            if not no_demo:
                run.demo()
            run.show()
            stop.wait()
        except KeyboardInterrupt:
            stop.set()
        finally:
            for number in before:
                signal.signal(number, signal.SIG_IGN)  # once is enough
            run.stop()
            for number, handler in before.items():
                signal.signal(number, handler)


def _interrupt(stop: threading.Event) -> None:
    stop.set()
    raise KeyboardInterrupt


def _say(text: str) -> None:
    click.echo(f"{time.strftime('%H:%M:%S')}  {text}")


class _Run:
    """One run of the system on one folder."""

    def __init__(self, folder: DataFolder, port_base: int, split: bool) -> None:
        self.folder = folder
        self.port_base = port_base
        self.split = split
        self.supervisor = Supervisor(_say, lambda pids: self.folder.write("pids.json", pids))
        self.servers = Servers(self.folder, self.supervisor, _say)

    def start(self) -> None:
        """Start servers, bring them up to date, start the processes, wait until all are ready."""
        settings = self._settings()
        from_environment({**PLACEHOLDERS, **os.environ, **settings})  # before anything is begun
        if shutil.disk_usage(self.folder.path).free < LEAST_FREE:
            raise disk_full(self.folder.path)
        self.servers.check_given()
        stop_left_over(self.folder)
        self._claim_ports()
        _say("PostgreSQL, Kafka …")
        self.servers.environment |= settings
        with ThreadPoolExecutor(1) as pool:
            log = pool.submit(self.servers.start_log)
            try:
                self.servers.start_databases()
                self._prepare("databases", PLACEHOLDERS)
            finally:
                log.result()
        environment = {**self.servers.environment}
        from_environment({**os.environ, **environment})
        self.folder.write("environment.json", environment)
        if environment["LOG"] == "embedded":
            self._prepare("databases", {})
        self._prepare("topics", {})
        for role in roles.split(self.port_base) if self.split else roles.together():
            self.supervisor.start(self._unit(role, environment))
        self._await_ready()

    def _settings(self) -> dict[str, str]:
        ensure_issuer(self.folder.path)
        chosen = {
            "GIAMNGHEO_DATA": str(self.folder.path),
            "PORT_BASE": str(self.port_base),
            "JWT_JWKS": str(self.folder.path / JWKS_FILE),
            **ensure_keys(self.folder.path),
        }
        if os.environ.get("JWT_JWKS"):
            chosen["JWT_JWKS"] = os.environ["JWT_JWKS"]
        return chosen

    def _claim_ports(self) -> None:
        for port in range(self.port_base, self.port_base + 5):
            try:
                processes.claim_port("web", port)
            except CannotStart:
                raise port_in_use("web (--port-base)", port) from None

    def _prepare(self, step: str, placeholders: dict[str, str]) -> None:
        log = self.folder.logs / f"prepare-{step}.log"
        told = {**self.servers.environment, **self.servers.owners}
        done = subprocess.run(  # noqa: S603 - our own module
            python("-m", "deploy.prepare", step),
            cwd=ROOT, env={**placeholders, **os.environ, **QUICKLY, **told},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        log.write_text(done.stdout + done.stderr)
        if done.returncode:
            said = done.stderr.strip().splitlines() or ["?"]
            raise CannotStart(*_both(said[-1], log))

    def _unit(self, role: roles.Role, environment: dict[str, str]) -> Unit:
        log = self.folder.logs / f"{role.name}.log"
        return Unit(role.name, lambda: launch(role.command, environment | role.environment, log))

    def _await_ready(self) -> None:
        _say("các dịch vụ / services …")
        host = os.environ.get("HOST", "127.0.0.1")

        def ready() -> bool:
            return all(one.ready for one in health.ask_all(host, self.port_base))

        if not processes.wait_until(ready, READY_SECONDS, pause=0.1):
            late = [one.name for one in health.ask_all(host, self.port_base) if not one.ready]
            _say(
                f"chưa sẵn sàng / not ready yet: {', '.join(late)}; xem / see {self.folder.logs}, "
                "`giamngheo doctor`"
            )

    def demo(self) -> None:
        """Add the demo data once; without it the system runs all the same."""
        done = self.folder.path / "demo.done"
        if done.exists() or importlib.util.find_spec("cli.demo") is None:
            return
        _say("dữ liệu mẫu / demo data …")
        code = subprocess.run(  # noqa: S603 - our own module
            python("-m", "cli", "demo", "--data", str(self.folder.path)),
            cwd=ROOT, stdin=subprocess.DEVNULL, check=False,
        ).returncode  # fmt: skip
        if code:
            _say(f"dữ liệu mẫu chưa xong / the demo data is not complete ({code})")
        else:
            done.touch()

    def show(self) -> None:
        """Print what to open and what to try."""
        gateway = f"http://127.0.0.1:{self.port_base}"
        token = f".venv/bin/giamngheo token --data {self.folder.path} --role inspector --area '*'"
        click.echo(
            f"""
  Mở / open      {gateway}/
  API            {gateway}/reporting/docs  ·  /households/docs  ·  /loans/docs  ·  /sponsorship/docs
  Thử / try      TOKEN=$({token} | tail -n 1)
                 curl -H "Authorization: Bearer $TOKEN" {gateway}/reporting/v1/misuse
                 curl -H "Authorization: Bearer $TOKEN" {gateway}/reporting/v1/stalled
  Kiểm tra       .venv/bin/giamngheo doctor --data {self.folder.path}
  Dừng / stop    Ctrl-C  ·  .venv/bin/giamngheo down --data {self.folder.path}
  Nhật ký / logs {self.folder.logs}
"""
        )

    def stop(self) -> None:
        """Stop everything that was started."""
        if self.supervisor.pids():
            _say("đang dừng / stopping …")
        self.supervisor.stop()
        self.folder.write("pids.json", {})


def _both(sentence: str, log: Path) -> tuple[str, str]:
    vi, _, en = sentence.partition(" / ")
    return f"{vi} ({log})", en or vi


def stop_left_over(folder: DataFolder) -> None:
    """End processes of a run whose supervisor was killed; servers are ended by those who start."""
    found = [name for name, pid in folder.pids.items() if _is_ours(pid)]
    if found:
        _say(f"{', '.join(found)}: còn lại từ lần trước, đang dừng / left over, stopping")
        with ThreadPoolExecutor(len(found)) as pool:
            for name in found:
                pool.submit(processes.stop, folder.pids[name], None, STOP)


def _is_ours(pid: int) -> bool:
    words = processes.command_line(pid)
    return any(mark in words for mark in (" -m services", "deploy/gunicorn_conf.py"))
