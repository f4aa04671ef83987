"""`giamngheo rebuild`: make a service's views anew from the log or its own events."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import click

from cli.data_folder import DataFolder, data_option
from deploy.bundled import CannotStart
from deploy.supervisor import ROOT, python
from shared.settings import SERVICES

INTERRUPTED = 130
"""What a service's rebuild gives when Ctrl-C has ended it."""


@click.command("rebuild")
@data_option
@click.argument("services", nargs=-1, type=click.Choice(SERVICES))
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True,
    help="Số tiến trình dựng lại của reporting / Processes that fold reporting's views.",
)  # fmt: skip
@click.option(
    "--anew",
    is_flag=True,
    help="Không đi tiếp lần dở của reporting / Do not go on with reporting's interrupted one.",
)
@click.option(
    "--forget",
    is_flag=True,
    help="Chỉ bỏ phần dựng dở của reporting / Only give up reporting's interrupted one.",
)
def command(data: Path, services: tuple[str, ...], workers: int, anew: bool, forget: bool) -> int:
    """Dựng lại các bảng của một dịch vụ (mặc định: tất cả) / Rebuild one service, or all.

    Ctrl-C dừng lại, các bảng đang dùng không đổi; chạy lại thì đi tiếp / Ctrl-C stops it, the
    live views stay as they are; run again it goes on.
    """
    folder = DataFolder(data.resolve())
    folder.settings()
    only = ("reporting",) if forget else services or SERVICES
    for name in only:
        click.echo(f"{name} …")
        code = _ran(name, folder, (str(workers), *_flags(anew=anew, forget=forget)))
        if code == INTERRUPTED:
            return code
        if code:
            raise CannotStart(
                f"Dựng lại {name} không xong: xem thông báo ở trên rồi chạy lại; các bảng cũ "
                "vẫn còn.",
                f"The rebuild of {name} did not finish: read the message above and run it again; "
                "the old views are still there.",
            )
    return 0


def _ran(name: str, folder: DataFolder, how: tuple[str, ...]) -> int:
    """Run the rebuild of a service to its end; only reporting folds enough to be told how."""
    with subprocess.Popen(  # noqa: S603 - our own module
        python("-m", f"services.{name}", "rebuild", *(how if name == "reporting" else ())),
        cwd=ROOT, env={**os.environ, **folder.environment},
    ) as child:  # fmt: skip
        interrupted = False
        while True:
            try:
                code = child.wait()
            except KeyboardInterrupt:  # the terminal has told the child too: it says what is kept
                interrupted = True
            else:
                return INTERRUPTED if interrupted and code else code


def _flags(*, anew: bool, forget: bool) -> tuple[str, ...]:
    return (*(("--anew",) if anew else ()), *(("--forget",) if forget else ()))
