"""`giamngheo score`: what the rules find in a synthetic province, beside what is true of it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO
from uuid import UUID

import click
import msgspec

from services.reporting.clocks import Pause
from services.reporting.pauses import pauses
from services.reporting.scoring import Detection, Score, scores
from services.reporting.sources import REGISTRIES
from shared.cli.generate import MADE
from shared.province.making import EVENTS, TRUTH, Event
from shared.province.truth import STATISTICAL, Truth
from shared.recorded import Recorded

BUCKETS = 32
"""So many parts of the households are judged one after the other."""
_SHOWN = 5
_PAUSE = ("ClocksPaused", "PauseEnded")


@click.command("score")
@click.argument(
    "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=MADE
)
def command(folder: Path) -> None:
    """So phát hiện với sự thật / Compare what the rules find with the truth, rule by rule.

    Mã 1 nếu một quy tắc xác định sai / Exit code 1 if a deterministic rule is not exactly right.
    """
    found = score(folder)
    click.echo(f"{'':24}{'planted':>8}{'alike':>7}{'right':>7}{'precision':>11}{'recall':>8}")
    for each in found:
        _show(each)
    wrong = [each.code for each in found if not _is_right(each)]
    if wrong:
        raise click.ClickException(f"chưa đúng / not right: {', '.join(wrong)}")
    click.echo("mọi quy tắc xác định đều đúng / every deterministic rule is right")


def score(folder: Path) -> list[Score]:
    """Score every rule on a province that was made; a part of it is in memory at a time."""
    decode = msgspec.json.Decoder(Truth).decode
    with (folder / TRUTH).open("rb") as lines:
        truth = [decode(line) for line in lines]
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
    with events.open("rb") as lines:
        for line in lines:
            recorded = read_event(line)
            last = max(last, recorded.meta.recorded_at.date())
            buckets[recorded.meta.key.int % len(buckets)].write(line)
            if recorded.meta.type in _PAUSE:
                paused.append(recorded)
    return last, pauses(paused)


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
