"""Settings: read from the environment once, checked at the start, never read elsewhere."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal, cast

SERVICES = ("households", "loans", "sponsorship", "reporting")
COMMAND_SERVICES = SERVICES[:3]
DATABASES = (*SERVICES, "keys")

KEY_BYTES = 32
ORIGIN_LETTERS = 32
"""So long the logs' first name may be: more does not fit into a code on paper."""

LogKind = Literal["kafka", "embedded"]


class BadSetting(Exception):  # noqa: N818 - said to people as one sentence
    """A setting that is missing or cannot be right; names it and the remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything a process of ours is told from outside."""

    databases: dict[str, str] = field(repr=False)  # the addresses hold passwords
    """A libpq URL for each service and for `keys`, or for those of them that a process is given;
    `log` too where the log is embedded."""
    owners: dict[str, str] = field(default_factory=dict, repr=False)
    """The same for those who own the tables, known to the migrations only."""
    readers: dict[str, str] = field(default_factory=dict, repr=False)
    auditors: dict[str, str] = field(default_factory=dict, repr=False)
    log: LogKind = "kafka"
    kafka_bootstrap: str = ""
    topic_prefix: str = ""
    partitions: int = 12
    jwt_issuer: str = "giamngheo"
    jwt_audience: str = "giamngheo"
    jwks: str = ""
    """The path or https address of the issuer's public keys."""
    master_key: bytes = field(default=b"", repr=False)
    """32 bytes that wrap the keys of personal data."""
    master_key_file: Path | None = None
    """Where the master key was read from; read again while it is being changed."""
    old_master_keys: tuple[bytes, ...] = field(default=(), repr=False)
    """What the master key was before; still opens what is not wrapped anew."""
    province_key: bytes = field(default=b"", repr=False)
    """32 bytes for keyed pseudonyms, shared by the services and never rotated."""
    evidence_keys: tuple[bytes, ...] = field(default=(), repr=False)
    """32-byte seeds that sign checkpoints, the present one first; without one none are signed."""
    evidence_key_file: Path | None = None
    """Where the present one was read from; read again before each checkpoint."""
    evidence_origin: str = "giamngheo"
    """What the names of the logs begin with, before `/<service>`."""
    evidence_witnesses: tuple[str, ...] = ()
    """Public keys of those whose signatures beside ours are taken in and shown."""
    evidence_seconds: int = 5
    """How often new events are taken into a checkpoint."""
    evidence_silence_seconds: int = 600
    """How long after a checkpoint another is signed although nothing came."""
    history_load: bool = False
    accept_lost_keys: bool = False
    """Whether to start although the database of keys lacks some, whose texts are then lost."""
    port_base: int = 8000
    """The gateway's port; the services follow it by one to four."""
    host: str = "127.0.0.1"
    data: Path | None = None
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    """Networks whose `X-Forwarded-For` is believed: those of our own gateways."""

    def to_read(self, database: str) -> str:
        """Give the address for what only reads."""
        return self.readers.get(database) or self.databases[database]

    def to_audit(self, database: str) -> str:
        """Give the address for what looks at history and at who may change it."""
        return self.auditors.get(database) or self.databases[database]

    def topic(self, source: str) -> str:
        """Name a service's topic."""
        return f"{self.topic_prefix}{source}.events"

    @property
    def checkpoints_topic(self) -> str:
        """Name the topic of the signed checkpoints; it has one partition."""
        return f"{self.topic_prefix}audit.checkpoints"

    @property
    def topics(self) -> dict[str, str]:
        """Give the four topics by their source."""
        return {source: self.topic(source) for source in SERVICES}


def _key(environ: Mapping[str, str], name: str, *, required: bool) -> bytes:
    text = environ.get(name, "")
    path = environ.get(f"{name}_FILE", "")
    if not text and path:
        try:
            text = Path(path).read_text(encoding="ascii").strip()
        except OSError as problem:
            raise BadSetting(f"{name}_FILE: {path} không đọc được / cannot be read") from problem
    if not text and not required:
        return b""
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise BadSetting(
            f"{name}: cần 64 chữ số thập lục phân (`giamngheo keys` tạo ra) / "
            f"64 hex digits are needed (`giamngheo keys` makes them), in {name} or {name}_FILE"
        )
    return key


def _file_of(environ: Mapping[str, str], name: str) -> Path | None:
    path = environ.get(f"{name}_FILE", "")
    return Path(path) if path and not environ.get(name) else None


def _old_keys(environ: Mapping[str, str]) -> tuple[bytes, ...]:
    old = _key(environ, "MASTER_KEY_OLD", required=False)
    return (old,) if old else ()


def _evidence_keys(environ: Mapping[str, str]) -> tuple[bytes, ...]:
    names = ("EVIDENCE_KEY", "EVIDENCE_KEY_OLD")
    return tuple(key for name in names if (key := _key(environ, name, required=False)))


def _origin(environ: Mapping[str, str]) -> str:
    origin = environ.get("EVIDENCE_ORIGIN", "giamngheo")
    good = re.fullmatch(r"[a-z0-9.-]+(/[a-z0-9.-]+)*", origin)
    if not good or len(origin) > ORIGIN_LETTERS:
        raise BadSetting(
            "EVIDENCE_ORIGIN: tên như / a name like `example.vn/giamngheo` (a–z 0–9 . - /), "
            f"nhiều nhất / at most {ORIGIN_LETTERS}"
        )
    return origin


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, str(default))
    if not text.isdigit() or int(text) == 0:
        raise BadSetting(f"{name}: cần một số nguyên dương / must be a positive whole number")
    return int(text)


def _networks(environ: Mapping[str, str], name: str) -> tuple[IPv4Network | IPv6Network, ...]:
    given = environ.get(name, "").replace(",", " ").split()
    try:
        return tuple(ip_network(text) for text in given)
    except ValueError as problem:
        raise BadSetting(
            f"{name}: cần mạng như / networks are needed, as 172.16.0.0/12: {problem}"
        ) from problem


def _databases(environ: Mapping[str, str], log: str) -> dict[str, str]:
    given = tuple(filter(None, environ.get("DATABASES", "").replace(" ", "").split(",")))
    if unknown := set(given) - set(DATABASES):
        strangers = ", ".join(sorted(unknown))
        raise BadSetting(f"DATABASES: không có / there is no {strangers} ({','.join(DATABASES)})")
    names = given or DATABASES
    if log == "embedded":
        names = (*names, "log")
    found = {name: environ.get(f"DATABASE_URL_{name.upper()}", "") for name in names}
    missing = [f"DATABASE_URL_{name.upper()}" for name, url in found.items() if not url]
    if missing:
        raise BadSetting(f"{', '.join(missing)}: chưa đặt / not set")
    return found


def _others(environ: Mapping[str, str], kind: str) -> dict[str, str]:
    given = {name: environ.get(f"{kind}_URL_{name.upper()}", "") for name in (*DATABASES, "log")}
    return {name: url for name, url in given.items() if url}


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check every setting; BadSetting names the first that cannot be right."""
    given = os.environ if environ is None else environ
    log = given.get("LOG", "kafka")
    if log not in ("kafka", "embedded"):
        raise BadSetting("LOG: `kafka` hoặc/or `embedded`")
    if log == "kafka" and not given.get("KAFKA_BOOTSTRAP"):
        raise BadSetting("KAFKA_BOOTSTRAP: chưa đặt / not set (host:port)")
    if not given.get("JWT_JWKS"):
        raise BadSetting("JWT_JWKS: chưa đặt / not set (đường dẫn hoặc https / a path or https)")
    data = given.get("GIAMNGHEO_DATA")
    return Settings(
        databases=_databases(given, log),
        owners=_others(given, "OWNER"),
        readers=_others(given, "READER"),
        auditors=_others(given, "AUDITOR"),
        log=cast("LogKind", log),
        kafka_bootstrap=given.get("KAFKA_BOOTSTRAP", ""),
        topic_prefix=given.get("TOPIC_PREFIX", ""),
        partitions=_number(given, "PARTITIONS", 12),
        jwt_issuer=given.get("JWT_ISSUER", "giamngheo"),
        jwt_audience=given.get("JWT_AUDIENCE", "giamngheo"),
        jwks=given["JWT_JWKS"],
        master_key=_key(given, "MASTER_KEY", required=True),
        master_key_file=_file_of(given, "MASTER_KEY"),
        old_master_keys=_old_keys(given),
        province_key=_key(given, "PROVINCE_KEY", required=True),
        evidence_keys=_evidence_keys(given),
        evidence_key_file=_file_of(given, "EVIDENCE_KEY"),
        evidence_origin=_origin(given),
        evidence_witnesses=tuple(given.get("EVIDENCE_WITNESSES", "").split()),
        evidence_seconds=_number(given, "EVIDENCE_SECONDS", 5),
        evidence_silence_seconds=_number(given, "EVIDENCE_SILENCE_SECONDS", 600),
        history_load=given.get("HISTORY_LOAD", "") == "1",
        accept_lost_keys=given.get("ACCEPT_LOST_KEYS", "") == "1",
        port_base=_number(given, "PORT_BASE", 8000),
        host=given.get("HOST", "127.0.0.1"),
        data=Path(data) if data else None,
        trusted_proxies=_networks(given, "TRUSTED_PROXIES"),
    )
