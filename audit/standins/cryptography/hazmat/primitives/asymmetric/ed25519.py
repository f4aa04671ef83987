"""Public keys that verify; nothing is signed here."""

from typing import NoReturn

from audit.ed25519 import ed25519
from cryptography.exceptions import InvalidSignature

_KEY_BYTES = 32


class Ed25519PublicKey:
    """A public key."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    @classmethod
    def from_public_bytes(cls, raw: bytes) -> "Ed25519PublicKey":
        """Return the key of 32 bytes; ValueError for another length."""
        if len(raw) != _KEY_BYTES:
            raise ValueError("an Ed25519 public key is 32 bytes long")
        return cls(raw)

    def verify(self, signature: bytes, message: bytes) -> None:
        """Raise InvalidSignature unless the signature is this key's over the message."""
        if not ed25519(self._raw, signature, message):
            raise InvalidSignature


class Ed25519PrivateKey:
    """Nobody signs here."""

    @classmethod
    def from_private_bytes(cls, raw: bytes) -> NoReturn:
        """Raise NotImplementedError: the library is needed for it."""
        raise NotImplementedError("nothing is signed here")
