"""The roles in which a service runs: web, mover, consume, rebuild; one process each or together."""

import importlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

import structlog
from flask import Flask

from shared import erasure, logs
from shared.corrections import corrected
from shared.database import engine
from shared.decider import Conflict
from shared.gc_tuning import settle
from shared.jobs.worker import LOOK_EVERY_S
from shared.log import open_log
from shared.mover.mover import Mover
from shared.projector.failures import is_outage
from shared.projector.loop import Consumer
from shared.service import Runtime, Service, build
from shared.settings import SERVICES, BadSetting, Settings, from_environment
from shared.store.postgres import PostgresStore
from shared.tlog.checkpoint_publisher import Scribe

_LOG = structlog.get_logger("run")
_ROOT = Path(__file__).resolve().parent.parent

Job = Callable[[threading.Event], None]
"""Works until the event is set; an exception ends the whole process, to be started again."""

USAGE_EXIT = 2
ERASE_SECONDS = 2.0
"""How long an erasure waits for its next try where the first, after the commit, was cut short."""


def settings_or_exit() -> Settings:
    """Read the settings, or end with one sentence that says which is wrong."""
    try:
        return from_environment()
    except BadSetting as problem:
        sys.exit(str(problem))


def until_stopped(stop: threading.Event, turn: Callable[[], bool], pause_s: float) -> None:
    """Take turns until told to stop; wait after one that found nothing to do, or met an outage."""
    while not stop.is_set():
        try:
            busy = turn()
        except Exception as problem:
            if not is_outage(problem):
                raise
            _LOG.warning("work_delayed", error=type(problem).__name__)
            busy = False
        if not busy:
            stop.wait(pause_s)


def mover_job(settings: Settings, service: Service) -> Job:
    """Give the mover of a service: its events get positions and reach its topic."""

    def job(stop: threading.Event) -> None:
        url = settings.databases[service.name]
        name = f"giamngheo mover {service.name}"
        store = PostgresStore(engine(url, name=name, pool_size=2), service.registry)
        cursors = PostgresStore(
            engine(url, name=name, pool_size=2, durable=False), service.registry
        )
        topic, partitions = settings.topic(service.name), settings.partitions
        Mover(store, open_log(settings), topic, partitions, cursors).run(stop)

    return job


def evidence_job(settings: Settings, service: Service) -> Job:
    """Give what keeps the Merkle log of a service's store and signs its checkpoints."""

    def job(stop: threading.Event) -> None:
        url = settings.databases[service.name]
        own = engine(url, name=f"giamngheo evidence {service.name}", pool_size=1)
        Scribe(own, open_log(settings), settings, service.name).run(stop)

    return job


def erasing_job(settings: Settings, service: Service) -> Job:
    """Give what destroys the keys of those whose erasure is recorded, until it is done."""

    def job(stop: threading.Event) -> None:
        runtime = build(settings, service, role="erase", pool_size=1)
        while not stop.is_set():
            erasure.try_to_settle(runtime)
            stop.wait(ERASE_SECONDS)

    return job


def mover_jobs(settings: Settings, service: Service) -> list[tuple[str, Job]]:
    """Give the jobs of a service's mover process, by name."""
    jobs = [(service.name, mover_job(settings, service))]
    jobs.append((f"{service.name}-evidence", evidence_job(settings, service)))
    if service.erases:
        jobs.append((f"{service.name}-erase", erasing_job(settings, service)))
    return jobs


def consume_job(settings: Settings, service: Service) -> Job:
    """Give the consumer of a command service: it learns what it must know of the others."""

    def job(stop: threading.Event) -> None:
        runtime = build(settings, service, role="consume", pool_size=2)
        if service.project is None or runtime.engine is None:
            raise ValueError(f"{service.name} consumes nothing")
        topics = {source: settings.topic(source) for source in service.consumes}
        lanes = range(settings.partitions)
        log = open_log(settings)
        try:
            consumer = Consumer(
                runtime.engine, log, topics, service.consumes, service.project, lanes
            )
            consumer.run(stop)
        finally:
            log.close()

    return job


def working_job(settings: Settings, service: Service) -> Job:
    """Return what does a service's long work, job by job; what is cut short is taken up again."""

    def job(stop: threading.Event) -> None:
        runtime, turn = build(settings, service, role="consume", pool_size=3), service.turn
        if turn is None:
            raise ValueError(f"{service.name} has no long work")
        until_stopped(stop, lambda: turn(runtime, stop.is_set), LOOK_EVERY_S)

    return job


def consume_jobs(settings: Settings, service: Service) -> list[tuple[str, Job]]:
    """Give the jobs of a service's consumer process, by name."""
    jobs = [(service.name, consume_job(settings, service))] if service.consumes else []
    if service.turn is not None:
        jobs.append((f"{service.name}-work", working_job(settings, service)))
    return jobs


def run_jobs(role: str, jobs: Sequence[tuple[str, Job]]) -> int:
    """Run jobs as threads until SIGTERM or SIGINT; 1 if one of them failed."""
    settle()
    stop, failed = threading.Event(), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    def watched(name: str, job: Job) -> None:
        try:
            job(stop)
        finally:
            if not stop.is_set():
                _LOG.error("job_ended", role=role, service=name, exc_info=sys.exc_info()[1])
                failed.set()
                stop.set()

    threads = [
        threading.Thread(target=watched, args=(name, job), name=f"{role}-{name}")
        for name, job in jobs
    ]
    for thread in threads:
        thread.start()
    _LOG.info("started", role=role, count=len(threads))
    while not stop.wait(60):
        pass
    for thread in threads:
        thread.join()
    return 1 if failed.is_set() else 0


def declared(name: str) -> Service:
    """Give a service's declaration."""
    if name not in SERVICES:
        raise ValueError(f"no service {name}")
    found = importlib.import_module(f"services.{name}.app").SERVICE
    if not isinstance(found, Service):
        raise TypeError(f"services.{name}.app.SERVICE is no Service")
    return found


def wsgi(name: str) -> Flask:
    """Give the app of one service, for gunicorn."""
    logs.configure(f"{name} web")
    made = importlib.import_module(f"services.{name}.app").create_app(settings_or_exit())
    if not isinstance(made, Flask):
        raise TypeError(f"services.{name}.app.create_app gave no app")
    return made


def serve(name: str, settings: Settings) -> NoReturn:
    """Become gunicorn with one service on its own port."""
    port = settings.port_base + 1 + SERVICES.index(name)
    os.environ["WEB_PORTS"] = os.environ.get("WEB_PORTS", str(port))
    configuration = str(_ROOT / "deploy" / "gunicorn_conf.py")
    target = f"shared.run:wsgi({name!r})"
    command = [sys.executable, "-m", "gunicorn", "-c", configuration, target]
    os.execv(sys.executable, command)  # noqa: S606 - our own interpreter, no shell


def rebuild(runtime: Runtime) -> int:
    """Make the service's own tables anew from its events, in one transaction."""
    own, connects, service = runtime.service.read_model, runtime.engine, runtime.service
    if own is None or own.clear is None or connects is None:
        sys.stderr.write("không có gì để dựng lại / nothing to rebuild\n")
        return 0
    deciders = {decider.name: decider for decider in service.deciders}
    with connects.begin() as connection:
        own.clear(connection)
        for stream_id in _streams(runtime):
            history = runtime.store.read_stream(stream_id)
            state = deciders[stream_id.partition("-")[0]].fold(corrected(history))
            try:
                own.apply(connection, stream_id, state, history)
            except Conflict as refusal:
                # recorded before it was refused: it stands, and people are told
                sys.stderr.write(f"{stream_id}: {refusal.detail}\n")
            if own.index is not None:
                own.index(connection, runtime.keyring, stream_id, state, history)
        if service.erases:
            erasure.order_again(connection)
    if service.erases:
        erasure.try_to_settle(runtime)
    return 0


def _streams(runtime: Runtime) -> Iterator[str]:
    """Give every stream that the sequencer has seen, once."""
    seen: set[str] = set()
    after = 0
    while rows := runtime.store.read_log(after, 5_000):
        after = rows[-1].position or 0
        for row in rows:
            if row.meta.version == 1 and row.meta.stream_id not in seen:
                seen.add(row.meta.stream_id)
                yield row.meta.stream_id


def main(service: Service, argv: Sequence[str]) -> int:
    """Run one role of one service; the exit code says how it ended."""
    role = argv[0] if argv else ""
    settings = settings_or_exit()
    logs.configure(f"{service.name} {role}")
    if role == "web":
        serve(service.name, settings)
    if role == "mover":
        return run_jobs(role, mover_jobs(settings, service))
    if role == "consume":
        return run_jobs(role, consume_jobs(settings, service))
    if role == "rebuild":
        return rebuild(build(settings, service, role=role, pool_size=3, transaction_seconds=0))
    sys.stderr.write(f"python -m services.{service.name} web|mover|consume|rebuild\n")
    return USAGE_EXIT
