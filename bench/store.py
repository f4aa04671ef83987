"""The event store: one writer, eight beside a sequencer, bulk appends, reading the log."""

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import psycopg

from bench.row import Row, rate
from bench.store_writers import NOTE, WAYS, WRITE_TABLE, fact, fill, provenance
from deploy.bundled import postgres
from shared.database import engine
from shared.ids import named
from shared.migrate import folder, migrate_one
from shared.mover.sequencer import Sequencer
from shared.store.port import Append, CommandMark, NewEvent
from shared.store.postgres import PostgresStore
from tests.support.records import registry

SECONDS = 1.0
ROUNDS = 9
WRITERS = 8
BULK, CHUNK = 20_000, 250
LOG = 200_000
_SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Crew:
    """Writers of one way, a process each, that write when told to."""

    start: Any
    done: Any

    def rate(self) -> float:
        """Give the commands per second of all of them together, over one short while."""
        self.start.wait()
        counts = [int(self.done.get(timeout=120)) for _ in range(self.start.parties - 1)]
        return sum(counts) / SECONDS


def write_when_told(way: str, url: str, writer: int, start: Any, done: Any) -> None:
    """Count how many commands one writer gets through, each time all of them are told."""
    with WAYS[way](url, writer) as write:
        write()
        while True:
            start.wait()
            end, number = time.perf_counter() + SECONDS, 0
            while time.perf_counter() < end:
                write()
                number += 1
            done.put(number)


@contextmanager
def crew(way: str, url: str, writers: int) -> Iterator[Crew]:
    made = Crew(_SPAWN.Barrier(writers + 1), _SPAWN.Queue())
    running = [
        _SPAWN.Process(target=write_when_told, args=(way, url, n, made.start, made.done))
        for n in range(writers)
    ]
    for each in running:
        each.start()
    try:
        yield made
    finally:
        for each in running:
            each.terminate()
            each.join()


def sequence(url: str, wanted: Any, stop: Any) -> None:
    """Place events as a mover does, while wanted, until told to stop."""
    sequencer = Sequencer(engine(url, pool_size=1))
    while not stop.wait(0.005):
        if wanted.wait(0.2):
            sequencer.run_pass()
    sequencer.close()


@contextmanager
def sequencing(url: str) -> Iterator[Any]:
    """Give the event that lets a sequencer work beside the writers."""
    wanted, stop = _SPAWN.Event(), _SPAWN.Event()
    process = _SPAWN.Process(target=sequence, args=(url, wanted, stop))
    process.start()
    try:
        yield wanted
    finally:
        stop.set()
        process.join()


def bulk(store: PostgresStore) -> int:
    """Append many commands, some of a stream, as a batch of lines is."""
    run = uuid4().hex
    for start in range(0, BULK, CHUNK):
        households = [named(f"{run} {n // 5}") for n in range(start, start + CHUNK)]
        with store.transaction() as work:
            histories = work.read_all([f"household-{one}" for one in households])
            versions = {stream: len(history) for stream, history in histories.items()}
            commands = []
            for household in households:
                stream, new = f"household-{household}", NewEvent(uuid4(), fact(household))
                mark = CommandMark(new.event_id.bytes, b"f" * 32, b"c" * 32)
                commands.append(
                    Append(stream, versions[stream], [new], provenance(), mark, (uuid4(),))
                )
                versions[stream] += 1
            work.append_all(commands)
    return BULK


def copied(url: str) -> int:
    """Give the database's own speed: the same bytes by COPY, without index or check."""
    data = NOTE.encode() * 2
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE copied (stream_id text, version int, data bytea)")
        with cursor.copy("COPY copied FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(("text", "int4", "bytea"))
            for number in range(BULK):
                copy.write_row((f"household-{number}", 1, data))
    return BULK


def read_typed(store: PostgresStore) -> int:
    after = 0
    while rows := store.read_log(after, 5_000):
        after = rows[-1].position or 0
    return after


def read_bytes(url: str) -> int:
    """Read the same columns by binary COPY, undecoded."""
    done = 0
    statement = (
        "COPY (SELECT position, meta, data, hash FROM positions JOIN events USING (seq) "
        "ORDER BY position) TO STDOUT (FORMAT BINARY)"
    )
    with psycopg.connect(url) as connection, connection.cursor().copy(statement) as copy:
        copy.set_types(("int8", "bytea", "bytea", "bytea"))
        for _ in copy.rows():
            done += 1
    return done


def _writers(url: str) -> Iterator[Row]:
    fill(url, WRITERS)
    for writers, least_raw, least_peer in ((1, 0.85, 1.6), (WRITERS, 0.8, 2.0)):
        found: dict[str, list[float]] = {way: [] for way in WAYS}
        with ExitStack() as held:
            crews = {way: held.enter_context(crew(way, url, writers)) for way in WAYS}
            beside = held.enter_context(sequencing(url))
            for _ in range(ROUNDS):  # in turns, so that a busy moment of the machine hits all
                for way, rates in found.items():
                    if way == "ours" and writers > 1:
                        beside.set()
                    rates.append(crews[way].rate())
                    beside.clear()
        rates_of = {way: median(rates) for way, rates in found.items()}
        mine, raw, peer = rates_of["ours"], rates_of["raw"], rates_of.get("peer")
        yield Row(
            what=f"store: load 20, decide, append 1; {writers} writer(s)"
            + (", sequencer beside" if writers > 1 else ""),
            ours=mine,
            unit="/s",
            reference=raw,
            reference_what="raw psycopg select + insert",
            goal=f"≥ {least_raw} × raw, ≥ {least_peer} × the peer",
            reached=mine >= least_raw * raw and mine >= least_peer * (peer or 0.0),
            note=f"eventsourcing {peer:,.0f}/s: {mine / peer:.2f} × the peer"
            if peer
            else "eventsourcing not measured: it needs psycopg-pool",
        )


def rows() -> list[Row]:
    """Measure on a PostgreSQL of its own, with fsync."""
    with TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        server = postgres.start(Path(place) / "postgres")
        try:
            url = server.url()
            migrate_one(url, folder("households"))
            with psycopg.connect(url) as connection:
                connection.execute(WRITE_TABLE)
            return [*_writers(url), *_bulk_and_read(url)]
        finally:
            server.stop()


def _bulk_and_read(url: str) -> Iterator[Row]:
    connects = engine(url, pool_size=2, transaction_seconds=0)
    store = PostgresStore(connects, registry())
    appended = rate(lambda: bulk(store))
    yield Row(
        what=f"store: bulk append, {CHUNK} commands a transaction",
        ours=appended,
        unit="/s",
        reference=rate(lambda: copied(url)),
        reference_what="COPY into a bare table",
        goal="≥ 8,000/s",
        reached=appended >= 8_000,
    )
    while store.head() < LOG:
        bulk(store)
        sequencer = Sequencer(connects)
        while sequencer.run_pass():
            pass
        sequencer.close()
    read = rate(lambda: read_typed(store))
    yield Row(
        what=f"store: read {store.head():,} events of the log in order, typed",
        ours=read,
        unit="/s",
        reference=rate(lambda: read_bytes(url)),
        reference_what="binary COPY, undecoded",
        goal="≥ 150,000/s",
        reached=read >= 150_000,
    )
    connects.dispose()
