"""Other processes that help with a rebuild, for as long as who asked them lives."""

import os
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor, wait
from multiprocessing import get_context
from typing import NamedTuple

from sqlalchemy import Engine

from services.reporting.domain.rulebook import Rulebook
from services.reporting.projections.step import Projection
from services.reporting.projections.tables import NEXT
from shared.database import engine as connect

LOOK_EVERY_S = 0.5

Task = Callable[[Engine, Projection, Callable[[], None]], None]
"""Something to be done; what it is given last is to be called now and then meanwhile."""


class Orphaned(Exception):  # noqa: N818 - how a process notices that it works for nobody
    """The process that asked for this is gone."""


class Asked(NamedTuple):
    """What another process is asked to do, and for whom."""

    url: str
    partitions: int
    book: Rulebook
    parent: int
    task: Task


class Helpers:
    """Processes beside this one; none, and this one does it all."""

    def __init__(self, engine: Engine, projection: Projection, number: int) -> None:
        self.number = number
        self.engine, self.projection = engine, projection
        self._url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        # spawned, not forked: connections and threads of this process must not be theirs too
        self._pool = (
            ProcessPoolExecutor(number, mp_context=get_context("spawn")) if number else None
        )

    def together(self, task: Task, between: Callable[[], None]) -> None:
        """Have all do the same, this process too: what one has taken no other takes."""
        asked = {self.ask(task, between) for _ in range(self.number)}
        task(self.engine, self.projection, between)
        self.await_all(asked, between)

    def ask(self, task: Task, between: Callable[[], None]) -> "Future[None]":
        """Have something done beside what this process does; without helpers it is done now."""
        if self._pool is None:
            task(self.engine, self.projection, between)
            done: Future[None] = Future()
            done.set_result(None)
            return done
        partitions, book = self.projection.store.partitions, self.projection.book
        return self._pool.submit(work, Asked(self._url, partitions, book, os.getpid(), task))

    def await_all(self, asked: "set[Future[None]]", between: Callable[[], None]) -> None:
        """Wait until all of it is done."""
        while asked:
            done, asked = wait(asked, timeout=LOOK_EVERY_S)
            for each in done:
                each.result()
            between()

    def close(self) -> None:
        """Wait until they have ended."""
        if self._pool is not None:
            self._pool.shutdown()


def work(asked: Asked) -> None:
    """Do it, in a process of its own, for as long as its asker lives."""
    own = connect(asked.url, name="giamngheo rebuild reporting", pool_size=3, transaction_seconds=0)

    def still_asked() -> None:
        if os.getppid() != asked.parent:
            raise Orphaned

    try:
        asked.task(own, Projection(asked.partitions, NEXT, book=asked.book), still_asked)
    finally:
        own.dispose()
