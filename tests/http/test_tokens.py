"""Who is believed: only tokens of the issuer, for us, in time, with roles that go together."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from shared.auth.issuer import new_issuer
from shared.auth.tokens import Authenticator, KeySet, RolesConflict, Unauthenticated
from tests.support.counter_app import ISSUER, authenticator, people

NOW = datetime.now(UTC)


def claims(**changes: Any) -> dict[str, Any]:
    found = {
        "iss": "giamngheo",
        "aud": "giamngheo",
        "sub": "officer-1",
        "exp": NOW + timedelta(hours=1),
        "roles": ["commune_officer"],
        "areas": ["*"],
        **changes,
    }
    return {name: value for name, value in found.items() if value is not None}


def header(**changes: Any) -> str:
    return f"Bearer {ISSUER.sign(claims(**changes))}"


def test_a_good_token_says_who_it_is() -> None:
    areas = [{"code": "060", "level": "district", "on": "2025-06-30"}]
    related = ["00000000-0000-7000-8000-000000000001"]
    who = authenticator().caller(header(areas=areas, related=related))
    assert (who.sub, set(who.roles)) == ("officer-1", {"commune_officer"})
    assert len(who.scope.olds) == 10
    assert [str(one) for one in who.actor.related] == related


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": NOW - timedelta(seconds=1)},
        {"exp": None},
        {"iss": "somebody"},
        {"iss": None},
        {"aud": "something"},
        {"aud": None},
        {"sub": None},
        {"nbf": NOW + timedelta(hours=1)},
        {"roles": []},
        {"roles": None},
        {"roles": "commune_officer"},
        {"roles": ["king"]},
        {"roles": ["sponsor"]},
        {"areas": ["060"]},
        {"areas": [{"code": "999"}]},
        {"areas": [{"code": "060", "level": "commune"}]},
        {"areas": "*"},
        {"related": ["me"]},
        {"roles": ["sponsor"], "sponsor_id": "us"},
    ],
    ids=lambda changed: "-".join(
        f"{name}-{type(value).__name__}" for name, value in changed.items()
    ),
)
def test_a_token_with_other_claims_is_nobodys(changes: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        authenticator().caller(header(**changes))


@pytest.mark.parametrize("given", [None, "", "Bearer", "Bearer ", "Basic eDp5", "Bearer a.b.c"])
def test_without_a_token_nobody_is_asking(given: str | None) -> None:
    with pytest.raises(Unauthenticated):
        authenticator().caller(given)


def public_pem() -> bytes:
    return ISSUER.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def hand_made(head: dict[str, Any], key: bytes) -> str:
    """Sign with HMAC by hand: the library itself refuses to use a public key that way."""
    import hashlib  # noqa: PLC0415 - only forgers need it
    import hmac  # noqa: PLC0415 - the same

    body = claims(exp=int((NOW + timedelta(hours=1)).timestamp()))
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (head, body)
    ]
    signature = hmac.new(key, b".".join(parts), hashlib.sha256).digest()
    return b".".join([*parts, base64.urlsafe_b64encode(signature).rstrip(b"=")]).decode()


def forged() -> dict[str, str]:
    good = ISSUER.sign(claims())
    head, body, signature = good.split(".")
    stranger = new_issuer()
    other = base64.urlsafe_b64encode(
        json.dumps(claims(exp=99999999999, roles=["operator"])).encode()
    ).decode().rstrip("=")  # fmt: skip
    return {
        "none": jwt.encode(claims(), "", algorithm="none", headers={"kid": ISSUER.kid}),
        "hs256-with-the-public-key": hand_made(
            {"alg": "HS256", "typ": "JWT", "kid": ISSUER.kid}, public_pem()
        ),
        "other-body": f"{head}.{other}.{signature}",
        "no-signature": f"{head}.{body}.",
        "strangers-key": stranger.sign(claims()),
        "strangers-key-under-our-id": jwt.encode(
            claims(), stranger.key, algorithm="EdDSA", headers={"kid": ISSUER.kid}
        ),
    }


@pytest.mark.parametrize("kind", sorted(forged()))
def test_a_forged_token_is_nobodys(kind: str) -> None:
    answer = people().client.get("/v1/codes", headers={"Authorization": f"Bearer {forged()[kind]}"})
    assert (answer.status_code, answer.get_json()["code"]) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_changed_token_is_not_believed_after_the_good_one_was_remembered() -> None:
    guard = authenticator()
    good = header()
    guard.caller(good)
    with pytest.raises(Unauthenticated):
        guard.caller(good[:-4] + "AAAA")


def test_an_auditor_has_no_other_role() -> None:
    with pytest.raises(RolesConflict):
        authenticator().caller(header(roles=["auditor", "inspector"]))
    answer = people().client.get(
        "/v1/codes", headers={"Authorization": header(roles=["auditor", "inspector"])}
    )
    assert (answer.status_code, answer.get_json()["code"]) == (403, "roles-conflict")


@pytest.mark.parametrize("algorithm", ["ES256", "RS256", "ES384", "PS256"])
def test_other_pinned_algorithms_are_believed_and_no_others(algorithm: str) -> None:
    key: Any
    if algorithm.startswith("ES"):
        key = ec.generate_private_key(ec.SECP256R1() if algorithm == "ES256" else ec.SECP384R1())
        jwk = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key()))
    else:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    jwk |= {"kid": "k", "alg": algorithm}
    guard = Authenticator(
        KeySet("-", read=lambda _: json.dumps({"keys": [jwk]}).encode()), "giamngheo", "giamngheo"
    )
    token = jwt.encode(claims(), key, algorithm=algorithm, headers={"kid": "k"})
    if algorithm in ("ES256", "RS256"):
        assert guard.caller(f"Bearer {token}").sub == "officer-1"
    else:
        with pytest.raises(Unauthenticated):
            guard.caller(f"Bearer {token}")


def test_a_key_that_the_issuer_adds_is_found_without_a_restart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    later = new_issuer()
    listed = ISSUER.jwks()
    keys = KeySet("-", read=lambda _: json.dumps(listed).encode())
    guard = Authenticator(keys, "giamngheo", "giamngheo")
    guard.caller(header())
    listed["keys"].extend(later.jwks()["keys"])
    monkeypatch.setattr("shared.auth.tokens.time.monotonic", lambda: keys._read_at + 2)
    assert guard.caller(f"Bearer {later.sign(claims())}").sub == "officer-1"


def test_a_remembered_token_is_not_believed_after_its_last_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = datetime.now(UTC)
    later = now + timedelta(seconds=25)

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Self:
            return cls.fromtimestamp(later.timestamp(), tz)

    guard = authenticator()
    given = header(exp=now + timedelta(seconds=20))
    assert guard.caller(given).sub == "officer-1"
    monkeypatch.setattr("jwt.api_jwt.datetime", Later)
    monkeypatch.setattr("shared.auth.tokens.time.time", later.timestamp)
    with pytest.raises(Unauthenticated, match="hết hạn"):
        guard.caller(given)


def test_a_remembered_token_is_not_believed_once_its_key_was_withdrawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listed = ISSUER.jwks()
    keys = KeySet("-", read=lambda _: json.dumps(listed).encode())
    guard = Authenticator(keys, "giamngheo", "giamngheo")
    given = header()
    assert guard.caller(given).sub == "officer-1"
    listed["keys"] = new_issuer().jwks()["keys"]
    soon = datetime.now(UTC) + timedelta(seconds=31)
    monkeypatch.setattr("shared.auth.tokens.time.time", soon.timestamp)
    monkeypatch.setattr("shared.auth.tokens.time.monotonic", lambda: keys._read_at + 31)
    with pytest.raises(Unauthenticated, match="khóa ký"):
        guard.caller(given)


def test_where_the_keys_cannot_be_read_nobody_is_believed() -> None:
    guard = Authenticator(KeySet("/nowhere/jwks.json"), "giamngheo", "giamngheo")
    with pytest.raises(Unauthenticated, match="khóa công khai"):
        guard.caller(header())
