"""Says by its exit code whether the role of this container does its work: `healthy ROLE`."""

from __future__ import annotations

import http.client
import os
import sys
from collections.abc import Mapping

SECONDS = 5
# asked every few seconds in every container: nothing is loaded that is not needed
SERVICES = ("households", "loans", "sponsorship", "reporting")
PAGES = {"gateway": (8000, "/")} | {
    name: (8001 + number, "/health/ready") for number, name in enumerate(SERVICES)
}
# the command services that learn from others' topics
CONSUMERS = ("households", "loans", "sponsorship")
# a role that reads or writes a service's events stays connected to the database of that service
CONNECTED = {"mover": SERVICES, "consume": CONSUMERS, "project": ("reporting",)}
SESSION = "SELECT 1 FROM pg_stat_activity WHERE application_name = %s AND datname = %s"


def answers(port: int, path: str) -> bool:
    """Tell whether a page is served."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def is_connected(role: str, service: str, environ: Mapping[str, str]) -> bool:
    """Tell whether the role has a session in the database of a service."""
    import psycopg  # noqa: PLC0415 - the web roles do without

    url = environ[f"DATABASE_URL_{service.upper()}"]
    try:
        with psycopg.connect(url, connect_timeout=SECONDS) as own:
            name = f"giamngheo {role} {service}"
            return own.execute(SESSION, [name, own.info.dbname]).fetchone() is not None
    except psycopg.OperationalError:
        return False


def main(role: str, environ: Mapping[str, str]) -> int:
    """Answer for one role; 2 for one that does not exist."""
    if role in PAGES:
        return 0 if answers(*PAGES[role]) else 1
    if role in CONNECTED:
        return 0 if all(is_connected(role, name, environ) for name in CONNECTED[role]) else 1
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "", os.environ))
