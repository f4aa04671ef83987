"""Asks the services how they are."""

from __future__ import annotations

import http.client
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from shared.settings import SERVICES


@dataclass(frozen=True, slots=True)
class Health:
    """What a service answered: no status is no answer."""

    name: str
    port: int
    status: int | None
    said: dict[str, Any]

    @property
    def ready(self) -> bool:
        """Tell whether the service may be used."""
        return self.status == http.client.OK


def ask(name: str, host: str, port: int, path: str = "/health/ready") -> Health:
    """Ask one service; whatever goes wrong is an answer too."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException):
        return Health(name, port, None, {})
    finally:
        connection.close()
    with suppress(ValueError):
        said = json.loads(body)
        return Health(name, port, answer.status, said if isinstance(said, dict) else {})
    return Health(name, port, answer.status, {})


def ask_all(host: str, port_base: int) -> list[Health]:
    """Ask the gateway and the four services."""
    services = [ask(name, host, port_base + n) for n, name in enumerate(SERVICES, 1)]
    return [ask("gateway", host, port_base, "/"), *services]
