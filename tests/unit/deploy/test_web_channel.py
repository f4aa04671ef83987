"""One connection of the web server: a request at a time, and an answer that has to be taken."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest
from waitress.adjustments import Adjustments

from deploy.server.bounds import Bounds
from deploy.server.channel import Channel
from deploy.server.parser import Held

ONE = b"GET /v1/%d HTTP/1.1\r\n\r\n"


@dataclass
class Server:
    """What a channel sees of its listener; nothing answers by itself."""

    adj: Any
    active_channels: dict[int, Any] = field(default_factory=dict)
    tasks: list[str] = field(default_factory=list)
    retiring: bool = False

    def add_task(self, channel: Channel) -> None:
        self.tasks.append(channel.requests[0].path)

    def pull_trigger(self) -> None:
        """Nobody sleeps here."""


@dataclass
class Line:
    """Both ends of a connection."""

    channel: Channel
    server: Server
    other: socket.socket

    def sends(self, *some: bytes) -> None:
        for each in some:
            self.other.sendall(each)
            self.channel.handle_read()

    def is_answered(self, body: bytes = b"") -> None:
        """Have the request that is there answered, as a thread would."""
        channel = self.channel
        channel.write_soon(body)
        with channel.requests_lock:
            channel.requests.pop(0).close()
        channel._look_ahead()


@pytest.fixture
def line() -> Iterator[Line]:
    adjustments = Adjustments(outbuf_overflow=64 * 1024, recv_bytes=16 * 1024)
    adjustments.bounds, adjustments.held = Bounds(), Held()
    ours, other = socket.socketpair()
    for end in (ours, other):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8_192)
    server = Server(adjustments)
    channel = Channel(server, ours, "", adjustments, map={})
    with closing(other):
        yield Line(channel, server, other)
    channel.handle_close()


def test_of_requests_that_come_together_one_is_read_at_a_time_and_in_order(line: Line) -> None:
    """Thousands of them fit into one piece; read, each would take kilobytes."""
    line.sends(b"".join(ONE % number for number in range(500)))
    for number in range(500):
        assert [request.path for request in line.channel.requests] == [f"/v1/{number}"]
        assert not line.channel.readable()
        line.is_answered()
    assert line.server.tasks == [f"/v1/{number}" for number in range(500)]
    assert line.channel.readable()


def test_a_request_that_came_half_behind_another_is_read_to_its_end(line: Line) -> None:
    head = b"POST /v1/2 HTTP/1.1\r\nContent-Length: 4\r\n\r\n"
    line.sends((ONE % 1) + head + b"ab")
    line.is_answered()
    assert not line.channel.requests
    line.sends(b"cd" + ONE % 3)
    assert line.channel.requests[0].get_body_stream().read() == b"abcd"
    line.is_answered()
    assert line.server.tasks == ["/v1/1", "/v1/2", "/v1/3"]


def test_the_next_request_waits_until_the_answer_before_it_is_taken(line: Line) -> None:
    line.sends(ONE % 1 + ONE % 2)
    line.is_answered(b"x" * 200_000)
    assert line.server.tasks == ["/v1/1"]
    taken = 0
    while taken < 200_000:
        taken += len(line.other.recv(65_536))
        line.channel.handle_write()
    assert line.server.tasks == ["/v1/1", "/v1/2"]


def test_blank_lines_are_no_requests(line: Line) -> None:
    line.sends(*[b"\r\n" * 4_000] * 10, ONE % 1)
    assert line.server.tasks == ["/v1/1"]
    line.is_answered()
    line.sends(b"\r\n\r\n")
    assert line.channel.request is None


@pytest.mark.parametrize(("taken", "open_"), [(0, False), (8_000, False), (30_000, True)])
def test_an_answer_has_to_be_taken_at_a_kilobyte_a_second(
    line: Line, taken: int, open_: bool
) -> None:
    line.sends(ONE % 1)
    line.is_answered(b"x" * 200_000)
    now = time.monotonic()
    line.channel.look(now)
    left = taken
    while left > 0:
        left -= len(line.other.recv(min(left, 2_000)))
        line.channel.handle_write()
    line.channel.look(now + line.channel.adj.bounds.grace_seconds + 10)
    assert line.channel.connected is open_


def test_a_connection_whose_answer_is_not_taken_may_have_to_make_room(line: Line) -> None:
    line.sends(ONE % 1)
    ours = line.channel.incomplete_since
    assert ours is None
    line.is_answered(b"x" * 200_000)
    now = time.monotonic()
    line.channel.look(now)
    assert line.channel.incomplete_since == now
    assert not line.channel.is_idle


def test_a_refusal_is_handed_on_where_it_made_room(line: Line) -> None:
    line.sends(b"POST /v1/1 HTTP/1.1\r\nContent-Length: 4\r\n\r\nab")
    line.channel.adj.held.make_room()
    line.channel.look(time.monotonic())
    assert line.channel.requests[0].error is not None
    assert line.server.tasks == ["/v1/1"]
