"""A schema of its own for each replay: what was taken, what it is compared with, what came out."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Connection, Engine, text

from services.reporting.projections.tables import statements

PREFIX = "replay_"
_FOUND = text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'replay\\_%'")
_EVENT = """
    source text NOT NULL,
    position bigint NOT NULL,
    key uuid NOT NULL,
    event_id uuid NOT NULL,
    stream_id text NOT NULL,
    version bigint NOT NULL,
    type text NOT NULL,
    recorded_at timestamptz NOT NULL
"""
# unlogged: after a crash of the server they are empty, and the replay starts again
_TABLES = (
    "CREATE UNLOGGED TABLE {s}.state (name text PRIMARY KEY, value text NOT NULL)",
    "CREATE UNLOGGED TABLE {s}.taken (" + _EVENT + ", occurred_on date NOT NULL,"
    " meta bytea NOT NULL, data bytea NOT NULL, hash bytea NOT NULL, place text,"
    " PRIMARY KEY (source, position))",
    "CREATE UNLOGGED TABLE {s}.stored (LIKE {s}.taken INCLUDING ALL)",
    "CREATE UNLOGGED TABLE {s}.witness (" + _EVENT + ", body bytea NOT NULL,"
    " PRIMARY KEY (source, position))",
    "CREATE INDEX ON {s}.witness (event_id)",
    """
    CREATE UNLOGGED TABLE {s}.cut (
        source text, partition integer, last_position bigint NOT NULL,
        PRIMARY KEY (source, partition)
    )
    """,
    "CREATE UNLOGGED TABLE {s}.waiting (source text NOT NULL, position bigint NOT NULL)",
    """
    CREATE UNLOGGED TABLE {s}.faults (
        number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        kind text NOT NULL, source text NOT NULL, position bigint, event_id uuid, key uuid,
        stream_id text, type text, place text, detail text NOT NULL
    )
    """,
    """
    CREATE UNLOGGED TABLE {s}.rows (
        side text NOT NULL, view text NOT NULL, name text NOT NULL, item text, keys uuid[] NOT NULL,
        hash bytea NOT NULL
    )
    """,
)
_SEEN = """
    CREATE VIEW {s}.journal AS SELECT source, position, key, event_id, stream_id, version, type,
        occurred_on, recorded_at, meta, data, hash
    FROM {s}.taken t WHERE recorded_at <= {until} AND NOT EXISTS (
        SELECT FROM {s}.taken o
        WHERE o.source = t.source AND o.event_id = t.event_id AND o.position < t.position
    )
"""
_LIVE_SEEN = """
    CREATE VIEW {s}_live.journal AS SELECT j.* FROM public.journal j
    JOIN {s}.witness w USING (source, position) WHERE j.recorded_at <= {until}
"""


BODY = "sha256(int4send(octet_length(meta)) || meta || data || hash)"
"""The hash by which two copies of an event are compared byte for byte."""
_OF_STORES = f"""
    CREATE VIEW {{s}}.reference AS SELECT source, position, key, event_id, stream_id, version, type,
        recorded_at, {BODY} AS body FROM {{s}}.stored
"""
_OF_JOURNAL = "CREATE VIEW {s}.reference AS SELECT * FROM {s}.witness"


class Scratch:
    """The names of one replay's schema, and of the one beside it for the live side."""

    def __init__(self, job_id: UUID) -> None:
        self.schema = f"{PREFIX}{job_id.hex}"
        self.live = f"{self.schema}_live"

    def make(self, engine: Engine, until: str, *, beside_stores: bool, folds_live: bool) -> None:
        """Make everything that is not there; `until` is an instant or `infinity`.

        What is taken is compared with the stores' own events, or with the journal's; `folds_live`
        where the live side is to be folded too, because the live views do not hold it.
        """
        with engine.begin() as connection:
            if self._is_there(connection):
                return
            self._drop(connection)
            for schema in (self.schema, self.live)[: 1 + folds_live]:
                for statement in statements(schema):
                    connection.execute(text(statement))
                # a history that nobody could have recorded may give the same row twice
                for table in ("findings", "contributions"):
                    connection.exec_driver_sql(
                        f"ALTER TABLE {schema}.{table} DROP CONSTRAINT {table}_pkey"
                    )
            bound = f"CAST('{until}' AS timestamptz)"
            reference = _OF_STORES if beside_stores else _OF_JOURNAL
            live = (_LIVE_SEEN,) if folds_live else ()
            for statement in (*_TABLES, _SEEN, *live, reference):
                connection.exec_driver_sql(statement.format(s=self.schema, until=bound))
            self.note(connection, "made", "yes")

    def drop(self, engine: Engine) -> None:
        """Leave nothing behind."""
        with engine.begin() as connection:
            self._drop(connection)

    def noted(self, connection: Connection, name: str) -> str | None:
        """Give what was noted under a name."""
        found = connection.execute(
            text(f"SELECT value FROM {self.schema}.state WHERE name = :name"), {"name": name}
        ).scalar_one_or_none()
        return None if found is None else str(found)

    def note(self, connection: Connection, name: str, value: str) -> None:
        """Note how far it is."""
        connection.execute(
            text(
                f"INSERT INTO {self.schema}.state VALUES (:name, :value)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
            ),
            {"name": name, "value": value},
        )

    def _is_there(self, connection: Connection) -> bool:
        found = connection.execute(
            text("SELECT to_regclass(:name)"), {"name": f"{self.schema}.state"}
        ).scalar_one()
        return found is not None and self.noted(connection, "made") is not None

    def _drop(self, connection: Connection) -> None:
        for schema in (self.live, self.schema):
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {schema} CASCADE")


def sweep(engine: Engine, alive: Iterable[UUID]) -> None:
    """Drop what replays left that nobody goes on with."""
    kept = {each.hex for each in alive}
    with engine.begin() as connection:
        for name in connection.execute(_FOUND).scalars().all():
            if name.removeprefix(PREFIX).removesuffix("_live") not in kept:
                connection.exec_driver_sql(f'DROP SCHEMA IF EXISTS "{name}" CASCADE')
