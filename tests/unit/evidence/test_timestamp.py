"""Time-stamps of an authority made here with openssl, and of one that lies."""

import shutil
import subprocess
from pathlib import Path

import pytest

from shared.tlog.timestamp import NotStamped, over_http, query, stamp

OPENSSL = shutil.which("openssl")
NOTE = "giamngheo/households\n3\n…\n".encode()
CONFIG = """
[req]
distinguished_name = name
prompt = no
x509_extensions = tsa
[name]
CN = A time-stamping authority
[tsa]
extendedKeyUsage = critical,timeStamping
basicConstraints = CA:FALSE
[tsa_here]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
"""


class Authority:
    """A key, a certificate, and `openssl ts`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "conf").write_text(CONFIG.format(folder=folder))
        (folder / "serial").write_text("01\n")
        made = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")
        self.run("req", "-x509", *made, "-config", "conf", "-keyout", "key", "-out", "cert")

    def run(self, *arguments: str) -> None:
        assert OPENSSL is not None
        subprocess.run([OPENSSL, *arguments], cwd=self.folder, check=True, capture_output=True)

    def post(self, sent: bytes) -> bytes:
        (self.folder / "query").write_bytes(sent)
        signer = ("-section", "tsa_here", "-signer", "cert", "-inkey", "key")
        asked = ("-config", "conf", *signer, "-queryfile", "query", "-out", "reply")
        self.run("ts", "-reply", *asked)
        return (self.folder / "reply").read_bytes()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    if OPENSSL is None:
        pytest.skip("no openssl here")
    return Authority(tmp_path_factory.mktemp("tsa"))


def test_a_time_stamp_is_verified_by_openssl(authority: Authority) -> None:
    reply = stamp(NOTE, 2**62 + 5, authority.post)
    (authority.folder / "note").write_bytes(NOTE)
    (authority.folder / "kept").write_bytes(reply)
    authority.run("ts", "-verify", "-data", "note", "-in", "kept", "-CAfile", "cert")
    (authority.folder / "note").write_bytes(NOTE + b"more\n")
    with pytest.raises(subprocess.CalledProcessError):
        authority.run("ts", "-verify", "-data", "note", "-in", "kept", "-CAfile", "cert")


def test_a_time_stamp_of_something_else_is_refused(authority: Authority) -> None:
    with pytest.raises(NotStamped, match="something else"):
        stamp(NOTE, 7, lambda _: authority.post(query(b"another text", 7)))
    with pytest.raises(NotStamped, match="something else"):
        stamp(NOTE, 2**62 + 1, lambda _: authority.post(query(NOTE, 2**62 + 3)))


@pytest.mark.parametrize(
    "reply",
    [b"", b"\x30", b"\x30\x05\x30\x03\x02\x01\x02", b"<html>", b"\x30\x82\xff\xff\x30"],
    ids=["nothing", "cut", "refused", "a page", "too long"],
)
def test_what_is_no_time_stamp_is_refused(reply: bytes) -> None:
    with pytest.raises(NotStamped):
        stamp(NOTE, 1, lambda _: reply)


def test_an_address_must_be_one_of_the_web() -> None:
    with pytest.raises(NotStamped, match="an http"):
        over_http("file:///etc/passwd")
