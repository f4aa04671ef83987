"""Doing long work, one job after another; what is cut short is taken up again."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Engine, text

from shared.codec import canonical
from shared.jobs import queue
from shared.jobs.queue import CannotBeDone, Job, Stopped, Work
from shared.projector.failures import is_outage

LOOK_EVERY_S = 1.0
"""How long a worker without work waits before it looks again."""
_LOG = structlog.get_logger("jobs")

Do = Callable[[Work], dict[str, Any]]
"""Does one job to its end and returns what came of it; lets Stopped and CannotBeDone through.

It is to call `go_on`, `step` or `keep` every few seconds.
"""


def turn(connects: Engine, stopping: Callable[[], bool], doers: Mapping[str, Do]) -> bool:
    """Do the oldest job that nobody does, by who does its kind; False if there is none."""
    with connects.begin() as connection:
        waiting = list(queue.waiting(connection))
    for job_id in waiting:
        with _held(connects, job_id) as held:
            if held and _try(connects, job_id, stopping, doers):
                return True
    return False


@contextmanager
def _held(connects: Engine, job_id: UUID) -> Iterator[bool]:
    """Hold the lock of a job for as long as this process lives and works on it."""
    with connects.connect() as guard:
        asked = {"key": queue.lock_of(job_id)}
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
        job = queue.claim(connection, job_id)
    if job is None:
        return False
    result, problem, status = None, None, "failed"
    if job.cancelling:
        status = "cancelled"
    elif job.tries > queue.TRIES or job.kind not in doers:
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
            # one that cannot be done must not keep the others, and the process, from going on
            _LOG.exception("job_failed", job_id=str(job_id), kind=job.kind)
            problem = "lỗi trong hệ thống, xem nhật ký / an error of ours, see the log"
    with connects.begin() as connection:
        queue.end(connection, job, status, result, problem)
    _LOG.info("job_ended", job_id=str(job_id), kind=job.kind, status=status)
    return True


def _left(connects: Engine, job: Job) -> bool:
    """End what was cancelled; leave anything else to the next worker."""
    with connects.begin() as connection:
        now = queue.find(connection, job.job_id, job.kind)
        if now is None or not now.cancelling:
            queue.give_back(connection, job)
            return False
        queue.end(connection, job, "cancelled")
        return True
