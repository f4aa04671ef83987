"""Sealing texts of people, opening them again, and pseudonyms where equality matters."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from os import urandom
from typing import Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.decider import Conflict
from shared.sealed import PREFIX
from shared.sealing.keys import DatabaseKeys
from shared.sealing.masters import Masters
from shared.settings import Settings

_NONCE = 12
_OWNER = 16
_TAG = 16
_SEPARATORS = str.maketrans("", "", " \t\r\n\u00a0.-_/")


class DamagedSeal(Exception):  # noqa: N818 - says what was found
    """A sealed text that its own key does not open: it was changed, or is another service's."""


class Keys(Protocol):
    """Where the keys of people live, apart from what they seal."""

    def obtain(self, owner: UUID) -> tuple[UUID, bytes] | None:
        """Give the key for the owner's texts and whose it is, making it at the first use.

        None once it is destroyed and nobody is heir.
        """

    def make(self, owners: Iterable[UUID]) -> None:
        """Make the keys of those who never had one; a destroyed one stays destroyed."""

    def find(self, owners: Iterable[UUID]) -> Mapping[UUID, bytes]:
        """Give the keys that exist; a destroyed one is left out."""

    def destroy(self, owner: UUID) -> None:
        """Destroy the owner's key for good; nothing sealed under it can be read again."""

    def renew(self, owner: UUID, cause: UUID) -> None:
        """Destroy the key for the owner's texts and make another for later ones, once a cause."""


class OwnerErased(Conflict):
    """Something is to be sealed for a person whose data was erased."""

    code = "data-erased"
    vi = "Dữ liệu cá nhân của {owner} đã bị xóa; hãy ghi người này với một mã mới"
    en = "The personal data of {owner} was erased; record the person under a new id"


@dataclass(frozen=True, slots=True)
class Keyring:
    """Seals and opens for one service; no plaintext is ever part of an error or a repr."""

    service: str
    keys: Keys
    province_key: bytes = field(repr=False)

    def seal(self, owner: UUID, text: str) -> str:
        """Give `s1:…`, readable only while the owner's key lives; OwnerErased if it does not."""
        held = self.keys.obtain(owner)
        if held is None:
            raise OwnerErased(owner=owner)
        holder, key = held
        nonce = urandom(_NONCE)
        sealed = AESGCM(key).encrypt(nonce, text.encode(), self._bound_to(holder))
        return PREFIX + urlsafe_b64encode(holder.bytes + nonce + sealed).decode().rstrip("=")

    def open(self, sealed: str) -> str | None:
        """Give the text, or None where it was erased; DamagedSeal if it was tampered with."""
        return self.open_all((sealed,))[0]

    def open_all(self, sealed: Sequence[str | None]) -> list[str | None]:
        """Open many with one look at the keys; None stays None, erased becomes None."""
        parts = [None if text is None else _parts(text) for text in sealed]
        keys = self.keys.find({part[0] for part in parts if part is not None})
        return [None if part is None else self._opened(part, keys) for part in parts]

    def _opened(self, part: tuple[UUID, bytes, bytes], keys: Mapping[UUID, bytes]) -> str | None:
        owner, nonce, sealed = part
        key = keys.get(owner)
        if key is None:
            return None
        try:
            return AESGCM(key).decrypt(nonce, sealed, self._bound_to(owner)).decode()
        except InvalidTag:
            raise DamagedSeal(str(owner)) from None

    def _bound_to(self, owner: UUID) -> bytes:
        return self.service.encode() + b"\0" + owner.bytes

    def erase(self, owner: UUID) -> None:
        """Destroy the owner's key: what it sealed opens as None from now on."""
        self.keys.destroy(owner)

    def renew(self, owner: UUID, cause: UUID) -> None:
        """Destroy what the owner's texts are sealed under; later texts get a key of their own."""
        self.keys.renew(owner, cause)

    def for_a_command(self) -> "Keyring":
        """Give a keyring that asks for each key once, to be kept no longer than one command."""
        return replace(self, keys=_Remembered(self.keys))

    def pseudonym(self, value: str) -> str:
        """Give `h1:…` of a number, the same in every service; who holds the key can try all."""
        return self.text_ref(value.translate(_SEPARATORS))

    def text_ref(self, value: str) -> str:
        """Give `h1:…` of a text exactly as it stands (the caller normalises it)."""
        return "h1:" + hmac.new(self.province_key, value.encode(), hashlib.sha256).hexdigest()

    def digest(self, purpose: bytes, *parts: bytes) -> bytes:
        """Give a keyed hash of parts for a purpose: tells equal from other, reveals neither."""
        whole = b"".join([len(part).to_bytes(8, "big") + part for part in parts])
        return hmac.digest(_sub_key(self.province_key, purpose), whole, "sha256")


@dataclass(frozen=True, slots=True)
class _Remembered:
    """Keys that were asked for already; a person has several texts, and all go under one key."""

    keys: Keys
    held: dict[UUID, tuple[UUID, bytes] | None] = field(default_factory=dict, repr=False)

    def obtain(self, owner: UUID) -> tuple[UUID, bytes] | None:
        if owner not in self.held:
            self.held[owner] = self.keys.obtain(owner)
        return self.held[owner]

    def make(self, owners: Iterable[UUID]) -> None:
        self.keys.make(owners)

    def find(self, owners: Iterable[UUID]) -> Mapping[UUID, bytes]:
        return self.keys.find(owners)

    def destroy(self, owner: UUID) -> None:
        self.keys.destroy(owner)

    def renew(self, owner: UUID, cause: UUID) -> None:
        self.keys.renew(owner, cause)


@lru_cache(maxsize=16)
def _sub_key(key: bytes, purpose: bytes) -> bytes:
    return hmac.new(key, b"giamngheo/" + purpose, hashlib.sha256).digest()


def owner_of(sealed: str) -> UUID | None:
    """Give whose key opens a sealed text, None for what no key can have sealed."""
    try:
        owner, _, text = _parts(sealed)
    except DamagedSeal:
        return None
    return owner if len(text) >= _TAG else None


def _parts(sealed: str) -> tuple[UUID, bytes, bytes]:
    if not sealed.startswith(PREFIX):
        raise DamagedSeal("no sealed text")
    text = sealed[len(PREFIX) :]
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (BadBase64, ValueError):
        raise DamagedSeal("no sealed text") from None
    if len(raw) < _OWNER + _NONCE:
        raise DamagedSeal("no sealed text")
    return (UUID(bytes=raw[:_OWNER]), raw[_OWNER : _OWNER + _NONCE], raw[_OWNER + _NONCE :])


def open_keyring(settings: Settings, service: str) -> Keyring:
    """Give a service's keyring over the database of keys."""
    keys = DatabaseKeys.connect(settings.databases["keys"], service, Masters.of(settings))
    return Keyring(service, keys, settings.province_key)
