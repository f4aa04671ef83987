"""All web roles in one process: the port says which app answers; the gateway's, by its path.

`gunicorn -c deploy/gunicorn_conf.py deploy.web:app`
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from shared import logs
from shared.codec import canonical
from shared.problems import not_found
from shared.run import settings_or_exit
from shared.settings import SERVICES

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

Environ = dict[str, Any]
FRONT = "reporting"
"""Whose page stands at `/`."""


def gateway(apps: Mapping[str, WSGIApplication]) -> WSGIApplication:
    """Give the app of the gateway: `/loans/v1/…` is `/v1/…` of loans, `/` is the console's page."""

    def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        _, name, *rest = path.split("/", 2) if path.startswith("/") else ("", "")
        if name in apps:
            environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}/{name}"
            environ["PATH_INFO"] = f"/{rest[0]}" if rest else "/"
            return apps[name](environ, start_response)
        if path in ("", "/"):
            return apps[FRONT](environ, start_response)
        return _not_found(start_response)

    return answer


def by_port(
    apps: Mapping[str, WSGIApplication], port_base: int, otherwise: WSGIApplication
) -> WSGIApplication:
    """Give the app that looks at the port on which a request came in."""
    ports = {str(port_base + 1 + number): apps[name] for number, name in enumerate(SERVICES)}

    def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        return ports.get(environ.get("SERVER_PORT", ""), otherwise)(environ, start_response)

    return answer


def _not_found(start_response: StartResponse) -> Iterable[bytes]:
    problem = not_found()
    body = canonical(problem.document())
    headers = [
        ("Content-Type", "application/problem+json"),
        ("Content-Length", str(len(body))),
    ]
    start_response("404 Not Found", headers)
    return [body]


def create_app() -> Callable[..., Iterable[bytes]]:
    """Make every app from the settings of the environment; nothing is opened yet."""
    settings = settings_or_exit()
    logs.configure("web")
    apps: dict[str, WSGIApplication] = {
        name: importlib.import_module(f"services.{name}.app").create_app(settings)
        for name in SERVICES
    }
    return by_port(apps, settings.port_base, gateway(apps))


def __getattr__(name: str) -> Any:
    """Make the app when gunicorn asks for it, so that importing this module needs no settings."""
    if name == "app":
        return create_app()
    raise AttributeError(name)
