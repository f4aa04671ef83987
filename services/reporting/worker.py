"""Doing long work, one job after another; what is cut short is taken up again."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Engine, text

from services.reporting.backtests import running as backtest
from services.reporting.jobs import job_queue
from services.reporting.jobs.job_queue import CannotBeDone, Job, Stopped, Work
from services.reporting.replays.replay import replay
from shared.codec import canonical
from shared.database import engine
from shared.projector.failures import is_outage
from shared.run import Job as Running
from shared.settings import Settings

LOOK_EVERY_S = 1.0
_LOG = structlog.get_logger("jobs")

Do = Callable[[Work], dict[str, Any]]
"""Does one job to its end and gives what came of it; lets Stopped and CannotBeDone through.

It is to call `go_on` or `keep` every few seconds.
"""

BACKTEST = "backtest"
DOERS: Mapping[str, Do] = {BACKTEST: backtest.do}
"""Who does which kind of job."""


def doers(settings: Settings) -> Mapping[str, Do]:
    """Give those too who must know where the log and the stores are."""
    return {**DOERS, "replay": partial(replay, settings)}


def turn(connects: Engine, stopping: Callable[[], bool], doers: Mapping[str, Do] = DOERS) -> bool:
    """Do the oldest job that nobody does; False if there is none."""
    with connects.begin() as connection:
        waiting = list(job_queue.waiting(connection))
    for job_id in waiting:
        with _held(connects, job_id) as held:
            if held and _try(connects, job_id, stopping, doers):
                return True
    return False


@contextmanager
def _held(connects: Engine, job_id: UUID) -> Iterator[bool]:
    """Hold the lock of a job for as long as this process lives and works on it."""
    with connects.connect() as guard:
        asked = {"key": job_queue.lock_of(job_id)}
        got = bool(guard.execute(text("SELECT pg_try_advisory_lock(:key)"), asked).scalar_one())
        guard.commit()
        try:
            yield got
        finally:
            if got:
                guard.execute(text("SELECT pg_advisory_unlock(:key)"), asked)
                guard.commit()


def _try(
    connects: Engine, job_id: UUID, stopping: Callable[[], bool], doers: Mapping[str, Do]
) -> bool:
    with connects.begin() as connection:
        job = job_queue.claim(connection, job_id)
    if job is None:
        return False
    result, problem, status = None, None, "failed"
    if job.cancelling:
        status = "cancelled"
    elif job.tries > job_queue.TRIES or job.kind not in doers:
        problem = "đã thử nhiều lần mà không xong / tried again and again without getting further"
    else:
        try:
            result = canonical(doers[job.kind](Work(connects, job, stopping)))
            status = "done"
        except Stopped:
            return _left(connects, job)
        except CannotBeDone as why:
            problem = str(why)
        except Exception as why:
            if is_outage(why):
                raise
            # one that cannot be done must not keep the others, and the projector, from going on
            _LOG.exception("job_failed", job_id=str(job_id), kind=job.kind)
            problem = "lỗi trong hệ thống, xem nhật ký / an error of ours, see the log"
    with connects.begin() as connection:
        job_queue.end(connection, job, status, result, problem)
    _LOG.info("job_ended", job_id=str(job_id), kind=job.kind, status=status)
    return True


def _left(connects: Engine, job: Job) -> bool:
    """End what was cancelled; leave anything else to the next worker."""
    with connects.begin() as connection:
        now = job_queue.find(connection, job.job_id, job.kind)
        if now is None or not now.cancelling:
            connection.execute(
                text("UPDATE jobs SET tries = tries - 1 WHERE job_id = :job_id AND claims = :n"),
                {"job_id": job.job_id, "n": job.claims},
            )
            return False
        job_queue.end(connection, job, "cancelled")
        return True


def jobs_job(settings: Settings) -> Running:
    """Give what does the long work of reporting."""

    def job(stop: threading.Event) -> None:
        url = settings.databases["reporting"]
        own = engine(url, name="giamngheo jobs reporting", pool_size=4, transaction_seconds=0)
        while not stop.is_set():
            try:
                busy = turn(own, stop.is_set, doers(settings))
            except Exception as problem:
                if not is_outage(problem):
                    raise
                busy = False
            if not busy:
                stop.wait(LOOK_EVERY_S)
        own.dispose()

    return job
