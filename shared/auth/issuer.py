"""The built-in issuer of tokens for the bundled run; production uses an OIDC provider."""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.areas import Area
from shared.keyfiles import write_private

PRIVATE_FILE = "issuer/issuer.pem"
JWKS_FILE = "public/jwks.json"
LIFETIME = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Issuer:
    """Signs tokens with one Ed25519 key."""

    key: Ed25519PrivateKey
    kid: str
    issuer: str = "giamngheo"
    audience: str = "giamngheo"

    def issue(
        self,
        *,
        now: datetime,
        sub: str,
        roles: Iterable[str],
        areas: Iterable[Area] | None = None,
        name: str = "",
        sponsor_id: UUID | None = None,
        related: Iterable[UUID] = (),
        lifetime: timedelta = LIFETIME,
    ) -> str:
        """Give a token; `areas` None is the area `*`."""
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": self.audience,
            "iat": now,
            "exp": now + lifetime,
            "sub": sub,
            "name": name or sub,
            "roles": list(roles),
            "areas": ["*"] if areas is None else [_claim(area) for area in areas],
            "related": [str(one) for one in related],
        }
        if sponsor_id is not None:
            claims["sponsor_id"] = str(sponsor_id)
        return self.sign(claims)

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Sign claims as they are."""
        return jwt.encode(dict(claims), self.key, algorithm="EdDSA", headers={"kid": self.kid})

    def jwks(self) -> dict[str, Any]:
        """Give the public key as a JWK set."""
        public = json.loads(jwt.algorithms.OKPAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [public | {"kid": self.kid, "use": "sig", "alg": "EdDSA"}]}


def _claim(area: Area) -> dict[str, str]:
    claim = {"code": area.code, "level": area.level}
    return claim if area.on is None else claim | {"on": area.on.isoformat()}


def new_issuer(issuer: str = "giamngheo", audience: str = "giamngheo") -> Issuer:
    """Make an issuer with a fresh key."""
    return Issuer(Ed25519PrivateKey.generate(), secrets.token_hex(8), issuer, audience)


def ensure_issuer(data: Path) -> Issuer:
    """Give the issuer of a data folder; make its key and its public key set at the first time."""
    private, public = data / PRIVATE_FILE, data / JWKS_FILE
    if not private.exists():
        made = new_issuer()
        pem = made.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        write_private(private, f"kid: {made.kid}\n".encode() + pem)
    found = load_issuer(data)
    public.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found.jwks(), indent=1)
    if not public.exists() or public.read_text(encoding="utf-8") != text:
        public.write_text(text, encoding="utf-8")
        public.chmod(0o644)
    return found


def load_issuer(data: Path) -> Issuer:
    """Read the issuer of a data folder; FileNotFoundError where there is none."""
    first, _, pem = (data / PRIVATE_FILE).read_bytes().partition(b"\n")
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{PRIVATE_FILE}: no Ed25519 key")
    return Issuer(key, first.decode("ascii").removeprefix("kid: ").strip())
