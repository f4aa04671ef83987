"""Whether the database still refuses to change what was recorded: its triggers and its rights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from services.reporting.evidence.tables import COPY
from shared.cli.audit.reading import Connection
from shared.evidence import schema as evidence
from shared.store import schema as store

RECORDED = (
    *(("public", table) for table in (*store.APPEND_ONLY, "access_log")),
    *((evidence.OWN, table) for table in evidence.APPEND_ONLY),
)
COPIED = tuple((COPY, table) for table in (*evidence.APPEND_ONLY, "keys", "cosignatures"))
"""What reporting has beside that."""

# BEFORE (2), for DELETE (8), UPDATE (16) and TRUNCATE (32), once for each statement
_BEFORE_EVERY_CHANGE = 58
_ALWAYS = "A"
_TRIGGERS = """
    SELECT n.nspname, c.relname, t.tgname, t.tgtype, t.tgenabled, p.prosrc
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname = c.relname || '_append_only'
    LEFT JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE c.relkind = 'r' AND n.nspname = ANY(%s)
"""
_RIGHTS = """
    SELECT n.nspname, c.relname, coalesce(r.rolname, 'PUBLIC'), a.privilege_type
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL (
        SELECT * FROM aclexplode(coalesce(c.relacl, acldefault('r', c.relowner)))
        UNION ALL
        SELECT x.* FROM pg_attribute b CROSS JOIN LATERAL aclexplode(b.attacl) x
        WHERE b.attrelid = c.oid AND b.attacl IS NOT NULL
    ) a LEFT JOIN pg_roles r ON r.oid = a.grantee
    WHERE c.relkind = 'r' AND n.nspname = ANY(%s)
        AND a.privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE')
    ORDER BY 1, 2, 3, 4
"""
_SUPERUSER = "SELECT rolname FROM pg_roles WHERE rolname = session_user AND rolsuper"


def triggers(connection: Connection, tables: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Name each table that the database would let somebody change."""
    wanted = list(tables)
    schemas = sorted({schema for schema, _ in wanted})
    found = {(row[0], row[1]): row[2:] for row in connection.execute(_TRIGGERS, (schemas,))}
    for schema, table in wanted:
        name = f"{schema}.{table}"
        if (schema, table) not in found:
            yield f"{name}: bảng không có / the table is not there; run `giamngheo up`"
            continue
        trigger, kind, enabled, body = found[schema, table]
        if trigger is None:
            yield f"{name}: thiếu trigger chống sửa / the trigger {table}_append_only is gone"
        elif (kind, enabled, " ".join(body.split())) != (
            *(_BEFORE_EVERY_CHANGE, _ALWAYS),
            " ".join(store.REFUSE_CHANGE.split()),
        ):
            yield (
                f"{name}: trigger chống sửa bị tắt hoặc bị đổi / {trigger} is off or was "
                f"changed; ALTER TABLE {name} ENABLE ALWAYS TRIGGER {trigger}, and audit again"
            )


def rights(connection: Connection, tables: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Name each right to change what was recorded, and a login that needs none."""
    wanted = set(tables)
    for (login,) in connection.execute(_SUPERUSER):
        yield (
            f"{login} là superuser: không quyền nào giữ được / {login} is a superuser, whom no "
            "right holds; give the services a login of their own"
        )
    schemas = sorted({schema for schema, _ in wanted})
    for schema, table, role, right in connection.execute(_RIGHTS, (schemas,)):
        if (schema, table) in wanted:
            yield (
                f"{role} có quyền / may {right} {schema}.{table}; "
                f"REVOKE {right} ON {schema}.{table} FROM {role}"
            )
