"""Bringing a database's rights to what is declared, as the last step of its migrations."""

from __future__ import annotations

from collections.abc import Iterable

from psycopg import sql

from shared.rights.declared import KINDS, MAKES_SCHEMAS, WRITERS_OWN, role
from shared.rights.live import (
    PUBLIC,
    Connection,
    Right,
    database_name,
    granted,
    roles,
    wanted,
)

_MAY_MAKE_ROLES = """
    SELECT rolsuper, rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user
"""
_NOT_YET_ITS_OWN = """
    SELECT nspname FROM pg_namespace
    WHERE nspname LIKE ANY(%s) AND nspowner <> %s::regrole ORDER BY nspname
"""
_IN_SCHEMA = """
    SELECT c.relname FROM pg_class c WHERE c.relnamespace = %s::regnamespace
    AND c.relkind IN ('r', 'v') AND c.relowner <> %s::regrole
"""


def settle(connection: Connection, database: str) -> list[Right]:
    """Make the rights those declared, in this transaction; give what was taken from tables.

    Who runs this owns the database. Roles that are missing are made, without a login, where that
    is allowed; where it is not, the services go on as the owner, which `doctor --audit` tells.
    """
    name = database_name(connection)
    if not _have_roles(connection, name):
        return []
    now, then = granted(connection), wanted(database, name)
    ours = {PUBLIC, *(role(name, kind) for kind in KINDS)}
    # what somebody else was given is not ours to take; `doctor --audit` names it
    gone = {each for each in now - then if each.role in ours}
    _apply(connection, "REVOKE", "FROM", gone)
    _apply(connection, "GRANT", "TO", then - now)
    if database in MAKES_SCHEMAS:
        _hand_over(connection, name)
    return sorted(each for each in gone if each.what == "TABLE")


def _have_roles(connection: Connection, name: str) -> bool:
    missing = {role(name, kind) for kind in KINDS} - roles(connection)
    if not missing:
        return True
    is_superuser, may = connection.execute(_MAY_MAKE_ROLES).fetchone() or (False, False)
    if not may:
        return False
    for each in sorted(missing):
        connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(each)))
        if not is_superuser:
            connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(each)))
    return True


def _apply(connection: Connection, verb: str, towards: str, rights: Iterable[Right]) -> None:
    grouped: dict[tuple[str, str, str], list[str]] = {}
    for each in sorted(rights):
        grouped.setdefault((each.what, each.name, each.role), []).append(each.right)
    for (what, name, whom), which in grouped.items():
        connection.execute(
            sql.SQL("{} {} ON {} {} {} {}").format(
                sql.SQL(verb),
                sql.SQL(", ").join(map(sql.SQL, sorted(set(which)))),
                sql.SQL(what),
                sql.Identifier(*name.split(".", 1)) if what == "TABLE" else sql.Identifier(name),
                sql.SQL(towards),
                sql.SQL(PUBLIC) if whom == PUBLIC else sql.Identifier(whom),
            )
        )


def _hand_over(connection: Connection, name: str) -> None:
    """Give the writer what it makes anew by itself; what it makes later the reader may read."""
    writer, reader = sql.Identifier(role(name, "writer")), sql.Identifier(role(name, "reader"))
    own = connection.execute(
        _NOT_YET_ITS_OWN, (list(WRITERS_OWN), writer.as_string(connection))
    ).fetchall()
    for (schema,) in own:
        place = sql.Identifier(schema)
        connection.execute(sql.SQL("ALTER SCHEMA {} OWNER TO {}").format(place, writer))
        inside = (place.as_string(connection), writer.as_string(connection))
        for (table,) in connection.execute(_IN_SCHEMA, inside).fetchall():
            connection.execute(
                sql.SQL("ALTER TABLE {} OWNER TO {}").format(sql.Identifier(schema, table), writer)
            )
        connection.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(place, reader))
        connection.execute(
            sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}").format(place, reader)
        )
    for right, things in (("SELECT", "TABLES"), ("USAGE", "SCHEMAS")):
        connection.execute(
            sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} GRANT {} ON {} TO {}").format(
                writer, sql.SQL(right), sql.SQL(things), reader
            )
        )
