"""Who does which kind of reporting's long work."""

import threading
from collections.abc import Callable, Mapping
from functools import partial

from sqlalchemy import Engine

from services.reporting.backtests import running as backtest
from services.reporting.replays.replay import replay
from shared.database import engine
from shared.jobs import queue, worker
from shared.jobs.worker import Do
from shared.run import Job, until_stopped
from shared.settings import Settings

KEPT_DAYS = 90
"""How long what came of it can be read."""
BACKTEST = "backtest"
DOERS: Mapping[str, Do] = {BACKTEST: backtest.do}
"""Who does a kind of job with nothing but the database of reporting."""


def turn(connects: Engine, stopping: Callable[[], bool], doers: Mapping[str, Do] = DOERS) -> bool:
    """Do the oldest job that nobody does, and forget old ones; False if there was none to do."""
    with connects.begin() as connection:
        queue.forget(connection, KEPT_DAYS)
    return worker.turn(connects, stopping, doers)


def jobs_job(settings: Settings) -> Job:
    """Return what does the long work of reporting until it is told to stop."""
    # a replay must know where the log and the stores are
    doers: Mapping[str, Do] = {**DOERS, "replay": partial(replay, settings)}

    def job(stop: threading.Event) -> None:
        url = settings.databases["reporting"]
        own = engine(url, name="giamngheo jobs reporting", pool_size=4, transaction_seconds=0)
        until_stopped(stop, lambda: turn(own, stop.is_set, doers), worker.LOOK_EVERY_S)
        own.dispose()

    return job
