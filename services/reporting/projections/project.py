"""The projector as a process: it reads the topics, and judges anew what a pause has changed."""

import threading
import time
from contextlib import suppress

from sqlalchemy import Engine

from services.reporting.domain.sources import REGISTRIES
from services.reporting.projections.announcing import announce
from services.reporting.projections.annual_views import recount
from services.reporting.projections.rebuild import RebuildRunning, is_due, rebuild
from services.reporting.projections.step import Projection
from services.reporting.projections.view_rulebook import is_turned
from services.reporting.tlog.copy import Copy
from shared.clock import today
from shared.database import engine
from shared.log import open_log
from shared.projector.failures import is_outage
from shared.projector.loop import Consumer, lanes_of
from shared.run import Job, until_stopped
from shared.settings import Settings

LOOK_EVERY_S = 1.0
TELL_EVERY_S = 3.0
REST_FACTOR = 20


def project_job(settings: Settings, worker: int = 0, workers: int = 1) -> Job:
    """Give one projector of several: it owns every `workers`-th lane, from `worker` on."""

    def job(stop: threading.Event) -> None:
        url = settings.databases["reporting"]
        # what was not on the disk yet is read again, from where the views then are
        own = engine(url, name="giamngheo project reporting", pool_size=2, durable=False)
        if worker == 0:
            renew_views(settings)
        lanes = lanes_of(worker, workers, settings.partitions)
        step = Projection(settings.partitions).step
        log = open_log(settings)
        try:
            Consumer(own, log, settings.topics, REGISTRIES, step, lanes).run(stop)
        finally:
            log.close()
            own.dispose()

    return job


def redetect_job(settings: Settings) -> Job:
    """Give what judges anew: households whose pauses have changed, all under another rulebook."""

    def job(stop: threading.Event) -> None:
        url = settings.databases["reporting"]
        own = engine(url, name="giamngheo redetect reporting", pool_size=1)
        projection = Projection(settings.partitions)

        def turn() -> bool:
            renew_turned(settings, own)
            return projection.redetect(own) > 0

        until_stopped(stop, turn, LOOK_EVERY_S)
        own.dispose()

    return job


def recount_job(settings: Settings) -> Job:
    """Give what judges the counts of years anew, resting much longer than it works."""

    def job(stop: threading.Event) -> None:
        url = settings.databases["reporting"]
        own = engine(url, name="giamngheo recount reporting", pool_size=1, transaction_seconds=0)
        rest = LOOK_EVERY_S
        while not stop.wait(rest):
            started = time.monotonic()
            try:
                recount(own)
            except Exception as problem:
                if not is_outage(problem):
                    raise
            rest = max(LOOK_EVERY_S, REST_FACTOR * (time.monotonic() - started))
        own.dispose()

    return job


def announce_job(settings: Settings) -> Job:
    """Give what tells, each once, which findings have opened, closed or been decided on."""

    def job(stop: threading.Event) -> None:
        url = settings.databases["reporting"]
        own = engine(url, name="giamngheo announce reporting", pool_size=1)

        def turn() -> bool:
            announce(own, today())
            return False

        until_stopped(stop, turn, TELL_EVERY_S)
        own.dispose()

    return job


def evidence_job(settings: Settings) -> Job:
    """Give what compares signed checkpoints with the log that the journal makes."""

    def job(stop: threading.Event) -> None:
        url = settings.databases["reporting"]
        own = engine(url, name="giamngheo audit reporting", pool_size=1, transaction_seconds=0)
        Copy(own, open_log(settings), settings).run(stop)
        own.dispose()

    return job


def renew_turned(settings: Settings, own: Engine) -> None:
    """Rebuild the views once another rulebook has come into force."""
    with own.begin() as connection:
        if not is_turned(connection, today()):
            return
    # whoever is at it already brings it to its end
    with suppress(RebuildRunning):
        renew_views(settings)


def renew_views(settings: Settings) -> None:
    """Rebuild the views if another version of this program made them."""
    url = settings.databases["reporting"]
    own = engine(url, name="giamngheo rebuild reporting", pool_size=4, transaction_seconds=0)
    if is_due(own, settings.partitions):
        rebuild(own, settings.partitions)
    own.dispose()
