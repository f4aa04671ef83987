"""Which journals tell of models, groups and reviewers: by anything that was ever recorded."""

from uuid import UUID

from sqlalchemy import Connection, text

from shared.codec import canonical

LAUNCHED = "type = 'ModelLaunched'"
BORROWED = "type = 'LoanApplied'"
GROUP_OF = 'substring(encode(data, \'escape\') from \'"group_id":"([^"]+)"\')'
"""What indexes give at once: models, and loans by their group, which no correction changes."""
REVIEWED = "type IN ('ReviewScored', 'EventCorrected')"
REVIEWERS = (
    "string_to_array(substring(encode(data, 'escape') from '\"reviewer_ids\":\\[(.*)\\]'), '\"')"
)
"""What stands between quotation marks from the reviewers' names on: them, and perhaps more."""

_LAUNCHED = text(f"SELECT DISTINCT key FROM journal WHERE {LAUNCHED}")
_ENROLLED = text(
    "SELECT DISTINCT key FROM journal"
    " WHERE source = 'sponsorship' AND stream_id = :stream AND key <> :model"
)
_BORROWED = text(f"SELECT DISTINCT key FROM journal WHERE {BORROWED} AND {GROUP_OF} = :group")
_REVIEWED = text(
    f"SELECT DISTINCT key FROM journal WHERE {REVIEWED}"
    f" AND {REVIEWERS} @> string_to_array(encode(:written, 'escape'), '\"')"
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
    written = canonical(reviewer)[1:-1]  # as it stands in an event, without its own quotes
    return sorted(connection.execute(_REVIEWED, {"written": written}).scalars())
