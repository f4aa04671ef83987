"""Abuse of where a request ends: lengths, chunks, folded lines."""

from tests.abuse.heads import CODES
from tests.abuse.row import Abuse, bare

_CHUNKED = f"POST {CODES} HTTP/1.1\nTransfer-Encoding: chunked"

ROWS = (
    Abuse(
        "frames",
        "a length of 5,000 digits",
        bare(f"POST {CODES} HTTP/1.1\nContent-Length: {'9' * 5_000}"),
        ("not-http",),
    ),
    Abuse("frames", "half a bracket in the address", bare("GET http://[ HTTP/1.1"), ("not-http",)),
    Abuse("frames", "a folded header", bare(f"GET {CODES} HTTP/1.1\nX: a\n b"), ("not-http",)),
    Abuse(
        "frames",
        "chunks twice",
        bare(f"{_CHUNKED}\nTransfer-Encoding: chunked", b"0\r\n\r\n"),
        ("not-http",),
    ),
    Abuse(
        "frames",
        "chunks in HTTP/1.0",
        bare(f"POST {CODES} HTTP/1.0\nTransfer-Encoding: chunked", b"0\r\n\r\n"),
        ("not-http",),
    ),
    Abuse("frames", "a chunk of 16 EiB", bare(_CHUNKED, b"f" * 16 + b"\r\n"), ("too-large",)),
    Abuse(
        "frames",
        "a chunk's size with a bare line end",
        bare(_CHUNKED, b"1\n\r\nx\r\n"),
        ("not-http",),
    ),
    Abuse(
        "frames",
        "a chunk's extension of 300 kB",
        bare(_CHUNKED, b"1;" + b"a" * 300_000),
        ("not-http",),
    ),
    Abuse(
        "frames",
        "half a million chunks of a byte",
        bare(_CHUNKED, b"1\r\na\r\n" * 500_000),
        ("not-http",),
    ),
    Abuse(
        "frames",
        "trailers of 300 kB",
        bare(_CHUNKED, b"0\r\n" + b"X: y\r\n" * 50_000),
        ("not-http",),
    ),
)
