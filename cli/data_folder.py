"""The folder where one installation keeps everything: databases, log, keys, who runs it."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from deploy.bundled import CannotStart
from deploy.bundled.errors import not_writable
from shared.settings import BadSetting, Settings, from_environment

ROOT = Path(__file__).resolve().parent.parent.parent

data_option = click.option(
    "--data",
    "data",
    type=click.Path(file_okay=False, path_type=Path),
    default=lambda: Path(os.environ.get("GIAMNGHEO_DATA", ROOT / "data")),
    help="thư mục dữ liệu / the data folder  [./data]",
)


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The places inside the folder."""

    path: Path

    @property
    def logs(self) -> Path:
        """Where the processes write what happens to them."""
        return self.path / "logs"

    @property
    def environment(self) -> dict[str, str]:
        """The settings that the running system was started with; empty if it never was."""
        return {str(name): str(value) for name, value in self._read("environment.json").items()}

    def settings(self) -> Settings:
        """Read the settings that the system runs with here."""
        try:
            return from_environment({**os.environ, **self.environment})
        except BadSetting as problem:
            if self.environment:
                raise
            raise CannotStart(
                f"Hệ thống chưa chạy lần nào trên {self.path} ({problem}): hãy chạy "
                "`giamngheo up` hoặc chọn thư mục khác bằng --data.",
                f"The system has never run on {self.path}: run `giamngheo up` or choose "
                "another folder with --data.",
            ) from None

    @property
    def pids(self) -> dict[str, int]:
        """The processes of the last `up`."""
        return {str(name): int(pid) for name, pid in self._read("pids.json").items()}

    def make(self) -> None:
        """Make the folder for its owner only."""
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.logs.mkdir(exist_ok=True)
        except OSError as broken:
            raise not_writable(self.path, broken.strerror or str(broken)) from None

    def write(self, name: str, content: Mapping[str, Any]) -> None:
        """Write a small file whole or not at all, for its owner only."""
        aside = self.path / f".{name}.part"
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            json.dump(content, out, indent=1)
        aside.replace(self.path / name)

    def secret(self, name: str, size: int = 32) -> str:
        """Return a secret in hex, made at first use and kept."""
        kept = self._read("secrets.json")
        if name not in kept:
            kept[name] = secrets.token_hex(size)
            self.write("secrets.json", kept)
        return str(kept[name])

    def _read(self, name: str) -> dict[str, Any]:
        with suppress(FileNotFoundError):
            text = (self.path / name).read_text(encoding="utf-8")
            try:
                found: dict[str, Any] = json.loads(text)
            except ValueError:
                raise CannotStart(
                    f"Tệp {self.path / name} đã hỏng: hãy khôi phục từ bản sao lưu.",
                    f"The file {self.path / name} is damaged: restore it from a backup.",
                ) from None
            return found
        return {}

    @property
    def owner(self) -> int | None:
        """The process that runs the system on this folder now, if one does."""
        with suppress(OSError, ValueError), (self.path / "up.lock").open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(lock.read())
        return None

    @contextmanager
    def owned(self) -> Iterator[None]:
        """Be the only one who runs the system on this folder; a stale lock means nothing."""
        with (self.path / "up.lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CannotStart(
                    f"Hệ thống đang chạy trên {self.path}: dừng bằng `giamngheo down`, hoặc chọn "
                    "thư mục khác bằng --data.",
                    f"The system already runs on {self.path}: stop it with `giamngheo down`, or "
                    "choose another folder with --data.",
                ) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield
