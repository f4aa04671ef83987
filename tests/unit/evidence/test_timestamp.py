"""Time-stamps of an authority made here with openssl, and of one that lies."""

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.x509 import Certificate, load_pem_x509_certificates

from shared.tlog.timestamp import NotStamped, over_http, stamp

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
        self.between: tuple[str, ...] = ()
        (folder / "conf").write_text(CONFIG.format(folder=folder))
        (folder / "serial").write_text("01\n")
        made = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")
        self.run("req", "-x509", *made, "-config", "conf", "-keyout", "key", "-out", "cert")

    def run(self, *arguments: str) -> None:
        assert OPENSSL is not None
        subprocess.run([OPENSSL, *arguments], cwd=self.folder, check=True, capture_output=True)

    def roots(self) -> list[Certificate]:
        return load_pem_x509_certificates((self.folder / "cert").read_bytes())

    def issued_by_a_chain(self) -> list[Certificate]:
        """Have the certificate issued anew by one that a root issued; return the root."""
        made = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")
        for name, by in (("root", None), ("between", "root")):
            issued = ("-CA", f"{by}.pem", "-CAkey", f"{by}.key") if by else ()
            named = ("-subj", f"/CN={name}", "-addext", "basicConstraints=critical,CA:TRUE")
            out = ("-keyout", f"{name}.key", "-out", f"{name}.pem")
            self.run("req", "-x509", *made, *named, *issued, *out)
        asked = ("-key", "key", "-config", "conf", "-extensions", "tsa", "-days", "2")
        issuer = ("-CA", "between.pem", "-CAkey", "between.key")
        self.run("req", "-x509", *asked, *issuer, "-out", "cert")
        self.between = ("-chain", "between.pem")
        return load_pem_x509_certificates((self.folder / "root.pem").read_bytes())

    def post(self, sent: bytes) -> bytes:
        (self.folder / "query").write_bytes(sent)
        signer = ("-section", "tsa_here", "-signer", "cert", "-inkey", "key", *self.between)
        asked = ("-config", "conf", *signer, "-queryfile", "query", "-out", "reply")
        self.run("ts", "-reply", *asked)
        return (self.folder / "reply").read_bytes()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    if OPENSSL is None:
        pytest.skip("no openssl here")
    return Authority(tmp_path_factory.mktemp("tsa"))


def test_a_time_stamp_is_verified_here_and_by_openssl(authority: Authority) -> None:
    reply = stamp(NOTE, authority.post, authority.roots())
    (authority.folder / "note").write_bytes(NOTE)
    (authority.folder / "kept").write_bytes(reply)
    authority.run("ts", "-verify", "-data", "note", "-in", "kept", "-CAfile", "cert")
    (authority.folder / "note").write_bytes(NOTE + b"more\n")
    with pytest.raises(subprocess.CalledProcessError):
        authority.run("ts", "-verify", "-data", "note", "-in", "kept", "-CAfile", "cert")


def test_without_a_root_it_must_at_least_fit_together(authority: Authority) -> None:
    assert stamp(NOTE, authority.post)
    with pytest.raises(NotStamped, match="not signed"):
        stamp(NOTE, lambda sent: _last_bit_turned(authority.post(sent)))


def test_a_time_stamp_of_another_authority_is_refused(authority: Authority, tmp_path: Path) -> None:
    with pytest.raises(NotStamped, match="not signed"):
        stamp(NOTE, authority.post, Authority(tmp_path).roots())


def test_it_is_verified_up_to_the_root_over_those_between(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    root = authority.issued_by_a_chain()
    assert stamp(NOTE, authority.post, root)


def test_a_time_stamp_of_something_else_is_refused(authority: Authority) -> None:
    replies: list[bytes] = []

    def overheard(sent: bytes) -> bytes:
        replies.append(authority.post(sent))
        return replies[-1]

    stamp(NOTE, overheard)
    stamp(b"another text", overheard)
    for again in replies:
        with pytest.raises(NotStamped, match="something else"):
            stamp(NOTE, lambda _, reply=again: reply)  # type: ignore[misc] # bound at once


@pytest.mark.parametrize(
    "reply",
    [b"", b"\x30", b"\x30\x05\x30\x03\x02\x01\x02", b"<html>", b"\x30\x82\xff\xff\x30"],
    ids=["nothing", "cut", "refused", "a page", "too long"],
)
def test_what_is_no_time_stamp_is_refused(reply: bytes) -> None:
    with pytest.raises(NotStamped):
        stamp(NOTE, lambda _: reply)


def _last_bit_turned(whole: bytes) -> bytes:
    return whole[:-1] + bytes([whole[-1] ^ 1])


def test_an_address_must_be_one_of_the_web() -> None:
    with pytest.raises(NotStamped, match="an http"):
        over_http("file:///etc/passwd")
