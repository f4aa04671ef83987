"""The driver's own connection beneath SQLAlchemy's, for COPY and pipelines."""

from typing import Any

import psycopg
from sqlalchemy import Connection


def driver(connection: Connection) -> "psycopg.Connection[tuple[Any, ...]]":
    """Give the connection of the driver beneath, in the same transaction."""
    beneath = connection.connection.driver_connection
    if not isinstance(beneath, psycopg.Connection):
        raise TypeError(f"the projector needs psycopg, not {type(beneath).__name__}")
    return beneath
