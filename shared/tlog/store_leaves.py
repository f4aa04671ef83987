"""The leaves of a service's own store."""

from sqlalchemy import Connection, text

from shared.tlog.leaf import Leaf
from shared.tlog.tree import Leaves

_POSITIONED = text(
    "SELECT position, key, hash FROM positions JOIN events USING (seq)"
    " WHERE position > :after AND position <= :upto ORDER BY position"
)


def leaves_of_store(connection: Connection) -> Leaves:
    """Give what reads the positioned events of the database's event store."""

    def leaves(after: int, upto: int) -> list[Leaf]:
        rows = connection.execute(_POSITIONED, {"after": after, "upto": upto})
        return [Leaf(*row) for row in rows]

    return leaves
