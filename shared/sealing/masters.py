"""The master key that wraps the keys of people, and the one before it while it is being changed."""

import hashlib
from dataclasses import dataclass, field
from os import urandom
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.settings import Settings

_NONCE = 12
_SIGN = 8


class UnknownMaster(Exception):  # noqa: N818 - says what was found
    """A key that no known master key opens: another installation's, or its master key is lost."""


def before(path: Path) -> Path:
    """Name the file of the master key that was in force before the one in `path`."""
    return path.with_name(f"{path.name}.old")


def sign_of(master: bytes) -> bytes:
    """Give by what a wrapped key tells which master key wrapped it."""
    return hashlib.sha256(b"giamngheo/master-key\0" + master).digest()[:_SIGN]


@dataclass(slots=True)
class Masters:
    """The master keys, newest first; from a file, they are read again when they may have changed.

    So a running process wraps under the new key, and opens what is wrapped by it, without a
    restart.
    """

    known: tuple[bytes, ...] = field(repr=False)
    file: Path | None = None

    @staticmethod
    def of(settings: Settings) -> "Masters":
        """Give the master keys of an installation."""
        return Masters((settings.master_key, *settings.old_master_keys), settings.master_key_file)

    def current(self) -> bytes:
        """Give the key to wrap by."""
        self._read()
        return self.known[0]

    def wrap(self, key: bytes, bound_to: bytes) -> tuple[bytes, bytes]:
        """Wrap a key under the newest master key; give it with that key's sign."""
        master, nonce = self.current(), urandom(_NONCE)
        return nonce + AESGCM(master).encrypt(nonce, key, bound_to), sign_of(master)

    def unwrap(self, wrapped: bytes, bound_to: bytes) -> bytes:
        """Open a wrapped key by whichever master key wrapped it; UnknownMaster if none did."""
        found = self._opened(wrapped, bound_to)
        if found is None:
            self._read()
            found = self._opened(wrapped, bound_to)
        if found is None:
            raise UnknownMaster("no known master key wrapped it")
        return found

    def _opened(self, wrapped: bytes, bound_to: bytes) -> bytes | None:
        for master in self.known:
            try:
                return AESGCM(master).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], bound_to)
            except InvalidTag:
                continue
        return None

    def _read(self) -> None:
        if self.file is None:
            return
        paths = [path for path in (self.file, before(self.file)) if path.exists()]
        keys = [bytes.fromhex(path.read_text(encoding="ascii").strip()) for path in paths]
        self.known = tuple(dict.fromkeys(keys)) or self.known
