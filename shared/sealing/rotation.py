"""Changing the master key: every key is wrapped anew, while the services go on."""

import secrets
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import ColumnElement, Engine, func, select

from shared.keyfiles import replace_private, write_private
from shared.sealing.keys import OWNER_KEYS, bound_to
from shared.sealing.masters import Masters, before, sign_of
from shared.settings import KEY_BYTES

BATCH = 500


def begin(file: Path) -> bool:
    """Put a new master key in the file's place, the old one beside it; False if that was done.

    Cut short anywhere, both keys are on disk, and running it again goes on.
    """
    old = before(file)
    if old.exists() and old.read_bytes() != file.read_bytes():
        return False
    write_private(old, file.read_bytes())
    replace_private(file, secrets.token_hex(KEY_BYTES).encode() + b"\n")
    return True


def left(engine: Engine, masters: Masters) -> int:
    """Count the keys that another than the present master key wraps."""
    look = select(func.count()).select_from(OWNER_KEYS).where(*_others(masters.current()))
    with engine.begin() as connection:
        return connection.execute(look).scalar_one()


def wrap_anew(engine: Engine, masters: Masters) -> Iterator[int]:
    """Wrap every such key under the present master key; give how many, batch by batch.

    Keys that are destroyed meanwhile stay destroyed; cut short, it is run again.
    """
    while True:
        current = masters.current()
        columns = (OWNER_KEYS.c.service, OWNER_KEYS.c.owner, OWNER_KEYS.c.wrapped)
        look = select(*columns).where(*_others(current)).limit(BATCH).with_for_update()
        with engine.begin() as connection:
            rows = connection.execute(look).all()
            for service, owner, wrapped in rows:
                bound = bound_to(service, owner)
                again, sign = masters.wrap(masters.unwrap(wrapped, bound), bound)
                here = (OWNER_KEYS.c.service == service, OWNER_KEYS.c.owner == owner)
                connection.execute(
                    OWNER_KEYS.update().where(*here).values(wrapped=again, master=sign)
                )
        if not rows:
            return
        yield len(rows)


def _others(current: bytes) -> tuple[ColumnElement[bool], ...]:
    return (
        OWNER_KEYS.c.wrapped.is_not(None),
        OWNER_KEYS.c.master.is_distinct_from(sign_of(current)),
    )
