"""The keys of people, each wrapped by the master key, in a database of their own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from os import urandom
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import (
    Column,
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
)

_NONCE = 12
_KEY = 32


@dataclass(frozen=True, slots=True)
class DatabaseKeys:
    """Keys in PostgreSQL; only this process, which has the master key, can unwrap them."""

    engine: Engine
    service: str
    master_key: bytes = field(repr=False)

    @staticmethod
    def connect(url: str, service: str, master_key: bytes) -> "DatabaseKeys":
        """Give the keys of a service; the database is opened at the first use."""
        return DatabaseKeys(engine(url, pool_size=2), service, master_key)

    def obtain(self, owner: UUID) -> bytes | None:
        """Give the owner's key, making it at the first use; None once it is destroyed."""
        here = (OWNER_KEYS.c.service == self.service, OWNER_KEYS.c.owner == owner)
        look = select(OWNER_KEYS.c.wrapped).where(*here)
        with self.engine.begin() as connection:
            row = connection.execute(look).first()
            if row is None:
                wrapped = self._wrap(owner, urandom(_KEY))
                made = insert(OWNER_KEYS).values(service=self.service, owner=owner, wrapped=wrapped)
                connection.execute(made.on_conflict_do_nothing())
                row = connection.execute(look).one()
        return None if row.wrapped is None else self._unwrap(owner, row.wrapped)

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
        with self.engine.begin() as connection:
            rows = connection.execute(look).all()
        return {row.owner: self._unwrap(row.owner, row.wrapped) for row in rows}

    def destroy(self, owner: UUID) -> None:
        """Destroy the owner's key for good; an owner without a key can never get one."""
        gone = {"wrapped": None, "destroyed_at": func.now()}
        with self.engine.begin() as connection:
            row = insert(OWNER_KEYS).values(service=self.service, owner=owner, wrapped=None)
            connection.execute(row.on_conflict_do_nothing())
            here = (OWNER_KEYS.c.service == self.service, OWNER_KEYS.c.owner == owner)
            alive = OWNER_KEYS.c.destroyed_at.is_(None)
            connection.execute(update(OWNER_KEYS).where(*here, alive).values(gone))

    def _wrap(self, owner: UUID, key: bytes) -> bytes:
        nonce = urandom(_NONCE)
        return nonce + AESGCM(self.master_key).encrypt(nonce, key, self._bound_to(owner))

    def _unwrap(self, owner: UUID, wrapped: bytes) -> bytes:
        nonce, sealed = wrapped[:_NONCE], wrapped[_NONCE:]
        return AESGCM(self.master_key).decrypt(nonce, sealed, self._bound_to(owner))

    def _bound_to(self, owner: UUID) -> bytes:
        return b"owner-key\0" + self.service.encode() + b"\0" + owner.bytes


@dataclass(frozen=True, slots=True)
class MemoryKeys:
    """Keys that live as long as the process; for tests."""

    kept: dict[UUID, bytes | None] = field(default_factory=dict, repr=False)

    def obtain(self, owner: UUID) -> bytes | None:
        """Give the owner's key, making it at the first use; None once it is destroyed."""
        return self.kept.setdefault(owner, urandom(_KEY))

    def find(self, owners: Iterable[UUID]) -> Mapping[UUID, bytes]:
        """Give the keys that exist; a destroyed one is left out."""
        found = {owner: self.kept.get(owner) for owner in owners}
        return {owner: key for owner, key in found.items() if key is not None}

    def destroy(self, owner: UUID) -> None:
        """Destroy the owner's key for good."""
        self.kept[owner] = None
