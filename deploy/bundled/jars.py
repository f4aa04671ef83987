"""Kafka's own jars, pinned by coordinates and SHA-256: fetched once, checked at every start."""

from __future__ import annotations

import errno
import hashlib
import os
import ssl
import sys
import tomllib
import urllib.error
import urllib.request
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from deploy.bundled.errors import CannotHave, CannotStart, disk_full, not_writable

LIST = Path(__file__).with_name("kafka_jars.toml")
PARALLEL = 4
TIMEOUT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Jar:
    """One artifact: where Maven keeps it, and the bytes that it must be."""

    coordinates: str
    sha256: str
    size: int

    @property
    def path(self) -> str:
        """Return its place in any Maven repository."""
        group, artifact, version = self.coordinates.split(":")
        return f"{group.replace('.', '/')}/{artifact}/{version}/{artifact}-{version}.jar"

    @property
    def name(self) -> str:
        """Return its file name."""
        return self.path.rpartition("/")[2]


def listed() -> tuple[str, tuple[Jar, ...]]:
    """Return Kafka's version and the jars that make it."""
    document = tomllib.loads(LIST.read_text())
    jars = (Jar(one["coordinates"], one["sha256"], one["bytes"]) for one in document["jar"])
    return document["version"], tuple(jars)


def cache_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the user's folder for things that can be fetched again."""
    if base := environ.get("XDG_CACHE_HOME"):
        return Path(base) / "giamngheo"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "giamngheo"
    return Path.home() / ".cache" / "giamngheo"


def class_path(folder: Path | None = None, jars: tuple[Jar, ...] | None = None) -> list[Path]:
    """Return every jar, each with the right hash, fetching those that are missing."""
    version, all_jars = listed()
    folder = folder or cache_dir() / f"kafka-{version}"
    jars = all_jars if jars is None else jars
    try:
        folder.mkdir(parents=True, exist_ok=True)
        missing = [jar for jar in jars if not _good(folder / jar.name, jar, remove=True)]
        for jar in list(missing):
            if _copied_from_maven(folder, jar):
                missing.remove(jar)
        if missing:
            _fetch_all(folder, missing)
    except OSError as broken:
        if broken.errno == errno.ENOSPC:
            raise disk_full(folder) from None
        raise not_writable(folder, broken.strerror or str(broken)) from None
    return [folder / jar.name for jar in jars]


def _good(path: Path, jar: Jar, *, remove: bool = False) -> bool:
    """Tell whether the file is that jar; a damaged one is named and, if asked, removed."""
    try:
        content = path.read_bytes()
    except OSError:
        return False
    if hashlib.sha256(content).hexdigest() == jar.sha256:
        return True
    if remove:
        Console(stderr=True).print(
            f"Tệp {path} đã hỏng, sẽ tải lại / {path} is damaged and is fetched again"
        )
        path.unlink()
    return False


def _copied_from_maven(folder: Path, jar: Jar) -> bool:
    local = Path.home() / ".m2" / "repository" / jar.path
    if not _good(local, jar):
        return False
    _write(folder / jar.name, local.read_bytes())
    return True


def _write(path: Path, content: bytes) -> None:
    """Write whole or not at all: an interrupted start leaves no half file under the real name."""
    partial = path.with_suffix(f".{os.getpid()}.part")
    partial.write_bytes(content)
    partial.replace(path)


def _fetch_all(folder: Path, missing: list[Jar]) -> None:
    base = repository().rstrip("/")
    context = _tls()
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("Apache Kafka", total=sum(jar.size for jar in missing))

        def fetch(jar: Jar) -> None:
            content = _get(f"{base}/{jar.path}", jar, context)
            _write(folder / jar.name, content)
            progress.advance(task, len(content))

        with ThreadPoolExecutor(PARALLEL) as pool:
            for _ in pool.map(fetch, missing):
                pass


def _get(address: str, jar: Jar, context: ssl.SSLContext) -> bytes:
    if not address.startswith(("https://", "http://", "file://")):
        raise _unreachable(jar, f"MAVEN_REPOSITORY={address}")
    try:
        with urllib.request.urlopen(  # noqa: S310 - the scheme is checked above
            address, timeout=TIMEOUT_SECONDS, context=context
        ) as answer:
            content: bytes = answer.read()
    except (urllib.error.URLError, OSError) as broken:
        raise _unreachable(jar, str(getattr(broken, "reason", broken))) from None
    if hashlib.sha256(content).hexdigest() != jar.sha256:
        raise CannotStart(
            f"Bản tải về của {jar.name} không đúng mã băm nên đã bị bỏ: hãy chạy lại; nếu vẫn "
            "vậy, đặt MAVEN_REPOSITORY tới một kho khác.",
            f"The download of {jar.name} does not have the expected hash and was thrown away: "
            "start again; if it stays so, set MAVEN_REPOSITORY to another repository.",
        )
    return content


def _unreachable(jar: Jar, why: str) -> CannotHave:
    return CannotHave(
        f"Không tải được {jar.name} của Kafka ({why}): hãy kiểm tra mạng, đặt MAVEN_REPOSITORY, "
        "hoặc chạy với LOG=embedded.",
        f"{jar.name} of Kafka could not be fetched ({why}): check the network, set "
        "MAVEN_REPOSITORY, or run with LOG=embedded.",
    )


def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    with suppress(ImportError):  # some Pythons on macOS come without root certificates
        import certifi  # noqa: PLC0415 - only here, and only where it is installed

        context.load_verify_locations(certifi.where())
    return context


def repository(environ: Mapping[str, str] = os.environ) -> str:
    """Return the Maven repository: the one named, the user's own mirror, else Maven Central."""
    if named := environ.get("MAVEN_REPOSITORY"):
        return named
    if mirror := mirror_of(Path.home() / ".m2" / "settings.xml"):
        return mirror
    try:
        from jgo.constants import MAVEN_CENTRAL_URL  # noqa: PLC0415 - only for a first start
    except ImportError:
        raise CannotHave(
            "Chưa biết tải Kafka từ đâu: hãy chạy `make up`, đặt MAVEN_REPOSITORY, "
            "hoặc chạy với LOG=embedded.",
            "There is no address to fetch Kafka from: run `make up`, set MAVEN_REPOSITORY, "
            "or run with LOG=embedded.",
        ) from None
    return str(MAVEN_CENTRAL_URL)


def mirror_of(settings: Path) -> str | None:
    """Return the mirror of Maven Central that the user's Maven settings name, if any."""
    with suppress(OSError, ET.ParseError):
        root = ET.fromstring(settings.read_text())  # noqa: S314 - the user's own file
        for mirror in root.iter():
            if mirror.tag.rpartition("}")[2] != "mirror":
                continue
            entry = {child.tag.rpartition("}")[2]: (child.text or "").strip() for child in mirror}
            if entry.get("mirrorOf", "").split(",")[0] in ("*", "central", "external:*"):
                return entry.get("url")
    return None
