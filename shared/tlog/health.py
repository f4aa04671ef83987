"""Commands are refused while their evidence cannot be written: nothing without a trace."""

import time
from collections.abc import Callable

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from shared.problems import Problem
from shared.tlog.schema import OWN

LOOK_AGAIN_S = 1.0

_PROBLEM = text(f"SELECT problem FROM {OWN}.trees WHERE problem IS NOT NULL LIMIT 1")
_STATE = text(
    f"SELECT t.size, t.problem, (SELECT extract(epoch FROM now() - max(c.signed_at))"
    f" FROM {OWN}.checkpoints c) FROM {OWN}.trees t LIMIT 1"
)


class EvidenceWatch:
    """What the scribe of a service has written about its own work; asked for once a second."""

    def __init__(
        self, engine: Engine | None = None, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._engine, self._now = engine, now
        self._problem: str | None = None
        self._looked: float | None = None

    def problem(self) -> str | None:
        """Say why evidence cannot be written; None where it can, or where nobody could say."""
        if self._engine is None:
            return None
        now = self._now()
        if self._looked is None or now - self._looked >= LOOK_AGAIN_S:
            self._looked = now
            try:
                with self._engine.begin() as connection:
                    self._problem = connection.execute(_PROBLEM).scalar()
            except SQLAlchemyError:
                # the command will meet the same outage, and tell of it
                self._problem = None
        return self._problem

    def must_be_written(self) -> None:
        """Pass if evidence can be written; else 503 `evidence-unavailable`."""
        problem = self.problem()
        if problem is not None:
            raise Problem(
                "evidence-unavailable",
                f"Chưa ghi gì: không ký được nhật ký bằng chứng; báo quản trị ({problem}) / "
                f"Nothing was recorded: the evidence log cannot be signed; tell an operator",
                headers={"Retry-After": "5"},
            )

    def figures(self) -> dict[str, float]:
        """Give the size of the log, the age of its last checkpoint and whether it is refused."""
        if self._engine is None:
            return {}
        try:
            with self._engine.begin() as connection:
                row = connection.execute(_STATE).one_or_none()
        except SQLAlchemyError:
            return {}
        if row is None:
            return {}
        size, problem, age = row
        found = {"evidence_size": float(size), "evidence_refused": float(problem is not None)}
        return found if age is None else found | {"evidence_age_seconds": float(age)}
