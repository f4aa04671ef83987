"""The servers that `up` uses: those that are named in the environment, or bundled ones."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import psycopg

from cli.data_folder import DataFolder
from deploy import databases
from deploy.bundled import CannotHave, CannotStart, kafka, postgres
from deploy.bundled.errors import disk_full
from deploy.supervisor import Running, Supervisor, Unit
from shared.settings import DATABASES

PREFIX = "giamngheo_"
OLDEST = 170000  # transaction_timeout came with PostgreSQL 17
CONNECT_SECONDS = 10


@dataclass(slots=True)
class Servers:
    """Starts what is missing and collects the settings that lead to it."""

    folder: DataFolder
    supervisor: Supervisor
    say: Callable[[str], None]
    environment: dict[str, str] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    """Settings for the migrations alone: no process is given them."""

    def start_log(self) -> None:
        """Find the log: Kafka that exists, a bundled one, or tables where none can be had."""
        kept = self.folder.environment.get("LOG", "")
        asked = os.environ.get("LOG", "")
        if asked and kept and asked != kept:
            raise CannotStart(
                f"{self.folder.path} đã dùng LOG={kept}: hãy giữ nguyên, hoặc chọn thư mục khác "
                "bằng --data.",
                f"{self.folder.path} was begun with LOG={kept}: keep it, or choose another folder "
                "with --data.",
            )
        kind = asked or kept
        if kind == "embedded":
            self.environment["LOG"] = "embedded"
        elif named := os.environ.get("KAFKA_BOOTSTRAP"):
            self.environment |= {"LOG": "kafka", "KAFKA_BOOTSTRAP": named}
        else:
            self._bundled_kafka(may_do_without=not kind)

    def _bundled_kafka(self, *, may_do_without: bool) -> None:
        place = self.folder.path / "kafka"
        port = 0

        def start() -> Running:
            nonlocal port
            running = kafka.start(place, port)
            port = running.port
            return running

        try:
            self.supervisor.start(Unit("kafka", start, is_server=True))
        except CannotHave as problem:
            if not may_do_without:
                raise
            self.say(f"{problem}  → LOG=embedded")
            self.environment["LOG"] = "embedded"
        else:
            self.environment |= {"LOG": "kafka", "KAFKA_BOOTSTRAP": f"127.0.0.1:{port}"}

    @staticmethod
    def check_given() -> None:
        """Refuse the addresses of databases that lead nowhere, before anything is started."""
        for name in ("DATABASE_URL", *map(_variable, DATABASES)):
            if url := os.environ.get(name):
                _check(url, name)

    def start_databases(self) -> None:
        """Find PostgreSQL and make each service its database and login."""
        given = {name: os.environ.get(_variable(name), "") for name in DATABASES}
        if all(given.values()):
            return  # somebody else made them; the settings check says what is missing
        admin = os.environ.get("DATABASE_URL") or self._bundled_postgres()
        _check(admin, "DATABASE_URL")
        shown = urlsplit(admin)
        place = f"{shown.hostname}:{shown.port or 5432}"
        wanted = {
            name: databases.Wanted(name=PREFIX + name, passwords=self._passwords(name))
            for name in (*DATABASES, "log")
        }
        try:
            databases.prepare(admin, wanted)
        except psycopg.errors.DiskFull:
            raise disk_full(self.folder.path) from None
        except psycopg.errors.InsufficientPrivilege:
            raise CannotStart(
                "Tài khoản trong DATABASE_URL không được tạo cơ sở dữ liệu và tài khoản: hãy dùng "
                "tài khoản quản trị, hoặc đặt từng DATABASE_URL_….",
                "The login of DATABASE_URL may not make databases and logins: use a superuser, "
                "or set each DATABASE_URL_….",
            ) from None
        for name, each in wanted.items():
            self.environment[_variable(name)] = each.url("writer", place)
            for kind in databases.READ_ONLY:
                self.environment[_variable(name, kind.upper())] = each.url(kind, place)
            self.owners[_variable(name, "OWNER")] = each.url("owner", place)

    def _passwords(self, name: str) -> dict[str, str]:
        return {
            "writer": self.folder.secret(f"password of {name}", 24),
            **{
                kind: self.folder.secret(f"password of {name} {kind}", 24)
                for kind in ("owner", *databases.READ_ONLY)
            },
        }

    def _bundled_postgres(self) -> str:
        place = self.folder.path / "postgres"
        first: list[postgres.RunningPostgres] = []

        def start() -> Running:
            running = postgres.start(place, first[0].port if first else 0)
            first.append(running)
            return running

        self.supervisor.start(Unit("postgres", start, is_server=True))
        return first[0].url()


def _variable(name: str, kind: str = "DATABASE") -> str:
    return f"{kind}_URL_{name.upper()}"


def _check(admin: str, variable: str) -> None:
    """Say plainly what is wrong with the address of the server."""
    shown = urlsplit(admin)
    place = f"{shown.hostname}:{shown.port or 5432}"
    try:
        with psycopg.connect(admin, connect_timeout=CONNECT_SECONDS) as connection:
            if connection.info.server_version >= OLDEST:
                return
            version = connection.info.parameter_status("server_version")
    except psycopg.ProgrammingError:
        raise CannotStart(
            f"{variable} không phải một địa chỉ PostgreSQL; dạng đúng: "
            "postgresql://user:password@host:5432/postgres.",
            f"{variable} is no address of a PostgreSQL; it looks like "
            "postgresql://user:password@host:5432/postgres.",
        ) from None
    except psycopg.OperationalError as broken:
        raise _refused(place, variable, str(broken)) from None
    raise CannotStart(
        f"{variable} trỏ tới PostgreSQL {version}: cần bản 17 trở lên.",
        f"{variable} leads to PostgreSQL {version}: version 17 or newer is needed.",
    )


def _refused(place: str, variable: str, said: str) -> CannotStart:
    if "password" in said:
        return CannotStart(
            f"PostgreSQL tại {place} không nhận tên hoặc mật khẩu trong {variable}: hãy sửa lại.",
            f"PostgreSQL at {place} refuses the name or password of {variable}: correct it.",
        )
    return CannotStart(
        f"Không kết nối được PostgreSQL tại {place}: hãy kiểm tra {variable} và máy chủ, "
        f"hoặc bỏ {variable} để dùng bản kèm theo.",
        f"PostgreSQL at {place} cannot be reached: check {variable} and the server, "
        f"or unset {variable} to use the bundled one.",
    )
