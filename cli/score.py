"""`giamngheo score`: what the rules find in a synthetic province, beside what is true of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, TypeVar
from uuid import UUID

import click
import msgspec

from cli.generate import MADE
from services.reporting.domain.clocks import Pause
from services.reporting.domain.pauses import pauses
from services.reporting.domain.sources import REGISTRIES
from services.reporting.queries.scoring import Detection, Score, scores
from shared.codec import UnknownEventError
from shared.recorded import Recorded
from simulation.making import EVENTS, TRUTH, Event
from simulation.truth import STATISTICAL, Truth

BUCKETS = 32
"""So many parts of the households are judged one after the other."""
_SHOWN = 5
_PAUSE = ("ClocksPaused", "PauseEnded")
_BROKEN = (msgspec.MsgspecError, UnknownEventError, LookupError, ValueError)
T = TypeVar("T")


@click.command("score")
@click.argument(
    "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=MADE
)
def command(folder: Path) -> None:
    """So phát hiện với sự thật / Compare what the rules find with the truth, rule by rule.

    Mã 1 nếu một quy tắc xác định sai / Exit code 1 if a deterministic rule is not exactly right.
    """
    try:
        found = score(folder)
    except FileNotFoundError as problem:
        raise click.ClickException(
            f"{problem.filename}: không có; hãy chạy `giamngheo generate --out {folder}` trước /"
            f" it is not there; run `giamngheo generate --out {folder}` first"
        ) from None
    click.echo(f"{'':24}{'planted':>8}{'alike':>7}{'right':>7}{'precision':>11}{'recall':>8}")
    for each in found:
        _show(each)
    wrong = [each.code for each in found if not _is_right(each)]
    if wrong:
        raise click.ClickException(f"chưa đúng / not right: {', '.join(wrong)}")
    click.echo("mọi quy tắc xác định đều đúng / every deterministic rule is right")


def score(folder: Path) -> list[Score]:
    """Score every rule on a province that was made; a part of it is in memory at a time."""
    truth = [each for _, each in _read(folder / TRUTH, msgspec.json.Decoder(Truth).decode)]
    with TemporaryDirectory() as place, ExitStack() as stack:
        buckets: list[BinaryIO] = [
            stack.enter_context((Path(place) / str(number)).open("w+b"))
            for number in range(BUCKETS)
        ]
        last, paused = _sort(folder / EVENTS, buckets)
        detection = Detection(last, paused)
        with click.progressbar(buckets, label="dò tìm / detecting") as bar:
            for bucket in bar:
                for key, history in _histories(bucket):
                    detection.take(key, history)
    return scores(detection.found(), truth)


def _sort(events: Path, buckets: list[BinaryIO]) -> tuple[date, tuple[Pause, ...]]:
    """Put each key's events into one bucket; give the last day recorded, and the pauses."""
    last, paused = date.min, list[Recorded]()
    for line, recorded in _read(events, read_event):
        last = max(last, recorded.meta.recorded_at.date())
        buckets[recorded.meta.key.int % len(buckets)].write(line)
        if recorded.meta.type in _PAUSE:
            paused.append(recorded)
    return last, pauses(paused)


def _read(path: Path, read: Callable[[bytes], T]) -> Iterator[tuple[bytes, T]]:
    """Give every line with what it says; a sentence where one says nothing that can be read."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                found = read(line)
            except _BROKEN as problem:
                raise click.ClickException(
                    f"{path}: không đọc được dòng {number}; hãy tạo lại tỉnh /"
                    f" line {number} cannot be read; generate the province again: {problem}"
                ) from None
            yield line, found


def _histories(bucket: BinaryIO) -> Iterable[tuple[UUID, list[Recorded]]]:
    bucket.seek(0)
    found: dict[UUID, list[Recorded]] = {}
    for recorded in map(read_event, bucket):
        found.setdefault(recorded.meta.key, []).append(recorded)
    return found.items()


_EVENT = msgspec.json.Decoder(Event)


def read_event(line: bytes) -> Recorded:
    """Read a line of the file of events."""
    event = _EVENT.decode(line)
    registry, digest = REGISTRIES[event.source], bytes.fromhex(event.hash)
    return registry.read(bytes(event.meta), bytes(event.data), digest, event.position)


def _is_right(each: Score) -> bool:
    return each.code in STATISTICAL or not (each.missed or each.wrong)


def _show(each: Score) -> None:
    numbers = f"{each.planted:>8}{each.look_alikes:>7}{each.right:>7}"
    click.echo(f"{each.code:24}{numbers}{each.precision:>11.3f}{each.recall:>8.3f}")
    for word, found in (("missed", each.missed), ("wrong", each.wrong)):
        for _, subject, opened, closed in found[:_SHOWN]:
            until = closed or "…"
            click.echo(f"    {word}: {opened} – {until} {' '.join(subject)}")
