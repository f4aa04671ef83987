"""Whether the database still refuses to change what was recorded: its triggers and its rights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cli.audit.reading import Connection
from services.reporting.tlog.tables import COPY
from shared.log import schema as log
from shared.store import schema as store
from shared.tlog import schema as evidence

RECORDED = (
    *(("public", table) for table in (*store.APPEND_ONLY, "access_log")),
    *((evidence.OWN, table) for table in evidence.APPEND_ONLY),
)
COPIED = tuple((COPY, table) for table in (*evidence.APPEND_ONLY, "keys", "cosignatures"))
"""What reporting has beside that."""
LOGGED = tuple(("public", table) for table in log.APPEND_ONLY)
"""What the embedded log has."""

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
_BESIDE = """
    SELECT n.nspname, c.relname, x.what, x.name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL (
        SELECT 'TRIGGER' AS what, t.tgname AS name FROM pg_trigger t
        WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgname <> c.relname || '_append_only'
        UNION ALL SELECT 'RULE', r.rulename FROM pg_rewrite r WHERE r.ev_class = c.oid
        UNION ALL SELECT 'POLICY', 'row security' WHERE c.relrowsecurity
    ) x WHERE c.relkind = 'r' AND n.nspname = ANY(%s) ORDER BY 1, 2, 3, 4
"""


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
    yield from _beside(connection, set(wanted), schemas)


def _beside(
    connection: Connection, wanted: set[tuple[str, str]], schemas: list[str]
) -> Iterator[str]:
    """Name what could change or hide rows while they are written or read."""
    for schema, table, what, name in connection.execute(_BESIDE, (schemas,)):
        if (schema, table) in wanted:
            yield f"{schema}.{table}: {what} lạ / of none of ours: {name}; look at it, and drop it"


def rights(connection: Connection, tables: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Name each right to change what was recorded, the owner's too."""
    wanted = set(tables)
    schemas = sorted({schema for schema, _ in wanted})
    for schema, table, role, right in connection.execute(_RIGHTS, (schemas,)):
        if (schema, table) in wanted:
            yield (
                f"{role} có quyền / may {right} {schema}.{table}; "
                f"REVOKE {right} ON {schema}.{table} FROM {role}"
            )
