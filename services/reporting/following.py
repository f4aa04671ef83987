"""Which journals tell of models, groups and reviewers: by anything that was ever recorded."""

from uuid import UUID

from sqlalchemy import Connection, text

LAUNCHED = "type = 'ModelLaunched'"
BORROWED = "type = 'LoanApplied'"
GROUP_OF = 'substring(encode(data, \'escape\') from \'"group_id":"([^"]+)"\')'
"""What indexes give at once: models, and loans by their group, which no correction changes."""

_LAUNCHED = text(f"SELECT DISTINCT key FROM journal WHERE {LAUNCHED}")
_ENROLLED = text(
    "SELECT DISTINCT key FROM journal"
    " WHERE source = 'sponsorship' AND stream_id = :stream AND key <> :model"
)
_BORROWED = text(f"SELECT DISTINCT key FROM journal WHERE {BORROWED} AND {GROUP_OF} = :group")
_REVIEWED = text(
    "SELECT DISTINCT key FROM journal WHERE type IN ('ReviewScored', 'EventCorrected')"
    " AND position(:reviewer in convert_from(data, 'UTF8')) > 0"
)


def launched(connection: Connection) -> list[UUID]:
    """Name the models that there are."""
    return sorted(connection.execute(_LAUNCHED).scalars())


def ever_enrolled(connection: Connection, model: UUID) -> list[UUID]:
    """Name the households that were ever recorded as taking part in a model."""
    stream = {"stream": f"model-{model}", "model": model}
    return sorted(connection.execute(_ENROLLED, stream).scalars())


def ever_borrowed(connection: Connection, group: UUID) -> list[UUID]:
    """Name the households that ever applied for a loan through a group."""
    return sorted(connection.execute(_BORROWED, {"group": str(group)}).scalars())


def ever_reviewed(connection: Connection, reviewer: str) -> list[UUID]:
    """Name the households that somebody reviewed, and others in whose reviews the name occurs."""
    return sorted(connection.execute(_REVIEWED, {"reviewer": reviewer}).scalars())
