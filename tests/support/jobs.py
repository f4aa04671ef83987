"""Long work of reporting for tests: done in this process, as the projector would."""

from collections.abc import Mapping

from sqlalchemy import Engine

from services.reporting.jobs.worker import DOERS, turn
from shared.jobs.worker import Do


def work_off(engine: Engine, doers: Mapping[str, Do] = DOERS) -> int:
    """Do all the work that waits; give how much there was."""
    count = 0
    while turn(engine, lambda: False, doers):
        count += 1
    return count
