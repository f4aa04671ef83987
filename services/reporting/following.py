"""Which journals tell of models and of who took part in one: by anything ever recorded."""

from uuid import UUID

from sqlalchemy import Connection, text

LAUNCHED = "type = 'ModelLaunched'"
"""The events that an index gives at once."""

_LAUNCHED = text(f"SELECT DISTINCT key FROM journal WHERE {LAUNCHED}")
_ENROLLED = text(
    "SELECT DISTINCT key FROM journal"
    " WHERE source = 'sponsorship' AND stream_id = :stream AND key <> :model"
)


def launched(connection: Connection) -> list[UUID]:
    """Name the models that there are."""
    return sorted(connection.execute(_LAUNCHED).scalars())


def ever_enrolled(connection: Connection, model: UUID) -> list[UUID]:
    """Name the households that were ever recorded as taking part in a model."""
    stream = {"stream": f"model-{model}", "model": model}
    return sorted(connection.execute(_ENROLLED, stream).scalars())
