"""The keys of people, each wrapped by the master key, in a database of their own."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from os import urandom
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Engine,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from shared.database import engine
from shared.sealing.masters import Masters

METADATA = MetaData()
OWNER_KEYS = Table(
    "owner_keys",
    METADATA,
    Column("service", Text, primary_key=True),
    Column("owner", Uuid, primary_key=True),
    # NULL once destroyed: the row stays, so that no second key is ever made for an erased person
    Column("wrapped", LargeBinary, nullable=True),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("destroyed_at", DateTime(timezone=True), nullable=True),
    # under whose key this owner's later texts are sealed, where its own was destroyed
    Column("heir", Uuid, nullable=True),
    # which master key wrapped it
    Column("master", LargeBinary, nullable=True),
)

_KEY = 32


def heir_of(owner: UUID, cause: UUID) -> UUID:
    """Name the heir of an owner whose key is destroyed for a cause; the same when tried again."""
    return uuid5(owner, str(cause))


def bound_to(service: str, owner: UUID) -> bytes:
    """Give what a wrapped key is bound to, so that it opens nowhere else."""
    return b"owner-key\0" + service.encode() + b"\0" + owner.bytes


@dataclass(frozen=True, slots=True)
class DatabaseKeys:
    """Keys in PostgreSQL; only this process, which has the master key, can unwrap them."""

    engine: Engine
    service: str
    masters: Masters = field(repr=False)

    @staticmethod
    def connect(url: str, service: str, masters: Masters) -> "DatabaseKeys":
        """Give the keys of a service; the database is opened at the first use."""
        return DatabaseKeys(engine(url, pool_size=2), service, masters)

    def obtain(self, owner: UUID) -> tuple[UUID, bytes] | None:
        """Give the key for the owner's texts and whose it is, making it at the first use.

        None once it is destroyed and nobody is heir.
        """
        with self._by_statement() as connection:
            while True:
                row = self._row(connection, owner)
                if row.wrapped is not None:
                    return owner, self._unwrap(owner, row.wrapped)
                if row.heir is None:
                    return None
                owner = row.heir

    def make(self, owners: Iterable[UUID]) -> None:
        """Make the keys of those who never had one, in one turn with the server."""
        rows = []
        for owner in dict.fromkeys(owners):
            wrapped, master = self.masters.wrap(urandom(_KEY), bound_to(self.service, owner))
            one = {"service": self.service, "owner": owner, "wrapped": wrapped, "master": master}
            rows.append(one)
        if rows:
            with self.engine.begin() as connection:
                connection.execute(insert(OWNER_KEYS).on_conflict_do_nothing(), rows)

    def find(self, owners: Iterable[UUID]) -> Mapping[UUID, bytes]:
        """Give the keys that exist; a destroyed one is left out."""
        wanted = list(owners)
        if not wanted:
            return {}
        look = select(OWNER_KEYS.c.owner, OWNER_KEYS.c.wrapped).where(
            OWNER_KEYS.c.service == self.service,
            OWNER_KEYS.c.owner.in_(wanted),
            OWNER_KEYS.c.wrapped.is_not(None),
        )
        with self._by_statement() as connection:
            rows = connection.execute(look).all()
        return {row.owner: self._unwrap(row.owner, row.wrapped) for row in rows}

    @contextmanager
    def _by_statement(self) -> Iterator[Connection]:
        """Give a connection whose every statement stands for itself: one turn instead of three."""
        with self.engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

    def destroy(self, owner: UUID) -> None:
        """Destroy the owner's key for good; an owner without a key can never get one."""
        with self.engine.begin() as connection:
            self._destroy(connection, owner, heir=None)

    def renew(self, owner: UUID, cause: UUID) -> None:
        """Destroy the key for the owner's texts and make another for later ones, once a cause."""
        heir = heir_of(owner, cause)
        with self.engine.begin() as connection:
            known = select(OWNER_KEYS.c.owner).where(*self._here(heir))
            if connection.execute(known).first() is not None:
                return
            row = self._row(connection, owner)
            while row.heir is not None:
                row = self._row(connection, row.heir)
            self._row(connection, heir)
            self._destroy(connection, row.owner, heir=heir)

    def _here(self, owner: UUID) -> tuple[ColumnElement[bool], ...]:
        return (OWNER_KEYS.c.service == self.service, OWNER_KEYS.c.owner == owner)

    def _row(self, connection: Connection, owner: UUID) -> Any:
        columns = (OWNER_KEYS.c.owner, OWNER_KEYS.c.wrapped, OWNER_KEYS.c.heir)
        look = select(*columns).where(*self._here(owner))
        found = connection.execute(look).first()
        if found is None:
            bound = bound_to(self.service, owner)
            wrapped, master = self.masters.wrap(urandom(_KEY), bound)
            made = insert(OWNER_KEYS).values(
                service=self.service, owner=owner, wrapped=wrapped, master=master
            )
            new = made.on_conflict_do_nothing().returning(*columns)
            found = connection.execute(new).first()
            if found is None:  # somebody else was faster
                found = connection.execute(look).one()
        return found

    def _destroy(self, connection: Connection, owner: UUID, heir: UUID | None) -> None:
        gone = {"wrapped": None, "destroyed_at": func.now(), "heir": heir}
        row = insert(OWNER_KEYS).values(service=self.service, owner=owner, wrapped=None)
        connection.execute(row.on_conflict_do_nothing())
        alive = OWNER_KEYS.c.destroyed_at.is_(None)
        connection.execute(update(OWNER_KEYS).where(*self._here(owner), alive).values(gone))

    def _unwrap(self, owner: UUID, wrapped: bytes) -> bytes:
        return self.masters.unwrap(wrapped, bound_to(self.service, owner))


@dataclass(frozen=True, slots=True)
class MemoryKeys:
    """Keys that live as long as the process; for tests."""

    kept: dict[UUID, bytes | None] = field(default_factory=dict, repr=False)
    heirs: dict[UUID, UUID] = field(default_factory=dict)

    def obtain(self, owner: UUID) -> tuple[UUID, bytes] | None:
        """Give the key for the owner's texts and whose it is, making it at the first use."""
        while owner in self.heirs:
            owner = self.heirs[owner]
        key = self.kept.setdefault(owner, urandom(_KEY))
        return None if key is None else (owner, key)

    def make(self, owners: Iterable[UUID]) -> None:
        """Make the keys of those who never had one."""
        for owner in owners:
            self.kept.setdefault(owner, urandom(_KEY))

    def find(self, owners: Iterable[UUID]) -> Mapping[UUID, bytes]:
        """Give the keys that exist; a destroyed one is left out."""
        found = {owner: self.kept.get(owner) for owner in owners}
        return {owner: key for owner, key in found.items() if key is not None}

    def destroy(self, owner: UUID) -> None:
        """Destroy the owner's key for good."""
        self.kept[owner] = None

    def renew(self, owner: UUID, cause: UUID) -> None:
        """Destroy the key for the owner's texts and make another for later ones, once a cause."""
        heir = heir_of(owner, cause)
        if heir in self.kept:
            return
        while owner in self.heirs:
            owner = self.heirs[owner]
        self.kept[owner], self.kept[heir] = None, urandom(_KEY)
        self.heirs[owner] = heir
