"""Telling an outage, which passes, from an event that no trying again will make right."""

import psycopg
from sqlalchemy import exc

from shared.log.port import LogUnavailable
from shared.store.port import StoreUnavailable

_PASSING_CLASSES = ("08", "40", "53", "57P")
_PASSING = ("25P03", "25P04", "55P03")
_TOO_LONG = "57014"


class ForkedHistory(Exception):  # noqa: N818 - the state of the log, said to people
    """The log holds two different events in one place: two histories have been mixed.

    Nothing may be built on either until a person has found out which one happened.
    """


def sqlstate_of(problem: BaseException) -> str | None:
    """Give the code by which PostgreSQL names the problem, if it came from there."""
    cause = problem.orig if isinstance(problem, exc.DBAPIError) else problem
    return cause.sqlstate if isinstance(cause, psycopg.Error) else None


def is_outage(problem: BaseException) -> bool:
    """Say whether trying the same again later may succeed: a server is away, busy or stopping."""
    if isinstance(problem, LogUnavailable | StoreUnavailable | exc.TimeoutError):
        return True
    state = sqlstate_of(problem)
    if state is not None:
        return state.startswith(_PASSING_CLASSES) or state in _PASSING
    # without a code: the connection itself broke
    return isinstance(
        problem,
        exc.OperationalError
        | exc.InterfaceError
        | psycopg.OperationalError
        | psycopg.InterfaceError,
    )


def is_too_long(problem: BaseException) -> bool:
    """Say whether the server ended the statement for taking too long."""
    return sqlstate_of(problem) == _TOO_LONG
