"""Writes .env once, with passwords and keys made here: `make secrets`."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

PASSWORDS = ("POSTGRES", "HOUSEHOLDS", "LOANS", "SPONSORSHIP", "REPORTING", "KEYS")
KEYS = ("MASTER_KEY", "PROVINCE_KEY", "EVIDENCE_KEY")


def env_file() -> str:
    """Give the text of a new .env; no two are alike."""
    passwords = [f"{name}_PASSWORD={secrets.token_hex(24)}" for name in PASSWORDS]
    keys = [f"{name}={secrets.token_hex(32)}" for name in KEYS]
    return "\n".join([*passwords, *keys, ""])


def main(path: Path = Path(".env")) -> int:
    """Write the file for its owner only; an existing one is left alone."""
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        sys.stderr.write(f"{path}: đã có, giữ nguyên / exists already, left as it is\n")
        return 0
    with os.fdopen(file, "w", encoding="ascii") as out:
        out.write(env_file())
    sys.stderr.write(
        f"{path}: hãy cất một bản sao của MASTER_KEY, PROVINCE_KEY và EVIDENCE_KEY ở nơi khác / "
        "keep a copy of MASTER_KEY, PROVINCE_KEY and EVIDENCE_KEY elsewhere\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
