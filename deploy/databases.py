"""Makes each database with the login that owns it and may enter no other; may be run again."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

LIMITS = {
    "idle_in_transaction_session_timeout": "10s",
    "transaction_timeout": "10s",
    "statement_timeout": "10s",
}
"""What a session gets that asks for nothing else; rebuilds and migrations ask."""


def prepare(admin_url: str, databases: Mapping[str, str]) -> None:
    """Make what the addresses name, on the server where `admin_url` is a superuser."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        for url in databases.values():
            parts = urlsplit(url)
            _login(admin, unquote(parts.username or ""), unquote(parts.password or ""))
            _database(admin, parts.path.lstrip("/"), unquote(parts.username or ""))


def _login(admin: psycopg.Connection[tuple[object, ...]], name: str, password: str) -> None:
    found = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    # pg_locks and the transactions of others must be seen to tell a number that will never come
    statement = "ALTER" if found else "CREATE"
    admin.execute(
        sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
            sql.SQL(statement), sql.Identifier(name), sql.Literal(password)
        )
    )
    for setting, value in LIMITS.items():
        admin.execute(
            sql.SQL("ALTER ROLE {} SET {} = {}").format(
                sql.Identifier(name), sql.Identifier(setting), sql.Literal(value)
            )
        )
    admin.execute(sql.SQL("GRANT pg_read_all_stats TO {}").format(sql.Identifier(name)))


def _database(admin: psycopg.Connection[tuple[object, ...]], name: str, owner: str) -> None:
    found = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    if not found:
        admin.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(
                sql.Identifier(name), sql.Identifier(owner)
            )
        )
    admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
