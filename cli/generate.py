"""`giamngheo generate`: makes a synthetic province, with the truth about it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from cli.data_folder import DataFolder, data_option
from cli.loading import load
from services.reporting.queries.scoring import watched
from simulation.making import Made, make
from simulation.plan import BadPlanError, Plan, plants, years

MADE = Path("province")


@click.command("generate")
@click.option("--households", default=2_000, help="số hộ / how many households")
@click.option("--years", "span", default="2021-2026", help="các năm / the years")
@click.option("--seed", default=1, help="cùng số, cùng dữ liệu / the same seed, the same data")
@click.option(
    "--plant",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="tệp các chuyện / which stories are planted, and how often",
)
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="ngày cuối / the last day  [the end of the last year]",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=MADE,
    help="thư mục kết quả / where the files go  [./province]",
)
@click.option(
    "--load", "loads", is_flag=True, help="nạp vào hệ thống đang chạy / into the running system"
)
@data_option
def command(
    *,
    households: int,
    span: str,
    seed: int,
    plant: Path | None,
    until: datetime | None,
    out: Path,
    loads: bool,
    data: Path,
) -> None:
    """Tạo một tỉnh giả định để thử quy tắc / Make a synthetic province with the truth about it.

    Viết events.jsonl, commands.jsonl và truth.jsonl / Writes these three files.
    """
    last = None if until is None else until.date()
    # who has no system to load it into is told so at once
    settings = DataFolder(data.resolve()).settings() if loads else None
    made = generate(out, households=households, span=span, seed=seed, plant=plant, until=last)
    click.echo(f"{out}: {made.events:,} sự kiện / events, {made.truths} điều đã biết / truths")
    if settings is not None:
        left_out = load(settings, out)
        click.echo(f"đã nạp, trừ {left_out} quyết định / loaded but for {left_out} decisions")


def generate(
    out: Path, *, households: int, span: str, seed: int, plant: Path | None, until: date | None
) -> Made:
    """Make the province and show how far it is; a sentence where it cannot be made."""
    try:
        plan = Plan(
            households=households, years=years(span, until), seed=seed, plants=plants(plant)
        )
        with click.progressbar(length=1, label="tạo tỉnh / making the province") as bar:

            def progress(_: int, whole: int) -> None:
                bar.length = whole
                bar.update(1)

            return make(plan, out, watched, progress)
    except BadPlanError as problem:
        raise click.ClickException(str(problem)) from None
    except OSError as problem:
        raise click.ClickException(f"--out: không ghi được / cannot write: {problem}") from None
