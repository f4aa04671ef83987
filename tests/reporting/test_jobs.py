"""Long work: taken up where it stopped, ended by whoever may, done by one worker at a time."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from services.reporting.jobs.worker import turn
from shared.areas import Scope
from shared.ids import named
from shared.jobs import queue as job_queue
from shared.jobs.queue import CannotBeDone, Job, Stopped, Work
from tests.support.jobs import work_off

pytestmark = pytest.mark.servers

PARTS = 3


@pytest.fixture
def queue(whole: Engine) -> Engine:
    with whole.begin() as connection:
        connection.execute(text("TRUNCATE jobs, job_parts"))
    return whole


def asked(engine: Engine, name: str = "first") -> UUID:
    job_id = named(name)
    with engine.begin() as connection:
        job_queue.ask(
            connection, job_id, "count", {"to": PARTS}, Scope(everything=True), "an inspector"
        )
    return job_id


def found(engine: Engine, job_id: UUID) -> Job:
    with engine.begin() as connection:
        job = job_queue.find(connection, job_id, "count")
    assert job is not None
    return job


def cancelled(engine: Engine, job_id: UUID) -> bool:
    with engine.begin() as connection:
        return job_queue.cancel(connection, job_id)


def counting(before: Callable[[int], None] = lambda _: None) -> Callable[[Work], dict[str, Any]]:
    """Give work in parts that says which part it does next."""

    def do(work: Work) -> dict[str, Any]:
        for part in range(len(work.parts()), PARTS):
            before(part)
            work.keep(part, str(part).encode(), part + 1, PARTS)
        return {"counted": [body.decode() for body in work.parts()]}

    return do


def test_work_is_done_and_tells_what_came_of_it(queue: Engine) -> None:
    job_id = asked(queue)
    assert found(queue, job_id).status == "queued"
    assert work_off(queue, {"count": counting()}) == 1
    job = found(queue, job_id)
    assert (job.status, job.done, job.total) == ("done", PARTS, PARTS)
    assert job.result == {"counted": ["0", "1", "2"]}


def test_what_was_cut_short_goes_on_where_it_stopped(queue: Engine) -> None:
    done: list[int] = []
    job_id = asked(queue)
    stop = iter([False, True])
    assert turn(queue, lambda: next(stop), {"count": counting(done.append)}) is False
    assert found(queue, job_id).status == "running"
    assert work_off(queue, {"count": counting(done.append)}) == 1
    assert done == [0, 1, 1, 2]
    assert found(queue, job_id).result == {"counted": ["0", "1", "2"]}


def test_two_workers_never_do_the_same_work(queue: Engine) -> None:
    asked(queue)

    def meanwhile(_: int) -> None:
        assert turn(queue, lambda: False, {"count": counting()}) is False

    assert turn(queue, lambda: False, {"count": counting(meanwhile)}) is True


def test_one_who_was_thought_dead_can_write_no_more(queue: Engine) -> None:
    job_id = asked(queue)

    def taken_over(_: int) -> None:
        with queue.begin() as connection:
            assert job_queue.claim(connection, job_id) is not None

    assert turn(queue, lambda: False, {"count": counting(taken_over)}) is False
    assert found(queue, job_id).done == 0


def test_work_that_waits_is_cancelled_at_once(queue: Engine) -> None:
    job_id = asked(queue)
    assert cancelled(queue, job_id)
    assert found(queue, job_id).status == "cancelled"
    assert work_off(queue, {"count": counting()}) == 0
    assert not cancelled(queue, job_id)


def test_work_under_way_is_cancelled_at_its_next_step(queue: Engine) -> None:
    job_id = asked(queue)

    def cancel(part: int) -> None:
        if part == 1:
            assert cancelled(queue, job_id)

    assert work_off(queue, {"count": counting(cancel)}) == 1
    job = found(queue, job_id)
    assert (job.status, job.done, job.result) == ("cancelled", 1, None)


def test_what_cannot_be_done_says_why_and_lets_the_next_go_on(queue: Engine) -> None:
    def do(work: Work) -> dict[str, Any]:
        if work.job.job_id == named("first"):
            raise CannotBeDone("không được / it cannot be")
        if work.job.job_id == named("second"):
            raise ZeroDivisionError
        return {}

    first, second, third = (asked(queue, name) for name in ("first", "second", "third"))
    assert work_off(queue, {"count": do}) == 3
    assert found(queue, first).problem == "không được / it cannot be"
    assert [found(queue, each).status for each in (first, second, third)] == [
        "failed",
        "failed",
        "done",
    ]


def test_work_that_kills_its_workers_is_given_up(queue: Engine) -> None:
    job_id = asked(queue)
    for _ in range(job_queue.TRIES):
        with queue.begin() as connection:
            assert job_queue.claim(connection, job_id) is not None
    assert work_off(queue, {"count": counting()}) == 1
    assert found(queue, job_id).status == "failed"


def test_nothing_is_written_once_it_was_cancelled(queue: Engine) -> None:
    job_id = asked(queue)

    def do(work: Work) -> dict[str, Any]:
        cancelled(queue, job_id)
        with pytest.raises(Stopped):
            work.go_on(1, PARTS)
        return {"counted": []}

    assert work_off(queue, {"count": do}) == 1
    assert found(queue, job_id).status == "cancelled"
