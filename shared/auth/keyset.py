"""The issuer's public keys, fetched seldom whatever is asked."""

import json
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import jwt

ALGORITHMS = ("EdDSA", "ES256", "RS256")
"""A token signed in any other way, or not at all, is nobody's."""
KEYS_FOR_SECONDS = 30.0
_FETCH_SECONDS = 5
_FETCH_BYTES = 1024 * 1024
_AGAIN_AFTER_SECONDS = 1.0


class Unauthenticated(Exception):  # noqa: N818 - the contract's word
    """No token, or one that proves nothing; says why without repeating it."""


def _read(address: str) -> bytes:
    if address.startswith("https://"):
        request = urllib.request.Request(address)  # noqa: S310 - https only, by the line above
        with urllib.request.urlopen(request, timeout=_FETCH_SECONDS) as answer:  # noqa: S310
            content: bytes = answer.read(_FETCH_BYTES)
        return content
    return Path(address).read_bytes()


@dataclass(slots=True)
class KeySet:
    """The issuer's public keys, read again now and then and when an unknown one is named.

    However many unknown keys are named, and however long the issuer is away, they are read at most
    once a second and by one thread; the others go on with the keys that are known.
    """

    address: str
    read: Callable[[str], bytes] = _read
    _keys: dict[str, jwt.PyJWK] = field(default_factory=dict)
    _read_at: float = float("-inf")
    _tried_at: float = float("-inf")
    _lock: Lock = field(default_factory=Lock)

    def find(self, kid: str | None) -> jwt.PyJWK | None:
        """Return the key of that id; without an id only a sole key will do."""
        now = time.monotonic()
        unknown = kid is not None and kid not in self._keys
        if not self._keys:
            with self._lock:  # nobody can be told from anybody: all wait for the one who reads
                if not self._keys:
                    self._load()
        elif (now - self._read_at > KEYS_FOR_SECONDS or unknown) and (
            now - self._tried_at > _AGAIN_AFTER_SECONDS and self._lock.acquire(blocking=False)
        ):
            try:
                self._load()
            finally:
                self._lock.release()
        if kid is not None:
            return self._keys.get(kid)
        return next(iter(self._keys.values())) if len(self._keys) == 1 else None

    def knows(self, kid: str | None) -> bool:
        """Tell whether a key of that id is known now, reading nothing."""
        return kid in self._keys

    def _load(self) -> None:
        now = time.monotonic()
        if not self._keys and now - self._tried_at <= _AGAIN_AFTER_SECONDS:
            raise _unread()
        self._tried_at = now
        try:
            listed = json.loads(self.read(self.address))["keys"]
            usable = [key for key in listed if key.get("kty") in ("OKP", "EC", "RSA")]
            keys = [jwt.PyJWK(key) for key in usable]
        except (OSError, ValueError, KeyError, TypeError, jwt.PyJWTError) as problem:
            if self._keys:
                return  # an issuer that is away for a moment does not lock everybody out
            raise _unread() from problem
        self._keys = {key.key_id or "": key for key in keys if key.algorithm_name in ALGORITHMS}
        self._read_at = time.monotonic()


def _unread() -> Unauthenticated:
    return Unauthenticated(
        "không đọc được khóa công khai / the issuer's public keys cannot be read"
    )
