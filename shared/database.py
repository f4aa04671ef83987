"""How a process of ours connects to PostgreSQL: limits that the server itself enforces."""

import select
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError

COMMAND_SECONDS = 10
"""The server ends a command's transaction after this: then a cut in time is final."""


def engine(
    url: str,
    *,
    name: str = "giamngheo",
    pool_size: int = 5,
    transaction_seconds: int = COMMAND_SECONDS,
    durable: bool = True,
) -> Engine:
    """Give an engine for a libpq URL; `transaction_seconds` 0 is for rebuilds and migrations.

    Not `durable`: for what is made again from the log. A commit does not wait for the disk, and a
    server that breaks down may lose the last ones, whole and from the end.
    """
    milliseconds = transaction_seconds * 1000
    limits = {
        "idle_in_transaction_session_timeout": milliseconds,
        "transaction_timeout": milliseconds,
        "statement_timeout": milliseconds,
        "default_transaction_isolation": "read\\ committed",
        "synchronous_commit": "on" if durable else "off",
        "TimeZone": "UTC",
    }
    made = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=5,
        connect_args={
            "application_name": name,
            "connect_timeout": 5,
            "options": " ".join(f"-c {key}={value}" for key, value in limits.items()),
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
        },
    )
    event.listen(made, "checkout", _refuse_closed)
    return made


def _refuse_closed(driver: Any, record: Any, proxy: Any) -> None:  # noqa: ARG001 - SQLAlchemy's
    """Let the pool connect anew where the server has hung up; costs no round trip.

    An idle connection has nothing to read, except the server's farewell.
    """
    waiting = select.poll()
    waiting.register(driver.pgconn.socket, select.POLLIN)
    if waiting.poll(0):
        raise DisconnectionError
