"""`giamngheo doctor --audit`: whether anything that was recorded has been touched since.

All of it is read again, past the services: nothing is taken from what they say of themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from itertools import chain

import psycopg
from sqlalchemy.engine import make_url

from cli.audit import check_heads, checkpoints, guards, journal, roles
from cli.audit.reading import Advance, Connection, snapshot, told
from cli.audit.streams import streams
from cli.checks import Line
from services.reporting.tlog.tables import COPY
from shared.settings import SERVICES, Settings
from shared.tlog.schema import OWN
from shared.tlog.signing import origin

REPORTING = "reporting"
TOPICS = ("public", "log_topics")
GUARDED: Mapping[str, tuple[tuple[str, str], ...]] = {
    REPORTING: guards.RECORDED + guards.COPIED,
    "log": guards.LOGGED,
    "keys": (),  # a key must be possible to destroy
}
"""What only takes additions, where that is not what every store has."""
_WORK = (
    "SELECT (SELECT count(*) FROM events) + 2 * (SELECT count(*) FROM positions)",
    "SELECT count(*) FROM journal",
)


def amount(settings: Settings) -> int:
    """Give how many rows there are to look at, for the bar; 0 where a database is away."""
    found = 0
    try:
        for name in SERVICES:
            with snapshot(settings.to_audit(name)) as connection:
                for query in _WORK[: 2 if name == REPORTING else 1]:
                    found += int((connection.execute(query).fetchone() or (0,))[0])
    except psycopg.Error:
        return 0
    return found


def audits(settings: Settings, advance: Advance) -> Iterator[Line]:
    """Look at every service's store, at what was signed of it, and at what reporting has read."""
    for name in SERVICES:
        try:
            # reporting first: what it has read was in the store before
            with ExitStack() as stack:
                copy = stack.enter_context(snapshot(settings.to_audit(REPORTING)))
                store = stack.enter_context(snapshot(settings.to_audit(name)))
                yield from _guards(settings, store, name)
                yield from _store(settings, name, store, copy, advance)
                yield from _copy(settings, name, store, copy, advance)
        except psycopg.Error as broken:
            yield _away(name, broken)
    for name in sorted(settings.databases.keys() - set(SERVICES)):
        try:
            with snapshot(settings.to_audit(name)) as connection:
                yield from _guards(settings, connection, name)
        except psycopg.Error as broken:
            yield _away(name, broken)


def _away(name: str, broken: psycopg.Error) -> Line:
    said = str(broken).strip().splitlines()
    return Line(f"{name}: kiểm toán / audit", said[0] if said else repr(broken), well=False)


def _guards(settings: Settings, store: Connection, name: str) -> Iterator[Line]:
    login = make_url(settings.databases[name]).username or store.info.user
    yield from told(
        f"{name}: vai trò / roles",
        chain(roles.separated(store, name, login), roles.as_declared(store, name)),
        lambda: f"{login} chỉ được những gì đã khai / may do what is declared, and no more",
    )
    tables = GUARDED.get(name, guards.RECORDED)
    if not tables:
        return
    yield from told(
        f"{name}: trigger",
        guards.triggers(store, tables),
        lambda: f"{len(tables)} bảng chỉ được thêm / tables take nothing but additions",
    )
    yield from told(
        f"{name}: quyền / rights",
        # a foreign key locks a topic as the owner, which asks for UPDATE; the trigger refuses
        guards.rights(store, [each for each in tables if each != TOPICS]),
        lambda: "không ai được sửa / nobody may change them",
    )


def _store(
    settings: Settings, name: str, store: Connection, copy: Connection, advance: Advance
) -> Iterator[Line]:
    yield from told(
        f"{name}: chuỗi băm / streams",
        streams(store, name, advance),
        lambda: "nguyên vẹn / whole",
    )
    signed = checkpoints.signed_by_store(store) + journal.signed_by_copy(copy, name)
    grown = checkpoints.Grown()
    yield from told(
        f"{name}: vị trí / positions",
        checkpoints.positions(store, signed, grown, advance),
        lambda: (
            f"1-{grown.size} liền nhau / in a row"
            if grown.size
            else "chưa có sự kiện / no events yet"
        ),
    )
    yield from told(
        f"{name}: điểm kiểm / checkpoints",
        checkpoints.checkpoints(origin(settings, name), signed, grown),
        lambda: (
            f"{len(signed)} đúng với sự kiện / are what the events make; the last over "
            f"{grown.heads_at}"
        ),
    )
    yield from told(
        f"{name}: đầu chuỗi / heads",
        chain(
            check_heads.heads(store, OWN, name, grown, "kho / store"),
            check_heads.heads(copy, COPY, name, grown, journal.WHERE),
        ),
        lambda: f"{len(grown.heads)} đúng với sự kiện / are what the events make",
    )
    yield from told(
        f"{name}: ký / signing", checkpoints.refused(store), lambda: "ký được / can be done"
    )


def _copy(
    settings: Settings, name: str, store: Connection, copy: Connection, advance: Advance
) -> Iterator[Line]:
    topic = settings.topic(name)
    read_of = journal.read_up_to(copy, topic)
    yield from told(
        f"{name}: báo cáo đã đọc / reporting's journal",
        journal.journal(copy, store, name, read_of, settings.partitions, advance),
        lambda: "đúng như kho / is what the store holds",
    )
    yield from told(
        f"{name}: báo cáo so điểm kiểm / compared by reporting",
        journal.contradicted(copy, name),
        lambda: "không điểm nào bị từ chối / none was refused",
    )
