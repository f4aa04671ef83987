"""Keys that a restored database of keys lacks, and keys that came back with it.

A text names whose key sealed it, and a key's row stays when the key is destroyed: an owner without
a row is one whose key was made after the backup that the database of keys was restored from.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.dialects.postgresql import insert

from shared.codec import Registry, UnknownEventError
from shared.database import engine
from shared.erasure import ERASURES, order_again
from shared.ids import named
from shared.sealed import sealed_texts
from shared.sealing.keyring import owner_of
from shared.sealing.keys import OWNER_KEYS, heir_of
from shared.settings import COMMAND_SERVICES, SERVICES, BadSetting, Settings

LATEST = 5_000
"""How many of the newest events are looked at: those after a backup are among them."""
_PAGE = 5_000
_BEYOND = 2**63 - 1
_LOSS = named("keys lost with a backup")
_EVENTS = text(
    "SELECT seq, meta, data, hash FROM events WHERE seq < :before ORDER BY seq DESC LIMIT :limit"
)
_DONE = select(ERASURES).where(ERASURES.c.done_at.is_not(None))


@dataclass(frozen=True, slots=True)
class Losses:
    """What does not fit between a service's database and the keys."""

    without_key: frozenset[UUID]
    """Owners of texts that nobody can open any more, though nobody erased them."""
    came_back: int
    """How many erasures have come undone."""


def look(service: str, own: Engine, keys: Engine, latest: int = LATEST) -> Losses:
    """Compare the newest events and the erasures of a service with the keys there are."""
    with own.begin() as connection, keys.begin() as known:
        page = next(_pages(connection, service, latest), frozenset())
        orders = connection.execute(_DONE).all() if service in COMMAND_SERVICES else ()
        came_back = sum(1 for order in orders if not _in_force(known, service, order))
        return Losses(_without_row(known, service, page), came_back)


def accept(service: str, own: Engine, keys: Engine) -> int:
    """Take what has no key as lost: it opens as erased, and later texts get keys of their own."""
    lost = 0
    with own.begin() as connection, keys.begin() as known:
        for owners in _pages(connection, service, _PAGE):
            rows = [
                {"service": service, "owner": owner, "heir": heir_of(owner, _LOSS)}
                for owner in sorted(_without_row(known, service, owners))
            ]
            lost += len(rows)
            if rows:
                gone = insert(OWNER_KEYS).values(destroyed_at=func.now(), wrapped=None)
                known.execute(gone.on_conflict_do_nothing(), rows)
    return lost


def _pages(connection: Connection, service: str, size: int) -> Iterator[frozenset[UUID]]:
    """Give the owners of sealed texts, the newest events first."""
    registry: Registry = import_module(f"services.{service}.events").REGISTRY
    before = _BEYOND
    while rows := connection.execute(_EVENTS, {"before": before, "limit": size}).all():
        before = rows[-1].seq
        yield frozenset(owner for row in rows for owner in _owners(registry, row))


def _owners(registry: Registry, row: Any) -> Iterator[UUID]:
    try:
        recorded = registry.read(bytes(row.meta), bytes(row.data), bytes(row.hash))
    except UnknownEventError:  # of a later version of ours
        return
    for sealed in sealed_texts(recorded.event):
        owner = owner_of(sealed)
        if owner is not None:
            yield owner


def _without_row(keys: Connection, service: str, owners: frozenset[UUID]) -> frozenset[UUID]:
    rows = select(OWNER_KEYS.c.owner).where(
        OWNER_KEYS.c.service == service, OWNER_KEYS.c.owner.in_(owners)
    )
    return owners - frozenset(keys.execute(rows).scalars()) if owners else owners


def _in_force(keys: Connection, service: str, order: Any) -> bool:
    owner = heir_of(order.owner, order.cause) if order.renews else order.owner
    look_up = select(OWNER_KEYS.c.wrapped).where(
        OWNER_KEYS.c.service == service, OWNER_KEYS.c.owner == owner
    )
    found = keys.execute(look_up).first()
    return found is not None and (order.renews or found.wrapped is None)


def check(settings: Settings) -> list[str]:
    """See to what does not fit before anything starts; BadSetting where keys are missing.

    Erasures that came undone are ordered again. What is said of it, one sentence each, is given.
    """
    said: list[str] = []
    if "keys" not in settings.databases:
        return said
    keys = engine(
        settings.databases["keys"], name="giamngheo check", pool_size=1, transaction_seconds=0
    )
    try:
        for name in SERVICES:
            if name in settings.databases:
                said += _check(settings, name, keys)
    finally:
        keys.dispose()
    return said


def _check(settings: Settings, name: str, keys: Engine) -> Iterator[str]:
    own = engine(
        settings.databases[name], name="giamngheo check", pool_size=1, transaction_seconds=0
    )
    try:
        found = look(name, own, keys)
        if found.without_key and not settings.accept_lost_keys:
            raise BadSetting(missing_keys(name, len(found.without_key)))
        if found.without_key:
            lost = accept(name, own, keys)
            yield f"{name}: {lost} khóa coi như đã mất / keys taken as lost"
        if found.came_back:
            with own.begin() as connection:
                order_again(connection)
            yield f"{name}: xóa lại dữ liệu cá nhân / {found.came_back} erasures ordered again"
    finally:
        own.dispose()


def missing_keys(name: str, count: int) -> str:
    """Say that keys are missing, and what to do."""
    return (
        f"keys: thiếu khóa của {count} chủ thể mà {name} đã niêm phong dữ liệu; cơ sở dữ liệu này "
        "được phục hồi từ bản sao cũ. Hãy phục hồi bản mới nhất; nếu không có, đặt "
        "ACCEPT_LOST_KEYS=1 để coi dữ liệu ấy như đã xóa / the keys of that many owners of sealed "
        "texts are missing: this database was restored from an older backup. Restore the newest "
        "one; where there is none, ACCEPT_LOST_KEYS=1 takes those texts as erased"
    )
