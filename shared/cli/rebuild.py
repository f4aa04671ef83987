"""`giamngheo rebuild`: make a service's views anew from the log or its own events."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import click

from deploy.bundled import CannotStart
from deploy.supervisor import ROOT, python
from shared.cli.data_folder import DataFolder, data_option
from shared.settings import SERVICES


@click.command("rebuild")
@data_option
@click.argument("services", nargs=-1, type=click.Choice(SERVICES))
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True,
    help="Số tiến trình dựng lại của reporting / Processes that fold reporting's views.",
)  # fmt: skip
def command(data: Path, services: tuple[str, ...], workers: int) -> None:
    """Dựng lại các bảng của một dịch vụ (mặc định: tất cả) / Rebuild one service, or all."""
    folder = DataFolder(data.resolve())
    folder.settings()
    for name in services or SERVICES:
        click.echo(f"{name} …")
        done = subprocess.run(  # noqa: S603 - our own module
            python("-m", f"services.{name}", "rebuild", *_share(name, workers)),
            cwd=ROOT, env={**os.environ, **folder.environment}, check=False,
        )  # fmt: skip
        if done.returncode:
            raise CannotStart(
                f"Dựng lại {name} không xong: xem thông báo ở trên rồi chạy lại; các bảng cũ "
                "vẫn còn.",
                f"The rebuild of {name} did not finish: read the message above and run it again; "
                "the old views are still there.",
            )


def _share(name: str, workers: int) -> tuple[str, ...]:
    """Only reporting folds enough to share it out."""
    return (str(workers),) if name == "reporting" else ()
