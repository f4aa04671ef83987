"""The one moment at which everything is compared: what the journal held, what the views showed."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, Engine, text

from services.reporting.domain.rulebook import Rulebook, book_of, rulebook_on
from services.reporting.domain.sources import REGISTRIES
from services.reporting.projections.inputs import read_inputs
from services.reporting.projections.read_positions import Cut, read_cut
from services.reporting.projections.tables import LIVE
from services.reporting.projections.view_rulebook import made_by
from services.reporting.replays.asked import Asked
from services.reporting.replays.rows import copy_rows
from services.reporting.replays.signed import note_signed
from services.reporting.replays.staging_schema import BODY, Scratch


def make_cut(
    engine: Engine,
    scratch: Scratch,
    asked: Asked,
    topics: Mapping[str, str],
    partitions: int,
    today: date,
) -> bool:
    """Note what the journal and the views hold now; False while the views are being judged anew."""
    repeatable = engine.execution_options(isolation_level="REPEATABLE READ")
    with repeatable.begin() as connection:
        if scratch.noted(connection, "cut") is not None:
            return True
        book = made_by(connection)
        if asked.is_live and (book is None or _stale(connection)):
            return False
        cut = read_cut(connection, topics, partitions)
        _copy(connection, scratch, cut)
        if asked.is_live:
            copy_rows(connection, scratch, "live", LIVE, asked.shown_on(today))
        note_signed(connection, scratch)
        if book is not None:
            scratch.note(connection, "rulebook", book.digest)
        scratch.note(connection, "cut", "made")
        return True


def cut_of(connection: Connection, scratch: Scratch, partitions: int) -> Cut:
    """Give the cut that was made."""
    rows = connection.execute(
        text(f"SELECT source, partition, last_position FROM {scratch.schema}.cut")
    )
    return Cut({(row[0], row[1]): row[2] for row in rows}, partitions)


def made_by_then(connection: Connection, scratch: Scratch, today: date) -> Rulebook:
    """Give the rulebook that the views were made by when the cut was made."""
    return book_of(scratch.noted(connection, "rulebook") or "") or rulebook_on(today)


def _stale(connection: Connection) -> bool:
    version = read_inputs(connection, REGISTRIES).version
    found = connection.execute(
        text(f"SELECT 1 FROM {LIVE}.dossiers WHERE inputs < :version LIMIT 1"),
        {"version": version},
    )
    if found.first() is not None:
        return True
    return connection.execute(text(f"SELECT 1 FROM {LIVE}.recounts LIMIT 1")).first() is not None


def _copy(connection: Connection, scratch: Scratch, cut: Cut) -> None:
    schema = scratch.schema
    if cut.read:
        connection.execute(
            text(f"INSERT INTO {schema}.cut VALUES (:source, :partition, :last)"),
            [
                {"source": source, "partition": number, "last": last}
                for (source, number), last in cut.read.items()
            ],
        )
    connection.execute(
        text(
            f"INSERT INTO {schema}.witness SELECT source, position, key, event_id, stream_id,"
            f" version, type, recorded_at, {BODY} FROM public.journal"
        )
    )
    connection.execute(
        text(f"INSERT INTO {schema}.waiting SELECT source, position FROM public.held")
    )
    connection.execute(text(f"ANALYZE {schema}.witness"))
