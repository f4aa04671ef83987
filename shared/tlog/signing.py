"""The keys that sign a service's checkpoints, read again whenever they are needed."""

from pathlib import Path

from shared.settings import KEY_BYTES, Settings
from shared.tlog.notes import Signer


class NoKey(Exception):  # noqa: N818 - said to people as one sentence
    """There is nothing to sign with; says which setting to mend."""


def origin(settings: Settings, source: str) -> str:
    """Name the log of a service; the name of its keys too."""
    return f"{settings.evidence_origin}/{source}"


def signers(settings: Settings, source: str) -> list[Signer]:
    """Give the keys, the present one first; NoKey if there is none.

    While a key is being changed the one before it signs too, so that it vouches for the new one.
    """
    seeds = settings.evidence_keys
    file = settings.evidence_key_file
    if file is not None:
        old = file.with_name(f"{file.name}.old")
        seeds = (_seed(file), *([_seed(old)] if old.exists() else []))
    if not seeds:
        raise NoKey("EVIDENCE_KEY: chưa đặt / not set (`giamngheo keys`)")
    name = origin(settings, source)
    return [Signer(name, seed) for seed in dict.fromkeys(seeds)]


def _seed(path: Path) -> bytes:
    try:
        seed = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        seed = b""
    if len(seed) != KEY_BYTES:
        raise NoKey(f"EVIDENCE_KEY_FILE: {path} không đọc được / cannot be read")
    return seed
