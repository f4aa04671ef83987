"""`giamngheo down`: stop what `up` started, from any terminal."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

import click

from cli.data_folder import DataFolder, data_option
from cli.up import stop_left_over
from deploy.bundled import CannotStart, kafka, postgres, processes

STOP_SECONDS = 90.0


@click.command("down")
@data_option
def command(data: Path) -> None:
    """Dừng hệ thống / Stop the system; nothing to stop is fine too."""
    folder = DataFolder(data.resolve())
    pid = folder.owner
    if pid is None:
        _clear(folder)
        click.echo("Không có gì đang chạy / nothing is running")
        return
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    if not processes.wait_until(lambda: folder.owner is None, STOP_SECONDS):
        raise CannotStart(
            f"Tiến trình {pid} không dừng sau {STOP_SECONDS:.0f} giây: hãy kết thúc nó bằng "
            f"`kill -9 {pid}` rồi chạy lại `giamngheo down`.",
            f"Process {pid} did not stop within {STOP_SECONDS:.0f} seconds: end it with "
            f"`kill -9 {pid}` and run `giamngheo down` again.",
        )
    click.echo("Đã dừng / stopped")


def _clear(folder: DataFolder) -> None:
    """End what a killed `up` left running."""
    if folder.path.is_dir():
        stop_left_over(folder)
        kafka.stop_left_over(folder.path / "kafka")
        postgres.stop_left_over(folder.path / "postgres")
