"""Speaks to the running services over HTTP as an officer's program would."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import httpx

from tests.support.servers import eventually

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Api:
    """One caller, with their token, at the gateway."""

    gateway: str
    token: str

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Idempotency-Key": str(uuid.uuid4())}

    def send(self, path: str, body: JSON, method: str = "POST") -> httpx.Response:
        """Send a command and return whatever is answered."""
        return httpx.request(
            method, f"{self.gateway}{path}", json=body, headers=self._headers(), timeout=30
        )

    def command(self, path: str, body: JSON, method: str = "POST") -> JSON:
        """Send a command that must be accepted; return the answer."""
        answer = self.send(path, body, method)
        assert answer.status_code == 201, f"{path}: {answer.status_code} {answer.text}"
        accepted: JSON = answer.json()
        return accepted

    def get(self, path: str, **parameters: str) -> httpx.Response:
        """Read, and return whatever is answered."""
        return httpx.get(
            f"{self.gateway}{path}", params=parameters, headers=self._headers(), timeout=30
        )

    def read(self, path: str, **parameters: str) -> JSON:
        """Read what must be readable."""
        answer = self.get(path, **parameters)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        found: JSON = answer.json()
        return found

    def codes(self, path: str, **parameters: str) -> list[str]:
        """Return the codes of a list of findings."""
        return sorted(item["code"] for item in self.read(path, **parameters)["items"])

    def awaited_codes(self, path: str, expected: list[str], **parameters: str) -> None:
        """Wait until a list of findings holds exactly these codes."""
        eventually(lambda: self.codes(path, **parameters) == expected)
