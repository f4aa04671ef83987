"""Makes the province commune by commune, and puts it in the order in which it was recorded."""

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import msgspec

from shared.areas import Commune
from shared.codec import canonical
from shared.recorded import Recorded
from simulation.book import Book, Line
from simulation.offices import pause
from simulation.ordinary import neighbours
from simulation.plan import Plan
from simulation.registrar import Registrar, Watch
from simulation.stage import Stage

EVENTS, COMMANDS, TRUTH = "events.jsonl", "commands.jsonl", "truth.jsonl"
_TAB, _LINE = b"\t", b"\n"
_STORIES_AT_ONCE = 10


class Event(msgspec.Struct, frozen=True):
    """One line of the file of events: as a log gives them out."""

    source: str
    position: int
    meta: msgspec.Raw
    data: msgspec.Raw
    hash: str


class Made(msgspec.Struct, frozen=True):
    """How much was made."""

    events: int
    truths: int


Progress = Callable[[int, int], None]
"""Told after every part how many of how many are done."""


def make(
    plan: Plan, folder: Path, watch: Watch, progress: Progress = lambda _done, _of: None
) -> Made:
    """Write the files of events, commands and truth into a folder.

    The ordinary households of one commune are in memory at a time. BadPlanError where the stories
    take more households than there are to be; CannotHappenError where a service refuses a line.
    """
    stages = plan.stages()
    ordinary = plan.ordinary(stages)
    communes = plan.communes(stages)[:ordinary]
    whole = 1 + -(-len(stages) // _STORIES_AT_ONCE) + len(communes)
    folder.mkdir(parents=True, exist_ok=True)
    registrar = Registrar(plan.seed, watch)
    with TemporaryDirectory(dir=folder) as place, ExitStack() as stack:
        pieces: list[BinaryIO] = []
        for number, lines in enumerate(_parts(plan, stages, ordinary, communes), start=1):
            piece = stack.enter_context((Path(place) / str(number)).open("w+b"))
            piece.writelines(_recorded(registrar, lines))
            piece.seek(0)
            pieces.append(piece)
            registrar.forget()
            progress(number, whole)
        count = _merge(pieces, folder)
    told = (one.by(plan.years.until) for stage in stages for one in stage.truth)
    shown = [each for each in told if each is not None]
    (folder / TRUTH).write_bytes(b"".join(canonical(each) + _LINE for each in shown))
    return Made(count, len(shown))


def _parts(
    plan: Plan, stages: list[Stage], ordinary: int, communes: list[Commune]
) -> Iterator[list[Line]]:
    yield pause(plan.seed, plan.years)
    for start in range(0, len(stages), _STORIES_AT_ONCE):
        some = stages[start : start + _STORIES_AT_ONCE]
        yield _in_order([home.book for stage in some for home in stage.homes])
    for place, commune in enumerate(communes):
        yield _in_order(neighbours(plan, commune, range(place, ordinary, len(communes))))


def _in_order(books: Iterable[Book]) -> list[Line]:
    lines = [line for book in books for line in book.lines()]
    lines.sort(key=lambda line: (line.at, line.place))
    return lines


def _recorded(registrar: Registrar, lines: Iterable[Line]) -> Iterator[bytes]:
    for line in lines:
        events = registrar.record(line)
        when = f"{line.at.timestamp():017.3f}{line.place[0]:09d}{line.place[1]:06d}"
        told = [when.encode(), _sent(line), *(_told(event) for event in events)]
        yield _TAB.join(told) + _LINE


def _told(event: Recorded) -> bytes:
    source = event.meta.source
    raw = Event(source, 0, msgspec.Raw(event.meta_bytes), msgspec.Raw(event.data), "")
    return canonical(msgspec.structs.replace(raw, hash=event.digest.hex()))


def _sent(line: Line) -> bytes:
    return canonical(
        {
            "service": line.service,
            "key": line.key,
            "ref": line.ref,
            "path": line.path,
            "method": line.method,
            "body": line.body,
            "recorded_at": line.at.isoformat(),
            "actor": {"sub": line.actor.sub, "roles": [line.actor.role]},
        }
    )


def _merge(pieces: list[BinaryIO], folder: Path) -> int:
    positions = Counter[str]()
    decode = msgspec.json.Decoder(Event).decode
    rows = [(line.rstrip(_LINE).split(_TAB) for line in piece) for piece in pieces]
    with (folder / EVENTS).open("wb") as events, (folder / COMMANDS).open("wb") as commands:
        for _, command, *told in heapq.merge(*rows, key=itemgetter(0)):
            commands.write(command + _LINE)
            for one in told:
                event = decode(one)
                positions[event.source] += 1
                placed = msgspec.structs.replace(event, position=positions[event.source])
                events.write(canonical(placed) + _LINE)
    return positions.total()
