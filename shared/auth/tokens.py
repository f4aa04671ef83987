"""Checking bearer tokens: pinned asymmetric algorithms, issuer, audience, time."""

import json
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import UUID

import jwt

from shared.areas import EVERYWHERE, Area, Scope, UnknownArea
from shared.auth.caller import Caller
from shared.auth.roles import Role

ALGORITHMS = ("EdDSA", "ES256", "RS256")
"""A token signed in any other way, or not at all, is nobody's."""
_CLAIMS = ("exp", "iss", "aud", "sub")
_FETCH_SECONDS = 5
_KEYS_FOR_SECONDS = 30.0
_REMEMBERED = 2048


class Unauthenticated(Exception):  # noqa: N818 - the contract's word
    """No token, or one that proves nothing; says why without repeating it."""


class RolesConflict(Exception):  # noqa: N818 - the contract's word
    """An auditor who would also be something else."""


def _read(address: str) -> bytes:
    if address.startswith("https://"):
        request = urllib.request.Request(address)  # noqa: S310 - https only, by the line above
        with urllib.request.urlopen(request, timeout=_FETCH_SECONDS) as answer:  # noqa: S310
            content: bytes = answer.read()
        return content
    return Path(address).read_bytes()


@dataclass(slots=True)
class KeySet:
    """The issuer's public keys, read again now and then and when an unknown one is named."""

    address: str
    read: Callable[[str], bytes] = _read
    _keys: dict[str, jwt.PyJWK] = field(default_factory=dict)
    _read_at: float = float("-inf")

    def find(self, kid: str | None) -> jwt.PyJWK | None:
        """Give the key of that id; without an id only a sole key will do."""
        age = time.monotonic() - self._read_at
        if age > _KEYS_FOR_SECONDS or (kid is not None and kid not in self._keys and age > 1):
            self._load()
        if kid is not None:
            return self._keys.get(kid)
        return next(iter(self._keys.values())) if len(self._keys) == 1 else None

    def _load(self) -> None:
        try:
            listed = json.loads(self.read(self.address))["keys"]
            usable = [key for key in listed if key.get("kty") in ("OKP", "EC", "RSA")]
            keys = [jwt.PyJWK(key) for key in usable]
        except (OSError, ValueError, KeyError, TypeError, jwt.PyJWTError) as problem:
            if self._keys:
                return  # an issuer that is away for a moment does not lock everybody out
            raise Unauthenticated(
                "không đọc được khóa công khai / the issuer's public keys cannot be read"
            ) from problem
        self._keys = {key.key_id or "": key for key in keys if key.algorithm_name in ALGORITHMS}
        self._read_at = time.monotonic()


@dataclass(slots=True)
class Authenticator:
    """Tells from an Authorization header who is asking."""

    keys: KeySet
    issuer: str
    audience: str
    _seen: dict[str, tuple[float, float, Caller]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def caller(self, header: str | None) -> Caller:
        """Give the caller; Unauthenticated or RolesConflict."""
        kind, _, token = (header or "").partition(" ")
        token = token.strip()
        if kind.lower() != "bearer" or not token:
            raise Unauthenticated("cần Authorization: Bearer … / a bearer token is needed")
        now = time.time()
        remembered = self._seen.get(token)
        # a checked signature is trusted for as long as the keys are, and never beyond exp
        if remembered is not None and now < min(remembered[0], remembered[1]):
            return remembered[2]
        claims = self._claims(token)
        found = caller_of(claims)
        with self._lock:
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            self._seen[token] = (float(claims["exp"]), now + _KEYS_FOR_SECONDS, found)
        return found

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            key = self.keys.find(jwt.get_unverified_header(token).get("kid"))
            if key is None:
                raise Unauthenticated("khóa ký không quen / signed with an unknown key")
            return jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                audience=self.audience,
                issuer=self.issuer,
                options={"require": list(_CLAIMS)},
            )
        except jwt.ExpiredSignatureError as problem:
            raise Unauthenticated("mã đã hết hạn / the token has expired") from problem
        except (jwt.PyJWTError, ValueError, TypeError) as problem:
            raise Unauthenticated("mã không hợp lệ / the token is not valid") from problem


def caller_of(claims: Mapping[str, Any]) -> Caller:
    """Read the claims of a checked token."""
    roles = frozenset(_texts(claims, "roles"))
    unknown = roles - set(Role)
    if unknown or not roles:
        raise Unauthenticated("vai trò không có / roles that do not exist")
    if Role.AUDITOR in roles and len(roles) > 1:
        raise RolesConflict("kiểm toán không kiêm vai trò khác / an auditor has no other role")
    sponsor = claims.get("sponsor_id")
    if Role.SPONSOR in roles and not sponsor:
        raise Unauthenticated("thiếu sponsor_id / sponsor_id is missing")
    try:
        return Caller(
            sub=str(claims["sub"]),
            name=str(claims.get("name", "")),
            roles=roles,
            scope=_scope(claims.get("areas", [])),
            sponsor_id=UUID(str(sponsor)) if sponsor else None,
            related=frozenset(UUID(text) for text in _texts(claims, "related")),
        )
    except (ValueError, UnknownArea) as problem:
        raise Unauthenticated(f"mã không hợp lệ / the token is not valid: {problem}") from problem


def _texts(claims: Mapping[str, Any], name: str) -> list[str]:
    found = claims.get(name, [])
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise Unauthenticated(f"{name}: cần một danh sách chữ / a list of texts is needed")
    return found


def _scope(areas: Any) -> Scope:
    if areas == ["*"]:
        return EVERYWHERE
    if not isinstance(areas, list) or not all(isinstance(area, dict) for area in areas):
        raise Unauthenticated("areas: chưa đúng dạng / has the wrong form")
    return Scope.of([Area.from_claim(area) for area in areas])
