"""Whether the roles of a database may do what is declared for them, and nothing more."""

from __future__ import annotations

from collections.abc import Iterator

from cli.audit.reading import Connection
from shared.rights.declared import KINDS, MAKES_SCHEMAS, OWNER, RIGHTS, role
from shared.rights.live import Right, database_name, granted, roles, tables, wanted

_LOGIN = """
    SELECT r.rolsuper, o.rolname, pg_has_role(r.oid, o.oid, 'MEMBER')
    FROM pg_roles r, pg_database d JOIN pg_roles o ON o.oid = d.datdba
    WHERE r.rolname = %s AND d.datname = current_database()
"""
_ATTRIBUTES = """
    SELECT rolname, attribute FROM pg_roles CROSS JOIN LATERAL (VALUES
        ('SUPERUSER', rolsuper), ('CREATEDB', rolcreatedb), ('CREATEROLE', rolcreaterole),
        ('REPLICATION', rolreplication), ('BYPASSRLS', rolbypassrls)
    ) a (attribute, has) WHERE has AND rolname = ANY(%s) ORDER BY 1, 2
"""
_MEMBERS = """
    SELECT m.rolname, r.rolname FROM pg_auth_members a
    JOIN pg_roles m ON m.oid = a.member JOIN pg_roles r ON r.oid = a.roleid
    WHERE m.rolname = ANY(%(all)s) OR r.rolname = %(owner)s ORDER BY 1, 2
"""
_PATHS = """
    SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND rolcanlogin
    AND NOT 'search_path=public' = ANY(coalesce(rolconfig, '{}')) ORDER BY 1
"""
_PARAMETERS = """
    SELECT p.parname, coalesce(r.rolname, 'PUBLIC')
    FROM pg_parameter_acl p CROSS JOIN LATERAL aclexplode(p.paracl) a
    LEFT JOIN pg_roles r ON r.oid = a.grantee
    WHERE p.parname = 'session_replication_role' AND NOT coalesce(r.rolsuper, false) ORDER BY 2
"""
_LENT = """
    SELECT n.nspname || '.' || p.proname
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1
"""


def separated(connection: Connection, database: str, login: str) -> Iterator[str]:
    """Say so where the services' login can do what only the owner should be able to."""
    row = connection.execute(_LOGIN, (login,)).fetchone()
    if row is None:
        yield f"{login}: không có tài khoản này / there is no such login"
        return
    is_superuser, owner, may_act_as_owner = row
    variable = f"OWNER_URL_{database.upper()}"
    if is_superuser:
        yield (
            f"{login} là superuser: không quyền nào giữ được / {login} is a superuser, whom no "
            "right holds; give the services a login of their own"
        )
    elif may_act_as_owner:
        yield (
            f"dịch vụ là chủ cơ sở dữ liệu, quyền chưa tách / the service owns its database "
            f"({login} is or may become {owner}): rights are not separated; see {variable} in "
            "docs/operations.md"
        )


def as_declared(connection: Connection, database: str) -> Iterator[str]:
    """Name what differs from the table of rights; nothing where the roles were never made."""
    name = database_name(connection)
    have = roles(connection)
    if not have:
        return
    for missing in sorted({role(name, kind) for kind in KINDS} - have):
        yield f"{missing}: thiếu vai trò này / this role is missing; run the preparation again"
    yield from _what_they_are(connection, database, name)
    now, then = granted(connection), wanted(database, name)
    yield from map(_too_much, sorted(now - then))
    for right in sorted(each for each in then - now if each.role in have):
        yield f"{right.role} thiếu quyền / lacks {right.right} on {right.name}; run the preparation"
    yield from _whose(connection, database)


def _what_they_are(connection: Connection, database: str, name: str) -> Iterator[str]:
    writer, owner = role(name, "writer"), role(name, OWNER)
    everyone = [owner, *(role(name, kind) for kind in KINDS)]
    for whom, attribute in connection.execute(_ATTRIBUTES, (everyone,)):
        yield f"{whom} là / is {attribute}; ALTER ROLE {whom} NO{attribute}"
    fine = {(writer, "pg_read_all_stats"), (owner, "pg_read_all_stats")}
    if database in MAKES_SCHEMAS:
        fine.add((owner, writer))
    for pair in connection.execute(_MEMBERS, {"all": everyone, "owner": owner}):
        if pair not in fine:
            yield (f"{pair[0]} thuộc / is a member of {pair[1]}; REVOKE {pair[1]} FROM {pair[0]}")
    for (whom,) in connection.execute(_PATHS, (everyone,)):
        yield f"{whom}: ALTER ROLE {whom} SET search_path = public"
    for parameter, whom in connection.execute(_PARAMETERS):
        yield (
            f"{whom} được đặt / may SET {parameter}; REVOKE SET ON PARAMETER {parameter} "
            f"FROM {whom}"
        )
    for (function,) in connection.execute(_LENT):
        yield f"{function}: chạy với quyền của chủ / runs with its owner's rights; DROP it"


def _too_much(right: Right) -> str:
    of = "" if right.what == "TABLE" else f"{right.what} "
    passed = " WITH GRANT OPTION" if right.may_pass_on else ""
    return (
        f"{right.role} có quyền / may {right.right} {right.name}{passed}; "
        f"REVOKE {right.right} ON {of}{right.name} FROM {right.role}"
    )


def _whose(connection: Connection, database: str) -> Iterator[str]:
    row = connection.execute(
        "SELECT rolname FROM pg_database d JOIN pg_roles r ON r.oid = datdba"
        " WHERE datname = current_database()"
    ).fetchone()
    found, owner = tables(connection), row[0] if row else ""
    for table in sorted(found.keys() - RIGHTS[database].keys()):
        yield f"{table}: bảng lạ / no table of ours; shared/rights/declared.py does not name it"
    for table in sorted(found.keys() & RIGHTS[database].keys()):
        if found[table] != owner:
            yield (
                f"{table}: chủ là / its owner is {found[table]}; "
                f"ALTER TABLE {table} OWNER TO {owner}"
            )
