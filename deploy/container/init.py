"""Prepares what the other roles find: logins, databases, tables, topics, the issuer's keys."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from deploy import prepare
from deploy.databases import of_urls
from deploy.databases import prepare as make_databases
from shared.auth.issuer import ensure_issuer
from shared.settings import DATABASES

HOME = Path("/var/lib/giamngheo")


def main() -> int:
    """Do everything; what is there already stays."""
    admin = os.environ.get("DATABASE_URL_ADMIN")
    if admin:
        wanted = {
            name: of_urls(
                os.environ[f"DATABASE_URL_{name.upper()}"], os.environ[f"OWNER_URL_{name.upper()}"]
            )
            for name in DATABASES
        }
        make_databases(admin, wanted)
    code = prepare.main(["databases", "topics"])
    if code == 0:
        ensure_issuer(HOME)  # its private part and its public part are volumes of their own
    return code


if __name__ == "__main__":
    sys.exit(main())
