"""Writes .env, with passwords and keys made here, and adds what is new to one: `make secrets`."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

DATABASES = ("HOUSEHOLDS", "LOANS", "SPONSORSHIP", "REPORTING", "KEYS")
PASSWORDS = ("POSTGRES", *DATABASES, *(f"{name}_OWNER" for name in DATABASES))
KEYS = ("MASTER_KEY", "PROVINCE_KEY", "EVIDENCE_KEY")


def env_file() -> str:
    """Give the text of a new .env; no two are alike."""
    keys = [f"{name}={secrets.token_hex(32)}" for name in KEYS]
    return "\n".join([*_passwords(), *keys, ""])


def _passwords() -> list[str]:
    return [f"{name}_PASSWORD={secrets.token_hex(24)}" for name in PASSWORDS]


def main(path: Path = Path(".env")) -> int:
    """Write the file for its owner only; what an existing one holds is left alone."""
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _add_to(path)
    with os.fdopen(file, "w", encoding="ascii") as out:
        out.write(env_file())
    sys.stderr.write(
        f"{path}: hãy cất một bản sao của MASTER_KEY, PROVINCE_KEY và EVIDENCE_KEY ở nơi khác / "
        "keep a copy of MASTER_KEY, PROVINCE_KEY and EVIDENCE_KEY elsewhere\n"
    )
    return 0


def _add_to(path: Path) -> int:
    """Add the passwords that an older version did not ask for; never a key that is missing."""
    had = path.read_text(encoding="utf-8")
    have = {line.partition("=")[0].strip() for line in had.splitlines()}
    lacking = [line for line in _passwords() if line.partition("=")[0] not in have]
    if not lacking:
        sys.stderr.write(f"{path}: đã có, giữ nguyên / exists already, left as it is\n")
        return 0
    with path.open("a", encoding="ascii") as out:
        out.write("" if not had or had.endswith("\n") else "\n")
        out.writelines(f"{line}\n" for line in lacking)
    names = ", ".join(line.partition("=")[0] for line in lacking)
    sys.stderr.write(f"{path}: đã thêm / added {names}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
