"""What `doctor` looks at: each check answers with lines, and says of each whether it is well."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from cli import health
from cli.data_folder import DataFolder
from deploy.bundled import CannotStart, jars, java, processes
from shared.log import open_log
from shared.log.port import LogUnavailable, WrongTopic
from shared.settings import SERVICES, Settings

LEAST_FREE = 1_000_000_000
LAG_LIMIT = 10_000
_STORE = """
    SELECT current_setting('server_version'),
           (SELECT coalesce(max(position), 0) FROM positions),
           (SELECT count(*) FROM events WHERE seq > coalesce((SELECT max(seq) FROM positions), 0)),
           (SELECT coalesce(max(position), 0) FROM relay_cursor)
"""
_CONSUMED = "SELECT topic, sum(next_offset) FROM consumed GROUP BY topic"
_HELD = """
    SELECT key::text, count(*) FROM held WHERE set_aside IS NULL
    GROUP BY key ORDER BY min(seq)
"""
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table."""

    what: str
    state: str
    well: bool = True


def machine(folder: DataFolder) -> Iterator[Line]:
    """Look at the disk, the Java and the jars."""
    at = folder.path if folder.path.exists() else folder.path.parent
    free = shutil.disk_usage(at).free
    yield Line("đĩa / disk", f"{free / 1e9:.1f} GB trống / free", well=free > LEAST_FREE)
    try:
        program = java.find()
        yield Line("Java", f"{java.version(program)}  {program}")
    except CannotStart as problem:
        yield Line("Java", str(problem), well=folder.environment.get("LOG") == "embedded")
    version, listed = jars.listed()
    cache = jars.cache_dir() / f"kafka-{version}"
    have = sum((cache / jar.name).exists() for jar in listed)
    yield Line(f"Apache Kafka {version}", f"{have}/{len(listed)} jar  {cache}")


def running(folder: DataFolder) -> Iterator[Line]:
    """Look at the supervisor and what it started."""
    owner = folder.owner
    if owner is None:
        yield Line("giamngheo up", "không chạy / not running", well=False)
        return
    yield Line("giamngheo up", f"pid {owner}")
    for name, pid in folder.pids.items():
        alive = processes.alive(pid)
        yield Line(name, f"pid {pid}" if alive else f"pid {pid}: đã dừng / ended", well=alive)


def services(settings: Settings) -> Iterator[Line]:
    """Ask the gateway and each service."""
    for one in health.ask_all(settings.host, settings.port_base):
        said = "sẵn sàng / ready" if one.ready else f"{one.status or 'không trả lời / no answer'}"
        details = ", ".join(f"{key}={value}" for key, value in one.said.items() if key != "status")
        yield Line(f"{one.name} :{one.port}", f"{said}  {details}".strip(), well=one.ready)
    if settings.history_load:
        yield Line("HISTORY_LOAD", "đang mở / is on", well=False)


def stores(settings: Settings) -> Iterator[Line]:
    """Look at each event store: how far it is, what waits for a position or for the log."""
    for name in SERVICES:
        try:
            with psycopg.connect(settings.databases[name], connect_timeout=5) as connection:
                row = connection.execute(_STORE).fetchone() or ("?", 0, 0, 0)
        except psycopg.Error as broken:
            yield Line(f"store {name}", str(broken).strip().splitlines()[0], well=False)
            continue
        version, head, waiting, sent = row
        behind = head - sent
        yield Line(
            f"store {name}",
            f"PostgreSQL {version}; vị trí / position {head}, chờ / waiting {waiting}, "
            f"chưa gửi / unsent {behind}",
            well=waiting + behind < LAG_LIMIT,
        )


def readers(settings: Settings) -> Iterator[Line]:
    """Compare what each reader has taken with what the log holds; show what is held."""
    try:
        log = open_log(settings)
        try:
            ends = {topic: sum(log.ends(topic).values()) for topic in settings.topics.values()}
        finally:
            log.close()
    except (LogUnavailable, WrongTopic) as problem:
        yield Line("log", str(problem), well=False)
        return
    where = settings.kafka_bootstrap if settings.log == "kafka" else "PostgreSQL"
    yield Line(f"log {settings.log}", f"{where}: {sum(ends.values())} bản ghi / records")
    for name in SERVICES:
        yield from _reader(name, settings.databases[name], ends)


def _reader(name: str, url: str, ends: Mapping[str, int]) -> Iterator[Line]:
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            rows = connection.execute(_CONSUMED).fetchall()
            held = connection.execute(_HELD).fetchall()
    except psycopg.Error as broken:
        yield Line(f"reader {name}", str(broken).strip().splitlines()[0], well=False)
        return
    taken = {str(topic): int(offset) for topic, offset in rows}
    read = set(ends) if name == "reporting" else set(taken)  # the others read what they must
    lag: int = sum(end - taken.get(topic, 0) for topic, end in ends.items() if topic in read)
    yield Line(f"reader {name}", f"chậm / lag {lag}", well=lag < LAG_LIMIT)
    if held:
        yield Line(f"held {name}", _held(name, held), well=False)


def _held(name: str, held: Sequence[tuple[str, int]]) -> str:
    """Say which keys wait at a reader, and what an operator may do there."""
    named = ", ".join(key for key, _ in held[:_SHOWN]) + (" …" if held[_SHOWN:] else "")
    return (
        f"{sum(count for _, count in held)} bản ghi của / records of {len(held)} khoá / keys: "
        f"{named}. Xem / see GET /{name}/v1/quarantine; thả / release: "
        f"POST /{name}/v1/quarantine/KEY/release"
    )


def data_place(path: Path) -> Line:
    """Name the folder itself."""
    return Line("thư mục / folder", str(path), well=path.is_dir())
