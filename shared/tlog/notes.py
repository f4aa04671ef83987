"""Signed notes as C2SP writes them: a text, and under it who signed it, with Ed25519."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SIGNATURE, COSIGNATURE = 1, 4
"""The kinds of key: a log's, over the text; a witness's, over the text and a time."""

_NAME = re.compile(r"[^\s+]+")
_KEY_BYTES, _ID_BYTES, _SIGNATURE_BYTES, _TIME_BYTES = 32, 4, 64, 8
_DASH = "\N{EM DASH} "
_MOST_SIGNATURES = 100


class BadNote(Exception):  # noqa: N818 - said to people as one sentence
    """A text that is no signed note, or a key that is none; says what is wrong."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key under a name; `kind` says what it signs."""

    name: str
    public: bytes
    kind: int = SIGNATURE

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a signature names its key."""
        whole = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(whole).digest()[:_ID_BYTES]

    @property
    def vkey(self) -> str:
        """The key as people pass it on: `name+id+key`."""
        key = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{key}"

    def verifies(self, text: str, signature: bytes) -> bool:
        """Say whether a signature is this key's over a text."""
        said = text.encode()
        if self.kind == COSIGNATURE:
            if len(signature) != _TIME_BYTES + _SIGNATURE_BYTES:
                return False
            said = _cosigned(text, int.from_bytes(signature[:_TIME_BYTES], "big"))
            signature = signature[_TIME_BYTES:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, said)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key under a name; the 32 bytes are Ed25519's seed."""

    name: str
    seed: bytes = field(repr=False)
    kind: int = SIGNATURE

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return Verifier(self.name, private.public_key().public_bytes_raw(), self.kind)

    def line(self, text: str, seconds: int = 0) -> str:
        """Give the line that stands under a text; a witness says when it saw it."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        if self.kind == COSIGNATURE:
            signature = seconds.to_bytes(_TIME_BYTES, "big")
            signature += private.sign(_cosigned(text, seconds))
        else:
            signature = private.sign(text.encode())
        packed = base64.b64encode(self.verifier.key_id + signature).decode()
        return f"{_DASH}{self.name} {packed}\n"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature of a note, not yet verified."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        """The line as it stands in the note."""
        packed = base64.b64encode(self.key_id + self.signature).decode()
        return f"{_DASH}{self.name} {packed}\n"

    @property
    def seconds(self) -> int:
        """The time that a witness gave."""
        return int.from_bytes(self.signature[:_TIME_BYTES], "big")


@dataclass(frozen=True, slots=True)
class Note:
    """A text and its signatures."""

    text: str
    signatures: tuple[Signature, ...]

    def signed_by(self, verifier: Verifier) -> Signature | None:
        """Give the signature of a key, if it is there and right."""
        for each in self.signatures:
            named = each.name == verifier.name and each.key_id == verifier.key_id
            if named and verifier.verifies(self.text, each.signature):
                return each
        return None

    def __str__(self) -> str:
        return self.text + "\n" + "".join(each.line for each in self.signatures)


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def sign(text: str, signers: Iterable[Signer]) -> Note:
    """Sign a text, which ends with a line's end."""
    return read_note(text + "\n" + "".join(signer.line(text) for signer in signers))


def read_note(whole: str) -> Note:
    """Read a signed note without verifying it; BadNote if it is none."""
    text, gap, below = whole.rpartition("\n\n")
    if not gap or not below.endswith("\n"):
        raise BadNote("no signatures below an empty line")
    if any(ord(each) < ord(" ") and each != "\n" for each in whole):
        raise BadNote("a control character")
    lines = below[:-1].split("\n")
    if len(lines) > _MOST_SIGNATURES:
        raise BadNote("too many signatures")
    return Note(text + "\n", tuple(_signature(line) for line in lines))


def _signature(line: str) -> Signature:
    name, _, packed = line.removeprefix(_DASH).partition(" ")
    raw = _unpacked(packed)
    if not line.startswith(_DASH) or not _NAME.fullmatch(name) or len(raw) <= _ID_BYTES:
        raise BadNote("a line that is no signature")
    return Signature(name, raw[:_ID_BYTES], raw[_ID_BYTES:])


def read_vkey(vkey: str) -> Verifier:
    """Read a public key as `Verifier.vkey` gives it; BadNote if it is none."""
    name, _, rest = vkey.strip().partition("+")
    key_id, _, packed = rest.partition("+")
    raw = _unpacked(packed)
    kind_known = raw[:1] in (bytes([SIGNATURE]), bytes([COSIGNATURE]))
    if not _NAME.fullmatch(name) or not kind_known or len(raw) != 1 + _KEY_BYTES:
        raise BadNote("no public key: name+id+key")
    found = Verifier(name, raw[1:], raw[0])
    if found.key_id.hex() != key_id:
        raise BadNote("the key's id is not that of its name and bytes")
    return found


def _unpacked(packed: str) -> bytes:
    try:
        raw = base64.b64decode(packed, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote("no base64") from None
    if base64.b64encode(raw).decode() != packed:
        raise BadNote("base64 in another form than its own")
    return raw


def opened(note: Note, verifiers: Sequence[Verifier]) -> list[Verifier]:
    """Give those of the keys that have signed a note."""
    return [each for each in verifiers if note.signed_by(each) is not None]
