"""Checking bearer tokens: pinned asymmetric algorithms, issuer, audience, time."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from uuid import UUID

import jwt

from shared.areas import EVERYWHERE, Area, Scope, UnknownArea
from shared.auth.caller import Caller
from shared.auth.keyset import ALGORITHMS, KEYS_FOR_SECONDS, KeySet, Unauthenticated
from shared.auth.roles import Role
from shared.buckets import Buckets

TOKEN_LENGTH = 8_000
"""Characters; a web server takes header fields of about 8 KiB."""
MOST_AREAS = 200
"""More than a province has districts, and communes of both maps."""
FAILURES_AT_ONCE = 50
FAILURES_PER_SECOND = 5.0
_MOST_SENDERS = 20_000
_CLAIMS = ("exp", "iss", "aud", "sub")
_REMEMBERED = 4096


class RolesConflict(Exception):  # noqa: N818 - the contract's word
    """An auditor who would also be something else."""


class TooManyFailures(Exception):  # noqa: N818 - the contract's word
    """So many wrong tokens came from there that no other unknown one is looked at for a while."""

    def __init__(self, wait: float) -> None:
        super().__init__(f"{wait:.1f} s")
        self.wait = wait


@dataclass(frozen=True, slots=True)
class _Known:
    """A token that was right once: until when it is, and until when that need not be asked."""

    expires: float
    checked_until: float
    caller: Caller


@dataclass(slots=True)
class Authenticator:
    """Tells from an Authorization header who is asking.

    Only failures are counted, by sender and by the key that a token claims to be signed with:
    whoever shares a sender's address with a guesser is let in with a token that was right before,
    and with a new one too, unless the guesser's claim to be of the same key.
    """

    keys: KeySet
    issuer: str
    audience: str
    _known: OrderedDict[bytes, _Known] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)
    _failures: Buckets = field(
        default_factory=lambda: Buckets(FAILURES_PER_SECOND, FAILURES_AT_ONCE, _MOST_SENDERS)
    )

    def caller(self, header: str | None, sender: str = "") -> Caller:
        """Return the caller; Unauthenticated, RolesConflict or TooManyFailures.

        `sender` is whom failures are counted for: an address.
        """
        kind, _, token = (header or "").partition(" ")
        token = token.strip()
        if kind.lower() != "bearer" or not token:
            raise Unauthenticated("cần Authorization: Bearer … / a bearer token is needed")
        digest, now = hashlib.sha256(token.encode()).digest(), time.time()
        known = self._known.get(digest)
        # a checked signature is trusted for as long as the keys are, and never beyond exp
        if known is not None and now < min(known.expires, known.checked_until):
            return known.caller
        kid = _key_id(token)
        counted = (sender, kid if self.keys.knows(kid) else None)
        if known is None and (wait := self._failures.wait(counted, time.monotonic())):
            raise TooManyFailures(wait)
        try:
            claims = self._claims(token, kid)
            found = caller_of(claims)
        except Unauthenticated:
            with self._lock:
                self._known.pop(digest, None)
            self._failures.take(counted, time.monotonic())
            raise
        self._remember(digest, _Known(float(claims["exp"]), now + KEYS_FOR_SECONDS, found))
        return found

    def _remember(self, digest: bytes, known: _Known) -> None:
        with self._lock:
            self._known[digest] = known
            self._known.move_to_end(digest)
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)

    def _claims(self, token: str, kid: str | None) -> dict[str, Any]:
        if len(token) > TOKEN_LENGTH:
            raise Unauthenticated(
                f"mã quá dài, tối đa {TOKEN_LENGTH} ký tự / "
                f"the token is too long, at most {TOKEN_LENGTH} characters"
            )
        try:
            key = self.keys.find(kid)
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
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as problem:
            raise Unauthenticated("mã không hợp lệ / the token is not valid") from problem


def _key_id(token: str) -> str | None:
    """Return the key that a token claims to be signed with, believing nothing of it."""
    if len(token) > TOKEN_LENGTH:
        return None
    try:
        kid = jwt.get_unverified_header(token).get("kid")
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        return None
    return kid if isinstance(kid, str) else None


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
    if len(areas) > MOST_AREAS:
        raise Unauthenticated(f"areas: tối đa / at most {MOST_AREAS}")
    return Scope.of([Area.from_claim(area) for area in areas])


__all__ = [
    "ALGORITHMS",
    "Authenticator",
    "KeySet",
    "RolesConflict",
    "TooManyFailures",
    "Unauthenticated",
    "caller_of",
]
