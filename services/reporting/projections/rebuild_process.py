"""`rebuild` as a process: how far it is, what came of it, and what an interruption leaves."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
from sqlalchemy import Engine

from services.reporting.projections.rebuild import (
    Outcome,
    RebuildRunning,
    Told,
    forget_begun,
    rebuild,
)
from services.reporting.projections.resuming import Far
from shared.database import engine
from shared.settings import Settings

INTERRUPTED = 130
"""What a shell gives for a program ended by Ctrl-C."""


@click.command
@click.argument("workers", type=click.IntRange(1, 64), default=1)
@click.option("--anew", is_flag=True)
@click.option("--forget", is_flag=True)
@click.pass_obj
def _command(settings: Settings, workers: int, anew: bool, forget: bool) -> int:
    url = settings.databases["reporting"]
    own = engine(url, name="giamngheo rebuild reporting", pool_size=4, transaction_seconds=0)
    try:
        if forget:
            forget_begun(own)
            click.echo("đã bỏ phần dựng dở / what was begun is forgotten")
            return 0
        return _said(_rebuilt(own, settings.partitions, workers, anew=anew))
    except RebuildRunning as problem:
        click.echo(str(problem), err=True)
        return 1
    except KeyboardInterrupt:
        click.echo(
            "\nđã dừng; các bảng đang dùng không đổi. Chạy lại để đi tiếp, --forget để bỏ / "
            "stopped; the live views are as they were. Run it again to go on, --forget to give up",
            err=True,
        )
        return INTERRUPTED
    finally:
        own.dispose()


def rebuild_views(settings: Settings, argv: Sequence[str]) -> int:
    """Rebuild every view and say what came of it: 1 where the live ones differ.

    `argv` is `[WORKERS] [--anew] [--forget]`. Interrupted by SIGINT, what is folded is kept.
    """
    return int(_command.main(list(argv), obj=settings, standalone_mode=False))


def _rebuilt(own: Engine, partitions: int, workers: int, *, anew: bool) -> Outcome:
    with _bar() as told:
        return rebuild(own, partitions, workers, told=told, anew=anew)


@contextmanager
def _bar() -> Iterator[Told]:
    """Show how many households are folded; a line for each tenth where nobody watches."""
    label = "hộ và nhóm / households and groups"
    if sys.stderr.isatty():
        with click.progressbar(length=1, label=label, file=sys.stderr, show_pos=True) as bar:

            def told(far: Far) -> None:
                bar.length = max(far.total, far.done)
                bar.update(far.done - bar.pos)

            yield told
        return
    tenths = -1

    def written(far: Far) -> None:
        nonlocal tenths
        now = 10 * far.done // max(far.total, far.done, 1)
        if now > tenths:
            tenths = now
            click.echo(f"{label}: {far.done}/{max(far.total, far.done)}", err=True)

    yield written


def _said(outcome: Outcome) -> int:
    click.echo(f"live     {outcome.live:064x}")
    click.echo(f"rebuilt  {outcome.rebuilt:064x}")
    if outcome.switched:
        click.echo("đã thay bảng / switched")
        return 0
    named = ", ".join(str(key) for key in outcome.differing)
    click.echo(f"khác nhau, giữ bảng cũ / they differ, nothing was switched: {named}")
    return 1
