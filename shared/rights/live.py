"""What the roles of a database may do there now, as PostgreSQL's own catalogue says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg

from shared.rights.declared import KINDS, MAKES_SCHEMAS, RIGHTS, WRITERS_OWN, Kind, role, schemas

Connection = psycopg.Connection[Any]
PUBLIC = "PUBLIC"

_OURS = "n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema'"
_TABLES = f"""
    SELECT n.nspname || '.' || c.relname, r.rolname FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.oid = c.relowner
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {_OURS} AND NOT n.nspname LIKE ANY(%s)
"""
_GRANTED = f"""
    SELECT 'TABLE', n.nspname || '.' || c.relname, coalesce(r.rolname, 'PUBLIC'),
        a.privilege_type, a.is_grantable
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL (
        SELECT * FROM aclexplode(c.relacl)
        UNION ALL
        SELECT x.* FROM pg_attribute b CROSS JOIN LATERAL aclexplode(b.attacl) x
        WHERE b.attrelid = c.oid AND b.attacl IS NOT NULL
    ) a LEFT JOIN pg_roles r ON r.oid = a.grantee
    WHERE a.grantee <> c.relowner AND {_OURS} AND NOT n.nspname LIKE ANY(%s)
    UNION ALL
    SELECT 'SCHEMA', n.nspname, coalesce(r.rolname, 'PUBLIC'), a.privilege_type, a.is_grantable
    FROM pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) a
    LEFT JOIN pg_roles r ON r.oid = a.grantee
    WHERE a.grantee <> n.nspowner AND {_OURS} AND NOT n.nspname LIKE ANY(%s)
    UNION ALL
    SELECT 'DATABASE', d.datname, coalesce(r.rolname, 'PUBLIC'), a.privilege_type, a.is_grantable
    FROM pg_database d
    CROSS JOIN LATERAL aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
    LEFT JOIN pg_roles r ON r.oid = a.grantee
    WHERE a.grantee <> d.datdba AND d.datname = current_database()
"""


@dataclass(frozen=True, slots=True, order=True)
class Right:
    """One thing that one role may do."""

    what: str
    """TABLE, SCHEMA or DATABASE."""
    name: str
    role: str
    right: str
    may_pass_on: bool = False


def granted(connection: Connection) -> frozenset[Right]:
    """Give every right in this database but those of whoever owns the thing."""
    own = list(WRITERS_OWN)
    return frozenset(Right(*row) for row in connection.execute(_GRANTED, (own, own)))


def wanted(database: str, name: str) -> frozenset[Right]:
    """Give the rights that are declared; `name` is what the server calls the database."""
    found = set()
    for kind in KINDS:
        here = role(name, kind)
        found.add(Right("DATABASE", name, here, "CONNECT"))
        if kind == "writer" and database in MAKES_SCHEMAS:
            found.add(Right("DATABASE", name, here, "CREATE"))
        found |= {Right("SCHEMA", schema, here, "USAGE") for schema in schemas(database)}
        found |= _of_tables(database, kind, here)
    return frozenset(found)


def _of_tables(database: str, kind: Kind, here: str) -> set[Right]:
    return {
        Right("TABLE", table, here, right)
        for table, line in RIGHTS[database].items()
        for right in line.of(kind)
    }


def tables(connection: Connection) -> dict[str, str]:
    """Give who owns each table and view outside the writer's own schemas."""
    found = connection.execute(_TABLES, (list(WRITERS_OWN),))
    return {str(row[0]): str(row[1]) for row in found}


def roles(connection: Connection) -> frozenset[str]:
    """Give which of the roles of this database the server has."""
    name = str(_one(connection, "SELECT current_database()"))
    names = [role(name, kind) for kind in KINDS]
    found = connection.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", (names,))
    return frozenset(str(row[0]) for row in found)


def database_name(connection: Connection) -> str:
    """Give what the server calls this database."""
    return str(_one(connection, "SELECT current_database()"))


def _one(connection: Connection, query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None
