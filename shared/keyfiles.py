"""The secrets of one installation as files: made once, readable by their owner only."""

import os
import secrets
from pathlib import Path

from shared.settings import KEY_BYTES

KEYS = {
    "MASTER_KEY": "keys/master.key",
    "PROVINCE_KEY": "keys/province.key",
    "EVIDENCE_KEY": "keys/evidence.key",
}
"""Which setting's key lies in which file of the data folder."""

_OWNER_ONLY = 0o600


def _aside(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    return aside


def replace_private(path: Path, content: bytes) -> None:
    """Put a secret in another's place, whole or not at all; the caller has kept the other."""
    _aside(path, content).replace(path)


def write_private(path: Path, content: bytes) -> None:
    """Write a secret that only its owner can read; an existing file is never replaced."""
    aside = _aside(path, content)
    try:
        os.link(aside, path)  # whole or not at all, and never over another's
    except FileExistsError:
        pass
    finally:
        aside.unlink()


def ensure_keys(data: Path) -> dict[str, str]:
    """Give the settings that name the keys of a data folder; make what is missing."""
    found: dict[str, str] = {}
    for setting, name in KEYS.items():
        path = data / name
        if not path.exists():
            write_private(path, secrets.token_hex(KEY_BYTES).encode() + b"\n")
        found[f"{setting}_FILE"] = str(path)
    return found
