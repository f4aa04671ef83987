"""One abuse: what is sent, and what must be answered within two seconds, leaving no event."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from tests.abuse.target import BOUND, PATIENCE, Heard, Target, code_of

CUT = "cut"
"""The connection is closed without an answer."""
ANSWERED = "answered"
"""It is no abuse for those who answer it."""

Ask = Callable[[Target], httpx.Response | Heard]


@dataclass(frozen=True, slots=True)
class Abuse:
    """A family, what is done in words, how, and the codes of which one must be answered."""

    family: str
    what: str
    ask: Ask
    must: tuple[str, ...]
    seconds: float = BOUND

    def __str__(self) -> str:
        return f"{self.family}: {self.what}"


@dataclass(frozen=True, slots=True)
class Met:
    """What an abuse was answered, after how long, and whether that is how it must be."""

    answer: str
    seconds: float
    wrong: str

    @property
    def verdict(self) -> str:
        return self.wrong or "ok"


def tried(target: Target, abuse: Abuse) -> Met:
    """Do it, and look at the answer, the time and the events that were left."""
    before, began = target.positions(), time.monotonic()
    found = answer_of(abuse.ask, target)
    took = time.monotonic() - began
    wrong = ""
    if found not in abuse.must:
        wrong = f"must be {' or '.join(abuse.must)}"
    elif took > abuse.seconds * PATIENCE:
        wrong = f"within {abuse.seconds:g} s"
    elif ANSWERED not in abuse.must and target.positions() != before:
        wrong = "left an event"
    return Met(found, took, wrong)


def answer_of(ask: Ask, target: Target) -> str:
    """Return the code of what is answered, its status where it is no problem, or `cut`."""
    try:
        answer = ask(target)
    except httpx.TransportError as problem:
        return CUT if not isinstance(problem, httpx.TimeoutException) else "silence"
    if code := code_of(answer):
        return code
    status = answer.status if isinstance(answer, Heard) else answer.status_code
    if status == 0:
        return CUT if answer.seconds < 20 else "silence"  # type: ignore[union-attr] # Heard
    return ANSWERED if status < 400 else str(status)


def said(method: str, path: str, role: str | None = "district_officer", **more: Any) -> Ask:
    """Return how somebody of a role sends a request; `{ids}` of the target fill the path."""

    def ask(target: Target) -> httpx.Response:
        with target.client(role) as client:
            return client.request(method, path.format_map(target.ids), **more)

    return ask


def bare(head: str, body: bytes = b"", role: str | None = "district_officer") -> Ask:
    """Return how bytes are sent as they are: a head by lines, token and host added."""

    def ask(target: Target) -> Heard:
        lines = head.format_map(target.ids).split("\n")
        lines.insert(1, f"Host: {target.host}")
        if role is not None:
            lines.insert(2, f"Authorization: Bearer {target.tokens[role]}")
        return target.raw("\r\n".join([*lines, "", ""]).encode() + body)

    return ask
