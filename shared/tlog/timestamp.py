"""Time-stamps of checkpoints by an authority outside (RFC 3161): asked for, and verified.

What comes back is kept as it is, for any tool for time-stamps (`openssl ts -verify`).
"""

import urllib.request
from collections.abc import Callable, Sequence

from asn1crypto.tsp import TimeStampResp
from cryptography.x509 import Certificate, load_der_x509_certificate
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from rfc3161_client.tsp import PKIStatus, TimeStampRequest, TimeStampResponse

Post = Callable[[bytes], bytes]
"""Sends a query to the authority, returns its reply."""

TIMEOUT_S = 30.0
MOST_BYTES = 100_000


class NotStamped(Exception):  # noqa: N818 - said to people as one sentence
    """The authority gave no time-stamp, or one about something else."""


def stamp(text: bytes, post: Post, roots: Sequence[Certificate] = ()) -> bytes:
    """Return a time-stamp over the SHA-256 of a text: the whole reply of the authority.

    Its signature, nonce and content are verified up to `roots`; without them up to the
    certificates that it brings: then it fits together, and whose it is people must look at.
    NotStamped if it was refused, cannot be read, or is about something else.
    """
    asked = TimestampRequestBuilder().data(text).hash_algorithm(HashAlgorithm.SHA256).build()
    reply = post(asked.as_bytes())
    try:
        # many authorities leave certificates in an order that DER does not allow
        answer = decode_timestamp_response(TimeStampResp.load(reply).dump(force=True))
    except (ValueError, TypeError):
        raise NotStamped("trả lời không đọc được / the reply cannot be read") from None
    if answer.status != PKIStatus.GRANTED:
        raise NotStamped("bị từ chối / the authority refused")
    _verify(asked, answer, text, roots)
    return reply


def _verify(
    asked: TimeStampRequest, answer: TimeStampResponse, text: bytes, roots: Sequence[Certificate]
) -> None:
    try:
        brought = [load_der_x509_certificate(raw) for raw in answer.signed_data.certificates]
        # what the library calls intermediates it trusts too, so none of what was brought is named
        verifier = VerifierBuilder(roots=list(roots) or brought, nonce=asked.nonce).build()
        verifier.verify_message(answer, text)
    except (VerificationError, ValueError) as why:
        said = "dấu của nội dung khác, hoặc chữ ký sai / it is about something else, or not signed"
        raise NotStamped(f"{said} ({why})") from None


def over_http(url: str) -> Post:
    """Return what sends queries to an authority's address."""
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
