"""What others may read another way is no request: where one ends is told once, and plainly."""

from __future__ import annotations

import pytest

from deploy.server.bounds import MIB
from deploy.server.chunks import FRAME_BYTES
from tests.unit.deploy.test_web_server import parsed

CHUNKED = b"POST /v1/boxs HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"


def code(*pieces: bytes) -> str | None:
    found = parsed(*pieces).error
    return found.problem.code if found else None


@pytest.mark.parametrize(
    "lines",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: chunked\r\nContent-Length: 4",
        b"Transfer-Encoding: chunked, chunked",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: chunked\r\nX: y\r\ntransfer-encoding: identity",
        b"Transfer-Encoding:\r\nContent-Length: 4",
        b"Transfer-Encoding:\r\n chunked",
        b"Transfer-Encoding: \x0bchunked",
        b"Transfer-Encoding : chunked",
        b"Transfer-Encoding: chunked;q=1",
        b"Transfer-Encoding: gzip, chunked",
        b"Content-Length: 4\r\nContent-Length: 4",
        b"Content-Length: 4, 4",
        b"Content-Length: +4",
        b"Content-Length: 0x4",
        b"Content-Length: 4_0",
        b"Content-Length: ",
        b"Content-Length: " + b"9" * 5_000,
        b"X: a\r\n b",
        b"X: a\r\n\tb",
        b"X: a\nY: b",
        b"X: a\rY: b",
        b"X: a\0b",
    ],
)
def test_a_head_that_may_be_read_in_two_ways_is_none(lines: bytes) -> None:
    assert code(b"POST /v1/boxs HTTP/1.1\r\nHost: x\r\n" + lines + b"\r\n\r\n") == "not-http"


def test_http_1_0_has_no_chunks() -> None:
    head = b"POST /v1/boxs HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert code(head) == "not-http"


@pytest.mark.parametrize("address", [b"http://[", b"http://[::1", b"/a b", b"http://\xe2\x84\x80/"])
def test_an_address_that_is_none_is_refused(address: bytes) -> None:
    assert code(b"GET " + address + b" HTTP/1.1\r\n\r\n") == "not-http"


def test_a_body_in_chunks_is_read_whatever_the_pieces_in_which_it_comes() -> None:
    sent = b"3\r\nabc\r\n1;a=b\r\nd\r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\n"
    for size in (1, 2, 7, len(sent)):
        made = parsed(CHUNKED, *(sent[at : at + size] for at in range(0, len(sent), size)))
        assert made.error is None
        assert made.completed
        assert made.get_body_stream().read() == b"abcd0123456789"


def test_what_follows_a_body_in_chunks_is_left() -> None:
    for end in (b"0\r\n\r\n", b"0\r\nX: y\r\n\r\n"):
        made = parsed(CHUNKED)
        assert made.received(b"1\r\na\r\n" + end + b"GET ") == len(b"1\r\na\r\n" + end)


def test_ten_thousand_lines_may_come_in_a_chunk_each() -> None:
    line = b'{"key":"a","path":"/v1/boxs","body":{}}\n'
    made = parsed(CHUNKED, (b"%x\r\n%s\r\n" % (len(line), line)) * 10_000, b"0\r\n\r\n")
    assert made.error is None
    assert made.get_body_stream().read() == line * 10_000


@pytest.mark.parametrize(
    "sent",
    [
        b"1\r\na\r\n" * (FRAME_BYTES // 5 + 1),
        b"1;a=" + b"b" * FRAME_BYTES,
        b"1" + b" " * FRAME_BYTES,
        b"0\r\n" + b"X: y\r\n" * (FRAME_BYTES // 6 + 1),
        b"\r\n" * FRAME_BYTES,
    ],
    ids=["chunks of a byte", "an extension", "a size", "trailers", "blank lines"],
)
def test_more_around_a_body_than_in_it_is_refused(sent: bytes) -> None:
    """Reading each of them takes time, and the loop is everybody's."""
    pieces = (sent[at : at + 16_384] for at in range(0, len(sent), 16_384))
    assert code(CHUNKED, *pieces) == "not-http"


@pytest.mark.parametrize(
    "size", [b"-1", b"0x1", b"1_0", b"", b" 1", b"1\n", b"g", b"1 ", b"1;\r", b"f" * 17]
)
def test_the_size_of_a_chunk_is_a_number(size: bytes) -> None:
    made = parsed(CHUNKED, size + b"\r\na\r\n0\r\n\r\n")
    assert made.error is not None
    assert made.error.problem.code == "not-http"


@pytest.mark.parametrize("size", [b"f" * 16, b"%x" % (16 * MIB + 1)])
def test_a_chunk_is_refused_by_the_size_that_it_is_said_to_have(size: bytes) -> None:
    assert code(CHUNKED, size + b"\r\n") == "too-large"


def test_a_chunk_ends_where_its_size_says() -> None:
    assert code(CHUNKED, b"1\r\nab\r\n0\r\n\r\n") == "not-http"
    assert code(CHUNKED, b"2\r\na\r\n0\r\n\r\n") == "not-http"
    assert code(CHUNKED, b"1\na\n0\n\n") == "not-http"
