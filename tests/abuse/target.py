"""A running system as those see it who send to it: honest people, and bare sockets."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

SERVICES = ("households", "loans", "sponsorship", "reporting")
ROLES = (
    "commune_officer",
    "district_officer",
    "bank_teller",
    "bank_controller",
    "union_inspector",
    "sponsor",
    "inspector",
    "auditor",
    "privacy_officer",
    "operator",
)
BOUND = 2.0
"""Seconds within which bad input is to be answered."""
PATIENCE = 3
"""How much longer a busy machine may take before a test fails."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a socket was answered: `status` 0 where nothing came."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    @property
    def code(self) -> str:
        """Return the code of a problem document, or nothing."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return ""
        return str(found.get("code", "")) if isinstance(found, dict) else ""


@dataclass(frozen=True, slots=True)
class Target:
    """Where the system listens, a token for each role, and ids of what it holds."""

    host: str
    port: int
    tokens: Mapping[str, str]
    token: Callable[..., str]
    """Issues another: `token(role, "--area", "*", "--sub", "x")`."""
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def gateway(self) -> str:
        return f"http://{self.host}:{self.port}"

    def bearer(self, role: str) -> dict[str, str]:
        """Return the header that shows a role's token."""
        return {"Authorization": f"Bearer {self.tokens[role]}"}

    def client(self, role: str | None, seconds: float = 30.0) -> httpx.Client:
        """Return a client of one person, or of nobody, at the gateway."""
        headers = {} if role is None else self.bearer(role)
        return httpx.Client(base_url=self.gateway, headers=headers, timeout=seconds)

    def connect(self, seconds: float = 30.0) -> socket.socket:
        """Return a bare connection to the gateway."""
        return socket.create_connection((self.host, self.port), timeout=seconds)

    def raw(self, sent: bytes, seconds: float = 30.0) -> Heard:
        """Send bytes as they are over a connection of their own; return what is answered."""
        with self.connect(seconds) as connection:
            return heard(connection, sent)

    def positions(self) -> dict[str, int]:
        """Return the last position of each service's store."""
        with self.client(None) as client:
            answers = {name: client.get(f"/{name}/health/ready").json() for name in SERVICES}
        return {name: int(answer["position"]) for name, answer in answers.items()}

    def problem_within(
        self, ask: Callable[[], httpx.Response | Heard], code: str, seconds: float = BOUND
    ) -> None:
        """Pass if asking is refused with this code in time (a busy machine's), leaving no event."""
        before, began = self.positions(), time.monotonic()
        answer = ask()
        took = time.monotonic() - began
        found = code_of(answer)
        assert found == code, f"{found or answer}, not {code}"
        assert took <= seconds * PATIENCE, f"{code} after {took:.1f} s"
        assert self.positions() == before, "an event was left"


def code_of(answer: httpx.Response | Heard) -> str:
    """Return the code of a problem document, or nothing where the answer is none."""
    if isinstance(answer, Heard):
        return answer.code
    if answer.headers.get("Content-Type") != "application/problem+json":
        return ""
    found: dict[str, Any] = answer.json()
    return str(found["code"])


def heard(connection: socket.socket, sent: bytes) -> Heard:
    """Send bytes and read one answer, to its end or to the connection's."""
    began, read = time.monotonic(), b""
    try:
        connection.sendall(sent)
        while not _is_whole(read) and (some := connection.recv(65_536)):
            read += some
    except OSError:
        pass  # whoever cuts the connection may have answered before
    head, _, body = read.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    status = first.split(" ")[1] if first.startswith("HTTP/1") else "0"
    pairs = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    return Heard(int(status), headers, body, time.monotonic() - began)


def _is_whole(read: bytes) -> bool:
    head, blank, body = read.partition(b"\r\n\r\n")
    if not blank:
        return False
    for line in head.lower().split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name == b"content-length":
            return len(body) >= int(value)
    return False
