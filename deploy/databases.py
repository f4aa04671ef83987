"""Makes each database with its four roles, which may enter no other; may be run again.

What the roles may do inside is said by the migrations (`shared.rights`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

from shared.rights.declared import KINDS, MAKES_SCHEMAS, OWNER, role

LIMITS = {
    "idle_in_transaction_session_timeout": "10s",
    "transaction_timeout": "10s",
    "statement_timeout": "10s",
    # what somebody else may put into a schema of another name is not taken for ours
    "search_path": "public",
}
"""What a session gets that asks for nothing else; rebuilds and migrations ask."""
READ_ONLY = ("reader", "auditor")
PATTERN = "postgresql://{who}:{password}@{place}/{database}"

Admin = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A database to be: what it is called, and the passwords of those roles that may log in."""

    name: str
    passwords: Mapping[str, str]

    def url(self, kind: str, place: str) -> str:
        """Give the address at which a role enters; `place` is host and port."""
        return PATTERN.format(
            who=role(self.name, kind),
            password=self.passwords[kind],
            place=place,
            database=self.name,
        )


def of_urls(writer: str, owner: str) -> Wanted:
    """Tell from two addresses which database is meant; the roles have the names they must have."""
    parts = urlsplit(writer)
    name = parts.path.lstrip("/")
    passwords = {}
    for kind, url in (("writer", writer), (OWNER, owner)):
        said = urlsplit(url)
        if (unquote(said.username or ""), said.path) != (role(name, kind), parts.path):
            raise ValueError(f"{said.hostname}{said.path}: the {kind} is {role(name, kind)}")
        passwords[kind] = unquote(said.password or "")
    return Wanted(name=name, passwords=passwords)


def prepare(admin_url: str, databases: Mapping[str, Wanted]) -> None:
    """Make what is wanted, on the server where `admin_url` is a superuser."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        for service, wanted in databases.items():
            _take_over(admin, wanted.name)
            for kind in (OWNER, *KINDS):
                _role(admin, role(wanted.name, kind), kind, wanted.passwords.get(kind))
            _database(admin, wanted.name, role(wanted.name, OWNER))
            if service in MAKES_SCHEMAS:
                # whoever owns the database hands over to the writer what the writer makes anew
                _grant(admin, role(wanted.name, "writer"), role(wanted.name, OWNER))


def _take_over(admin: Admin, name: str) -> None:
    """Make the login that once was the service's, and owned all, the owner that nobody runs as."""
    found = admin.execute(
        "SELECT 1 FROM pg_database JOIN pg_roles r ON r.oid = datdba"
        " WHERE datname = %s AND rolname = datname AND NOT rolsuper",
        [name],
    ).fetchone()
    if found:
        admin.execute(
            sql.SQL("ALTER ROLE {} RENAME TO {}").format(
                sql.Identifier(name), sql.Identifier(role(name, OWNER))
            )
        )


def _role(admin: Admin, name: str, kind: str, password: str | None) -> None:
    found = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    login = (
        # who was given a password by hand keeps it
        sql.SQL("" if found else "NOLOGIN")
        if password is None
        else sql.SQL("LOGIN PASSWORD {}").format(sql.Literal(password))
    )
    admin.execute(
        sql.SQL(
            "{} ROLE {} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS {}"
        ).format(sql.SQL("ALTER" if found else "CREATE"), sql.Identifier(name), login)
    )
    limits = LIMITS | ({"default_transaction_read_only": "on"} if kind in READ_ONLY else {})
    for setting, value in limits.items():
        admin.execute(
            sql.SQL("ALTER ROLE {} SET {} = {}").format(
                sql.Identifier(name), sql.Identifier(setting), sql.Literal(value)
            )
        )
    if kind == "writer":
        # pg_locks and the transactions of others must be seen to tell a number that never comes
        _grant(admin, "pg_read_all_stats", name)


def _grant(admin: Admin, what: str, whom: str) -> None:
    admin.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(what), sql.Identifier(whom)))


def _database(admin: Admin, name: str, owner: str) -> None:
    found = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    if not found:
        admin.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(
                sql.Identifier(name), sql.Identifier(owner)
            )
        )
    admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
