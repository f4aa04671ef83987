"""The projector's step: refold the touched households whole, then what they share with others."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, Engine, text

from services.reporting.domain.clocks import Pause
from services.reporting.domain.dossier import fold
from services.reporting.domain.rulebook import Rulebook, rulebook_on
from services.reporting.domain.sources import REGISTRIES
from services.reporting.projections.inputs import Inputs, read_inputs
from services.reporting.projections.rows import (
    Content,
    Rows,
    household_content,
    household_rows,
    key_rows,
)
from services.reporting.projections.store import ViewStore
from services.reporting.projections.tables import LIVE
from services.reporting.projections.view_rulebook import made_by
from shared.clock import today
from shared.event import event_type
from shared.projector.driver import driver
from shared.projector.journal import read_journals
from shared.recorded import Recorded

SWITCH_LOCK = 0x6E67686F
"""Shared by whoever writes the live views, exclusive for who puts others in their place."""

_SHARE = f"SELECT pg_advisory_xact_lock_shared({SWITCH_LOCK})".encode()


class Projection:
    """Folds the journal into the views of one schema."""

    def __init__(
        self,
        partitions: int,
        schema: str = LIVE,
        day: Callable[[], date] = today,
        book: Rulebook | None = None,
    ) -> None:
        self.day = day
        self.store = ViewStore(schema, partitions)
        self.book = book or rulebook_on(day())
        self._follows = schema == LIVE and book is None

    def step(self, connection: Connection, keys: list[UUID], recorded: list[Recorded]) -> None:
        """Refold these keys; what is new of them is in the journal already."""
        del recorded
        driver(connection).execute(_SHARE)
        self.refold(connection, keys)

    def refold(self, connection: Connection, keys: Sequence[UUID]) -> None:
        """Fold these keys anew from the journal and put the result in the views."""
        inputs = read_inputs(connection, REGISTRIES, self.day)
        journals = read_journals(connection, keys, REGISTRIES)
        # live views stay those of one rulebook until a rebuild puts others in their place
        book = (made_by(connection) if self._follows else None) or self.book
        far = book.up_to(inputs.day)
        folded = {key: rows_of(key, journals.get(key, []), far, inputs.pauses) for key in keys}
        self.store.replace(connection, folded, inputs.version, book)

    def rows(self, key: UUID, history: Iterable[Recorded], inputs: Inputs) -> Rows | None:
        """Give the rows of a key; None where there is nothing to show of it."""
        return rows_of(key, list(history), self.book.up_to(inputs.day), inputs.pauses)

    def redetect(self, engine: Engine, limit: int = 200) -> int:
        """Judge households anew whose inputs have changed since; give how many there were."""
        with engine.begin() as connection:
            driver(connection).execute(_SHARE)
            inputs = read_inputs(connection, REGISTRIES, self.day)
            rows = connection.execute(
                text(
                    f"SELECT key FROM {self.store.schema}.dossiers WHERE inputs < :version"
                    " ORDER BY key LIMIT :limit FOR UPDATE"
                ),
                {"version": inputs.version, "limit": limit},
            )
            stale = [row[0] for row in rows]
            if stale:
                self.refold(connection, stale)
            return len(stale)


def rows_of(
    key: UUID, history: Sequence[Recorded], book: Rulebook, pauses: Sequence[Pause]
) -> Rows | None:
    """Give the rows of a household, or of what several share: a finding, a sponsor; else None."""
    if not any(is_of_household(recorded) for recorded in history):
        return key_rows(key, history)
    return household_rows(fold(key, history), book, pauses, history)


def content_of(
    key: UUID, history: Sequence[Recorded], book: Rulebook, pauses: Sequence[Pause]
) -> Content | None:
    """Give what those rows say, for who does not write them down."""
    if any(is_of_household(recorded) for recorded in history):
        return household_content(fold(key, history), book, pauses, history)
    rows = key_rows(key, history)
    return None if rows is None else Content((), [], [each for each, _ in rows.contributions])


def is_of_household(recorded: Recorded) -> bool:
    """Tell whether an event is about a household, by what orders it."""
    return event_type(recorded.event).keyed_by == "household_id"
