"""Abuse of connections, headers and tokens."""

from __future__ import annotations

import base64
import json

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.abuse.row import ANSWERED, Abuse, Ask, bare, said
from tests.abuse.target import Heard, Target

CODES = "/households/v1/codes"
HOME = "/households/v1/households/{household}"
VISIT = {"held_on": "2025-09-01"}


def _two_heads(target: Target) -> Heard:
    """Hide a second request in the body of the first."""
    hidden = b"GET /loans/v1/loans HTTP/1.1\r\nHost: x\r\n\r\n"
    first = f"POST {CODES} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
    return target.raw(first.encode() + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden)


CONNECTIONS = (
    Abuse(
        "connections",
        "no HTTP at all",
        lambda t: t.raw(b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n"),
        ("not-http",),
    ),
    Abuse(
        "connections",
        "a request line of 1 MiB",
        lambda t: t.raw(b"GET /" + b"a" * 1_048_576),
        ("head-too-long",),
    ),
    Abuse("connections", "HTTP/9.9", bare(f"GET {CODES} HTTP/9.9"), ("not-http",)),
    Abuse(
        "connections",
        "lines without carriage return",
        lambda t: t.raw(b"GET / HTTP/1.1\nHost: x\n\n"),
        ("not-http",),
    ),
    Abuse(
        "connections",
        "two lengths",
        bare(f"POST {CODES} HTTP/1.1\nContent-Length: 4\nContent-Length: 5", b"abcde"),
        ("not-http",),
    ),
    Abuse(
        "connections",
        "length and chunks",
        _two_heads,
        ("not-http",),
    ),
    Abuse(
        "connections",
        "a negative length",
        bare(f"POST {CODES} HTTP/1.1\nContent-Length: -1"),
        ("not-http",),
    ),
    Abuse(
        "connections",
        "a length that is no number",
        bare(f"POST {CODES} HTTP/1.1\nContent-Length: 1e3"),
        ("not-http",),
    ),
    Abuse(
        "connections",
        "a chunk whose size is no number",
        bare(f"POST {HOME}/causes HTTP/1.1\nTransfer-Encoding: chunked", b"zz\r\n"),
        ("not-http",),
    ),
    Abuse(
        "connections",
        "JSON in chunks that are none",
        bare(
            f"PUT {HOME}/causes HTTP/1.1\nContent-Type: application/json\n"
            "Transfer-Encoding: chunked",
            b"zz\r\n",
        ),
        ("not-http",),
    ),
    Abuse(
        "connections",
        "an unknown transfer encoding",
        bare(f"POST {CODES} HTTP/1.1\nTransfer-Encoding: gzip, x"),
        ("not-http",),
    ),
)


def _header(name: str, value: str, path: str = CODES) -> Ask:
    return said("GET", path, headers={name: value})


def _command(name: str, value: str) -> Ask:
    body = {"causes": ["no_land"], "occurred_on": "2025-09-01"}
    return said("PUT", f"{HOME}/causes", json=body, headers={name: value})


HEADERS = (
    Abuse(
        "headers", "If-Match of 7 kB", _command("If-Match", '"' + "9" * 7_000 + '"'), ("invalid",)
    ),
    Abuse(
        "headers", "If-Match of another version", _command("If-Match", '"999"'), ("version-moved",)
    ),
    Abuse(
        "headers",
        "If-Match that is no tag",
        _command("If-Match", "1; DROP TABLE"),
        ("version-moved", "invalid"),
    ),
    Abuse(
        "headers",
        "Idempotency-Key of 256 characters",
        _command("Idempotency-Key", "k" * 256),
        ("invalid",),
    ),
    Abuse(
        "headers", "Idempotency-Key of 7 kB", _command("Idempotency-Key", "k" * 7_000), ("invalid",)
    ),
    Abuse(
        "headers", "Idempotency-Key with a blank", _command("Idempotency-Key", "a b"), ("invalid",)
    ),
    Abuse("headers", "an empty Idempotency-Key", _command("Idempotency-Key", ""), ("invalid",)),
    Abuse("headers", "traceparent of 7 kB", _command("traceparent", "0" * 7_000), ("invalid",)),
    Abuse("headers", "X-Request-ID of 7 kB", _command("X-Request-ID", "0" * 7_000), ("invalid",)),
    Abuse(
        "headers",
        "Prefer of 7 kB",
        _header("Prefer", "wait=" + "9" * 7_000, "/reporting/v1/findings"),
        ("invalid", "role-missing"),
    ),
    Abuse(
        "headers",
        "Accept-Language of 7 kB",
        _header("Accept-Language", "vi," * 2_300),
        ("invalid",),
    ),
    Abuse(
        "headers", "a header of 100 kB", _header("X-Anything", "x" * 100_000), ("head-too-long",)
    ),
    Abuse(
        "headers",
        "a thousand headers",
        said("GET", CODES, headers={f"X-{n}": "x" for n in range(1_000)}),
        ("head-too-long",),
    ),
    Abuse("headers", "a header without a name", bare(f"GET {CODES} HTTP/1.1\n: x"), ("not-http",)),
    Abuse(
        "headers",
        "a body said to be text",
        said("PUT", f"{HOME}/causes", content=b"x", headers={"Content-Type": "text/plain"}),
        ("unsupported-media",),
    ),
    Abuse(
        "headers",
        "a body said to be compressed",
        said(
            "PUT",
            f"{HOME}/causes",
            content=b"{}",
            headers={"Content-Type": "application/json", "Content-Encoding": "br"},
        ),
        ("unsupported-media",),
    ),
)


def _token(token: str, path: str = CODES) -> Ask:
    return said("GET", path, None, headers={"Authorization": f"Bearer {token}"})


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _by_stranger(target: Target) -> httpx.Response:
    """Sign with a key of our own under the issuer's id."""
    kid = jwt.get_unverified_header(target.tokens["auditor"])["kid"]
    claims = jwt.decode(target.tokens["auditor"], options={"verify_signature": False})
    forged = jwt.encode(claims, Ed25519PrivateKey.generate(), "EdDSA", {"kid": kid})
    return _token(forged)(target)  # type: ignore[return-value] # `said` asks by httpx


def _unsigned(target: Target) -> httpx.Response:
    """Take a right token, and say that it needs no signature."""
    _, claims, _ = target.tokens["auditor"].split(".")
    head = _b64(json.dumps({"alg": "none"}).encode())
    return _token(f"{head}.{claims}.")(target)  # type: ignore[return-value] # the same


def _shortened(target: Target) -> httpx.Response:
    return _token(target.tokens["auditor"][:-6])(target)  # type: ignore[return-value] # the same


def _guesses(target: Target) -> httpx.Response:
    """Try a thousand tokens over one connection; the last answer counts."""
    with target.client(None) as client:
        for number in range(1_000):
            guess = {"Authorization": f"Bearer {number}.x.y"}
            answer = client.get(CODES, headers=guess)
            if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
                break
    return answer


def _beside_guesses(target: Target) -> httpx.Response:
    """Ask with a right token from where the guesses came."""
    return said("GET", CODES)(target)  # type: ignore[return-value] # the same


_REFUSED = ("unauthenticated", "too-many")

TOKENS = (
    Abuse("tokens", "none", said("GET", CODES, None), ("unauthenticated",)),
    Abuse("tokens", "garbage", _token("\x7f.!.~"), ("not-http", *_REFUSED)),
    Abuse("tokens", "of 8,100 characters", _token("a" * 8_100), _REFUSED),
    Abuse("tokens", "of 100 kB", _token("a" * 100_000), ("head-too-long",)),
    Abuse("tokens", "alg none", _unsigned, _REFUSED),
    Abuse("tokens", "another's key under the issuer's id", _by_stranger, _REFUSED),
    Abuse("tokens", "a signature cut short", _shortened, _REFUSED),
    Abuse("tokens", "a head of deep JSON", _token(f"{_b64(b'[' * 5_000)}.e30.x"), _REFUSED),
    Abuse(
        "tokens",
        "basic, not bearer",
        said("GET", CODES, None, headers={"Authorization": "Basic eDp5"}),
        ("unauthenticated",),
    ),
    Abuse(
        "tokens", "in the query", said("GET", f"{CODES}?access_token=x", None), ("unauthenticated",)
    ),
    Abuse("tokens", "a thousand guesses", _guesses, ("too-many",), 10),
    Abuse("tokens", "a right one from where the guesses came", _beside_guesses, (ANSWERED,)),
)

ROWS = (*CONNECTIONS, *HEADERS, *TOKENS)
