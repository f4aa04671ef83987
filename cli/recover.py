"""`giamngheo recover`: put a restored store or a lost topic right from what the other holds."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from cli.data_folder import DataFolder, data_option
from deploy.bundled import CannotStart
from shared.codec import Registry
from shared.database import engine
from shared.log import open_log
from shared.log.port import Log, LogError
from shared.mover.agreement import Disagreement
from shared.mover.recover import Recovery, recover
from shared.settings import SERVICES, Settings
from shared.store.port import StoreUnavailable
from shared.store.postgres import PostgresStore


@click.command("recover")
@data_option
def command(data: Path) -> int:
    """Đưa kho và nhật ký về khớp nhau / Bring stores and log together again after a loss."""
    settings = DataFolder(data.resolve()).settings()
    readers = {name: engine(settings.databases[name], transaction_seconds=0) for name in SERVICES}
    wrong = 0
    try:
        log = open_log(settings)
        try:
            log.ensure_topics(settings.topics.values(), settings.partitions)
            log.ensure_topics([settings.checkpoints_topic], 1)
            for name in SERVICES:
                wrong += not _recover(settings, name, log, readers)
        finally:
            log.close()
    except (StoreUnavailable, LogError, SQLAlchemyError) as problem:
        raise CannotStart(
            f"Không tới được máy chủ ({problem}): hãy chạy `giamngheo up` rồi thử lại.",
            f"A server cannot be reached ({problem}): run `giamngheo up` and try again.",
        ) from None
    finally:
        for each in readers.values():
            each.dispose()
    return 1 if wrong else 0


def _recover(settings: Settings, name: str, log: Log, readers: dict[str, Engine]) -> bool:
    store = PostgresStore(readers[name], Registry(name, ()))  # events pass through as bytes
    topic = settings.topic(name)
    try:
        done = recover(store, log, topic, settings.partitions, list(readers.values()))
    except Disagreement as problem:
        click.secho(f"{name}: {problem}", fg="red", err=True)
        return False
    for line in _said(done) or ["không có gì phải làm / nothing to do"]:
        click.echo(f"{name}: {line}")
    return True


def _said(done: Recovery) -> list[str]:
    said = []
    if done.reimported:
        first, last = done.reimported[0], done.reimported[-1]
        said.append(
            f"đã lấy lại từ nhật ký các vị trí {first}–{last} / positions {first}–{last} taken "
            "back from the log; their Idempotency-Keys are forgotten"
        )
    if done.republished_after is not None:
        said.append(
            f"sẽ gửi lại sau vị trí {done.republished_after} / the mover publishes again after "
            f"position {done.republished_after}"
        )
    return said
