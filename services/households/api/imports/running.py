"""Doing an import: part by part, each durable before the next, taken up again where it stopped."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, text

from services.households.api import people, reviews
from services.households.api.imports import jobs
from services.households.api.imports.dry import dry
from services.households.api.imports.jobs import Import
from services.households.api.imports.kinds import KINDS
from services.households.api.imports.refusals import REFUSED, remarks_on
from services.households.api.imports.units import Ask, Reader, Remark, Unit
from services.households.api.reading import engine_of
from shared.auth.caller import Caller
from shared.codec import canonical
from shared.commands import CommandRequest, execute_all
from shared.jobs import worker
from shared.jobs.queue import CannotBeDone, Work
from shared.problems import Answer
from shared.sealing.ahead import KeysAhead
from shared.service import Runtime
from shared.sheets import Sheet

PART = 100
"""Commands that share a transaction: well within what the server lets one last."""
_AT_ONCE = 5_000
_ROUTES = {route.path: route for route in (*people.ROUTES, *reviews.ROUTES)}


def turn(runtime: Runtime, stopping: Callable[[], bool] = lambda: False) -> bool:
    """Do one import to its end, or destroy old sheets where there is none; False if neither.

    Told to stop, it leaves the rest to the next worker.
    """
    engine = engine_of(runtime)
    done = worker.turn(engine, stopping, {jobs.IMPORT: partial(_do, runtime)})
    return done or _forget(runtime, engine)


def _forget(runtime: Runtime, engine: Engine) -> bool:
    with engine.begin() as connection:
        old = jobs.to_forget(connection)
    for import_id in old:
        runtime.keyring.erase(import_id)
        with engine.begin() as connection:
            jobs.forget(connection, import_id)
    return bool(old)


def _do(runtime: Runtime, work: Work) -> dict[str, Any]:
    import_id, ring = work.job.job_id, runtime.keyring
    with work.engine.begin() as connection:
        asked = jobs.find(connection, import_id)
    packed = ring.open(asked.sheet) if asked and asked.sheet else None
    if asked is None or packed is None:
        raise CannotBeDone("bảng không còn đọc được / the sheet can be read no more")
    sheet, kind = Sheet.unpacked(packed), KINDS[asked.kind]
    where = dry(runtime) if asked.dry_run else runtime
    reader, done = Reader(sheet, kind.columns), asked.counts.done
    parts = _parts(kind.units(sheet, ring, partial(_existing, work.engine)))
    for number, part in enumerate(parts):
        if number < asked.parts:
            continue  # done before this worker took over
        work.go_on(done, work.job.total)
        counts, remarks = _send(where, asked, reader, part)
        done += counts.done
        sealed = ring.seal(import_id, jobs.packed(remarks)) if remarks else ""
        with work.step(done, work.job.total) as connection:
            jobs.keep(connection, import_id, number, counts, sealed)
    return {}


def _existing(engine: Engine, ids: Sequence[UUID]) -> frozenset[UUID]:
    look = text("SELECT household_id FROM households WHERE household_id = ANY(:ids)")
    found: set[UUID] = set()
    with engine.begin() as connection:
        for start in range(0, len(ids), _AT_ONCE):
            some = list(ids[start : start + _AT_ONCE])
            found.update(connection.execute(look, {"ids": some}).scalars())
    return frozenset(found)


def _parts(units: Sequence[Unit]) -> Iterator[list[Unit]]:
    """Cut units into parts, by nothing but the sheet itself."""
    part: list[Unit] = []
    size = 0
    for unit in units:
        weight = max(1, len(unit.asks) + len(unit.later))
        if part and size + weight > PART:
            yield part
            part, size = [], 0
        part.append(unit)
        size += weight
    if part:
        yield part


def _send(
    runtime: Runtime, asked: Import, reader: Reader, part: Sequence[Unit]
) -> tuple[jobs.Counts, list[Remark]]:
    """Send the commands of a part; give how its rows fared, and what there is to say of them."""
    ring = runtime.keyring
    ahead = KeysAhead.of(ring.keys, [owner for unit in part for owner in unit.owners])
    ready = replace(runtime, keyring=replace(ring, keys=ahead))
    answers = _answers(ready, asked, part)
    remarks: list[Remark] = []
    fared = {"recorded": 0, "unchanged": 0, "refused": 0}
    for unit, found in zip(part, answers, strict=True):
        said = unit.remarks or remarks_on(reader, unit, found)
        remarks += said
        fared["refused" if said else _fared(found)] += len(unit.rows)
    return jobs.Counts(**fared), remarks


def _answers(runtime: Runtime, asked: Import, part: Sequence[Unit]) -> list[list[Answer]]:
    """Answer the commands of each unit; what comes later only where nothing was refused."""
    if asked.dry_run:
        return _tried(runtime, asked, [(*unit.asks, *unit.later) for unit in part])
    first = _execute(runtime, asked, [unit.asks for unit in part])
    going_on = [
        () if _any_refused(found) else unit.later for unit, found in zip(part, first, strict=True)
    ]
    then = _execute(runtime, asked, going_on)
    return [[*found, *more] for found, more in zip(first, then, strict=True)]


def _tried(runtime: Runtime, asked: Import, units: Sequence[Sequence[Ask]]) -> list[list[Answer]]:
    """Answer the commands of each unit in one transaction, since nothing of it stays.

    What was refused is tried once more by itself: where the service's own tables refuse one
    command of a transaction the others are taken one by one, and do not see each other.
    """
    found = _execute(runtime, asked, units)
    return [
        _execute(runtime, asked, [asks])[0] if _any_refused(answers) else answers
        for asks, answers in zip(units, found, strict=True)
    ]


def _any_refused(answers: Sequence[Answer]) -> bool:
    return any(answer.status >= REFUSED for answer in answers)


def _execute(runtime: Runtime, asked: Import, units: Sequence[Sequence[Ask]]) -> list[list[Answer]]:
    caller = asked.caller
    sent = [_request(runtime, asked, caller, ask) for asks in units for ask in asks]
    answers = iter(execute_all(runtime, sent))
    return [[next(answers) for _ in asks] for asks in units]


def _fared(answers: Sequence[Answer]) -> str:
    new = (
        answer.document.get("events") and "Idempotency-Replayed" not in answer.headers
        for answer in answers
    )
    return "recorded" if any(new) else "unchanged"


def _request(runtime: Runtime, asked: Import, caller: Caller, ask: Ask) -> CommandRequest:
    route = _ROUTES[ask.rule]
    path = ask.rule
    for name, value in ask.ids.items():
        path = path.replace(f"<uuid:{name}>", str(value))
    sent = canonical(ask.body)
    # what stands in the row is its key: the same row again is a repetition, in any import
    key = runtime.keyring.digest(b"import-row/1", path.encode(), sent).hex()
    return CommandRequest(
        route=route,
        ids=dict(ask.ids),
        path=path,
        body=json.loads(sent),
        sent=sent,
        caller=caller,
        key=f"import-{key}",
        dates_required=True,
        correlation_id=asked.job.job_id,
        origin="import",
    )
