"""`giamngheo doctor`: what is running, versions, lag, and what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from cli import checks
from cli.audit import amount, audits
from cli.check_access_log import readings
from cli.check_keys import fitting
from cli.check_topics import agreements
from cli.checks import Line
from cli.data_folder import DataFolder, data_option
from cli.evidence_lines import evidence
from deploy.bundled import CannotStart
from shared.settings import BadSetting, Settings


@click.command("doctor")
@click.option(
    "--audit", is_flag=True, help="đọc lại toàn bộ sự kiện / read every event again, and compare"
)
@click.option("--json", "as_json", is_flag=True, help="in dạng JSON / print JSON")
@data_option
def command(audit: bool, as_json: bool, data: Path) -> int:
    """Kiểm tra; mã thoát 1 nếu có gì sai / Look at all; exit code 1 if something is wrong."""
    folder = DataFolder(data.resolve())
    found = list(_lines(folder, audit=audit))
    wrong = sum(not line.well for line in found)
    if as_json:
        lines = [{"what": each.what, "state": each.state, "well": each.well} for each in found]
        click.echo(
            json.dumps({"well": not wrong, "wrong": wrong, "lines": lines}, ensure_ascii=False)
        )
        return 1 if wrong else 0
    table = Table(show_header=False, box=None, pad_edge=False)
    for line in found:
        mark = "[green]✓[/]" if line.well else "[red]✗[/]"
        table.add_row(mark, line.what, line.state, style=None if line.well else "red")
    Console(soft_wrap=True).print(table)
    click.echo(f"{wrong} điều cần xem / things are wrong" if wrong else "Mọi thứ ổn / all is well")
    return 1 if wrong else 0


def _lines(folder: DataFolder, *, audit: bool) -> Iterator[Line]:
    yield checks.data_place(folder.path)
    yield from checks.machine(folder)
    yield from checks.running(folder)
    settings = _settings(folder)
    if isinstance(settings, Line):
        yield settings
        return
    yield from checks.services(settings)
    yield from checks.stores(settings)
    yield from checks.readers(settings)
    yield from fitting(settings)
    yield from agreements(settings)
    yield from evidence(settings)
    yield from readings(settings)
    if audit:
        yield from _audited(settings)


def _audited(settings: Settings) -> Iterator[Line]:
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("kiểm toán / audit", total=amount(settings) or None)
        yield from audits(settings, lambda count: bar.advance(task, count))


def _settings(folder: DataFolder) -> Settings | Line:
    try:
        return folder.settings()
    except (BadSetting, CannotStart) as problem:
        return Line("thiết lập / settings", str(problem), well=False)
