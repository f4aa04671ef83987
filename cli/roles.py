"""Which processes make the system: one per role, or with `--split` one per role and service."""

from __future__ import annotations

from dataclasses import dataclass

from deploy.supervisor import python
from shared.settings import SERVICES


@dataclass(frozen=True, slots=True)
class Role:
    """One process: its name, its command, and what it is told beyond the common settings."""

    name: str
    command: list[str]
    environment: dict[str, str]


LISTENERS = ("households", "loans", "sponsorship")
"""The command services that must know something of others, or have long work such as imports."""

WEB = python("-m", "gunicorn", "-c", "deploy/gunicorn_conf.py", "deploy.web:app")


def together() -> tuple[Role, ...]:
    """Return the four processes of one small machine."""
    return (
        Role("mover", python("-m", "services", "mover"), {}),
        Role("consumer", python("-m", "services", "consume"), {}),
        Role("projector", python("-m", "services.reporting", "project"), {}),
        Role("web", WEB, {}),
    )


def split(port_base: int) -> tuple[Role, ...]:
    """Return a process for each role of each service, as the containers have them."""
    roles = [
        Role(f"{name}-mover", python("-m", f"services.{name}", "mover"), {}) for name in SERVICES
    ]
    roles += [
        Role(f"{name}-consumer", python("-m", f"services.{name}", "consume"), {})
        for name in LISTENERS
    ]
    roles.append(Role("projector", python("-m", "services.reporting", "project"), {}))
    roles += [Role(f"{name}-web", python("-m", f"services.{name}", "web"), {}) for name in SERVICES]
    roles.append(Role("gateway", WEB, {"WEB_PORTS": str(port_base), "WEB_WORKERS": "1"}))
    return tuple(roles)
