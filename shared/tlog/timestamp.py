"""Time-stamps of checkpoints by an authority outside (RFC 3161): asked for, and looked over.

What comes back is kept as it is and verified by any tool for time-stamps (`openssl ts -verify`);
here it is only seen to that it was granted and is about what was sent.
"""

import hashlib
import urllib.request
from collections.abc import Callable

Post = Callable[[bytes], bytes]
"""Sends a query to the authority, gives its reply."""

TIMEOUT_S = 30.0
MOST_BYTES = 100_000

_INTEGER, _BOOLEAN, _OCTETS, _SEQUENCE = 0x02, 0x01, 0x04, 0x30
_SHA256 = bytes.fromhex("300d06096086480165030402010500")
"""AlgorithmIdentifier of SHA-256."""
_GRANTED = (0, 1)
_LONG = 0x80


class NotStamped(Exception):  # noqa: N818 - said to people as one sentence
    """The authority gave no time-stamp, or one about something else."""


def query(text: bytes, nonce: int) -> bytes:
    """Give the query for a time-stamp over the SHA-256 of a text, its certificate included."""
    imprint = _wrap(_SEQUENCE, _SHA256 + _wrap(_OCTETS, hashlib.sha256(text).digest()))
    wants_certificate = _wrap(_BOOLEAN, b"\xff")
    return _wrap(_SEQUENCE, _number(1) + imprint + _number(nonce) + wants_certificate)


def stamp(text: bytes, nonce: int, post: Post) -> bytes:
    """Get a time-stamp over a text; the whole reply, as tools for time-stamps read it."""
    reply = post(query(text, nonce))
    try:
        body, rest = _unwrap(reply, _SEQUENCE)
        status, token = _unwrap(body, _SEQUENCE)
        granted, _ = _unwrap(status, _INTEGER)
    except (ValueError, IndexError):
        raise NotStamped("trả lời không đọc được / the reply cannot be read") from None
    if rest or int.from_bytes(granted, "big") not in _GRANTED:
        raise NotStamped("bị từ chối / the authority refused")
    if hashlib.sha256(text).digest() not in token or _number(nonce) not in token:
        raise NotStamped("dấu của nội dung khác / the time-stamp is about something else")
    return reply


def over_http(url: str) -> Post:
    """Give what sends queries to an authority's address."""
    if not url.startswith(("https://", "http://")):
        raise NotStamped(f"{url}: cần địa chỉ http(s) / an http(s) address is needed")

    def post(sent: bytes) -> bytes:
        headers = {"Content-Type": "application/timestamp-query"}
        asked = urllib.request.Request(url, sent, headers)  # noqa: S310 - checked above
        try:
            with urllib.request.urlopen(asked, timeout=TIMEOUT_S) as answer:  # noqa: S310 - same
                reply: bytes = answer.read(MOST_BYTES)
        except OSError as problem:
            raise NotStamped(f"{url}: {problem}") from None
        return reply

    return post


def _number(value: int) -> bytes:
    return _wrap(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _wrap(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < _LONG:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, _LONG | len(length)]) + length + content


def _unwrap(whole: bytes, tag: int) -> tuple[bytes, bytes]:
    """Give what an element holds, and what stands behind it; ValueError if it is not there."""
    size, start = whole[1], 2
    if size & _LONG:
        start += size & ~_LONG
        size = int.from_bytes(whole[2:start], "big")
    if whole[0] != tag or len(whole) < start + size:
        raise ValueError("another element, or cut short")
    return whole[start : start + size], whole[start + size :]
