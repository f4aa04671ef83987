"""Prepares what the other roles find: logins, databases, tables, topics, the issuer's keys."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from deploy.databases import prepare
from shared.auth.issuer import JWKS_FILE, ensure_issuer
from shared.log import open_log
from shared.migrate import migrate
from shared.settings import BadSetting, from_environment

HOME = Path("/var/lib/giamngheo")


def main() -> int:
    """Do everything; what is there already stays."""
    try:
        settings = from_environment()
    except BadSetting as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    admin = os.environ.get("DATABASE_URL_ADMIN")
    if admin:
        prepare(admin, settings.databases)
    migrate(settings)
    log = open_log(settings)
    try:
        log.ensure_topics(settings.topics.values(), settings.partitions)
    finally:
        log.close()
    ensure_issuer(HOME / "issuer")
    shutil.copy(HOME / "issuer" / JWKS_FILE, HOME / "public" / JWKS_FILE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
