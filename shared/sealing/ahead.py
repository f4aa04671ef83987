"""Keys of many people fetched at once, for work that seals for all of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from shared.sealing.keyring import Keys


@dataclass(frozen=True, slots=True)
class KeysAhead:
    """Keys in front of others, which hold for a moment what they will be asked for.

    What is sealed under a key that is destroyed meanwhile opens as erased, like all it sealed.
    """

    keys: Keys
    held: dict[UUID, bytes] = field(default_factory=dict, repr=False)

    @staticmethod
    def of(keys: Keys, owners: Iterable[UUID]) -> "KeysAhead":
        """Make and fetch the keys of some owners in two turns with their database."""
        wanted = list(dict.fromkeys(owners))
        keys.make(wanted)
        return KeysAhead(keys, dict(keys.find(wanted)))

    def obtain(self, owner: UUID) -> tuple[UUID, bytes] | None:
        """Give the key for the owner's texts and whose it is."""
        key = self.held.get(owner)
        return self.keys.obtain(owner) if key is None else (owner, key)

    def make(self, owners: Iterable[UUID]) -> None:
        """Make the keys of those who never had one."""
        self.keys.make(owner for owner in owners if owner not in self.held)

    def find(self, owners: Iterable[UUID]) -> Mapping[UUID, bytes]:
        """Give the keys that exist; a destroyed one is left out."""
        wanted = list(owners)
        others = [owner for owner in wanted if owner not in self.held]
        known = {owner: self.held[owner] for owner in wanted if owner in self.held}
        return known | dict(self.keys.find(others)) if others else known

    def destroy(self, owner: UUID) -> None:
        """Destroy the owner's key for good."""
        self.held.pop(owner, None)
        self.keys.destroy(owner)

    def renew(self, owner: UUID, cause: UUID) -> None:
        """Destroy the key for the owner's texts and make another for later ones, once a cause."""
        self.held.pop(owner, None)
        self.keys.renew(owner, cause)
