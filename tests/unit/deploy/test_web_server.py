"""The pure parts of the web server: deadlines, bounds, and which threads take a request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from deploy.server.bounds import MIB, Bounds, from_environment, within_files
from deploy.server.lanes import HEAVY, SMALL, SMALL_BYTES, WAITING, lane_of
from deploy.server.parser import Held, Parser

HEAD = b"POST /v1/boxs HTTP/1.1\r\nContent-Length: %d\r\n\r\n"


@dataclass
class Adjusted:
    """What waitress hands a parser."""

    bounds: Bounds
    held: Held = field(default_factory=Held)
    max_request_header_size: int = 32 * 1024
    max_request_body_size: int = 2**40
    inbuf_overflow: int = 524_288
    url_scheme: str = "http"


def parsed(*pieces: bytes, **bounds: Any) -> Parser:
    made = Parser(Adjusted(Bounds(**bounds)))
    for piece in pieces:
        made.received(piece)
    return made


@pytest.mark.parametrize(("after", "late"), [(10.0, False), (10.1, True)])
def test_a_head_has_ten_seconds_from_its_first_byte(after: float, late: bool) -> None:
    made = parsed(b"GET ")
    assert made.is_late(made.began + after) is late


@pytest.mark.parametrize(("after", "late"), [(15.0, False), (15.1, True)])
def test_a_body_may_pause_for_fifteen_seconds(after: float, late: bool) -> None:
    made = parsed(HEAD % 100_000, b"x" * 10_000)
    assert made.is_late(made.moved + after) is late


@pytest.mark.parametrize(("received", "late"), [(10_239, True), (10_240, False)])
def test_a_body_comes_at_a_kilobyte_a_second_after_half_a_minute(received: int, late: bool) -> None:
    made = parsed(HEAD % 100_000, b"x" * received)
    made.moved = made.began + 40
    assert made.is_late(made.began + 40) is late


@pytest.mark.parametrize(("length", "code"), [(16 * MIB, None), (16 * MIB + 1, "too-large")])
def test_a_body_is_refused_by_the_length_that_it_is_said_to_have(
    length: int, code: str | None
) -> None:
    found = parsed(HEAD % length).error
    assert (found.problem.code if found else None) == code


def test_bodies_that_come_in_together_have_a_bound_and_the_longest_makes_room() -> None:
    adjusted = Adjusted(Bounds(buffered_bytes=1_500))
    first, second = Parser(adjusted), Parser(adjusted)
    for each in (first, second):
        each.received(HEAD % 2_000)
        each.received(b"x" * 1_000)
    assert second.error is None
    assert first.error is not None
    assert first.error.problem.code == "unavailable"
    assert first.received(b"x") == 0
    assert adjusted.held.bytes == 1_000
    for each in (first, second, second):
        each.close()
    assert adjusted.held.bytes == 0


def test_a_body_that_is_here_makes_no_room_for_another() -> None:
    adjusted = Adjusted(Bounds(buffered_bytes=1_500))
    whole, coming = Parser(adjusted), Parser(adjusted)
    whole.received(HEAD % 1_000)
    whole.received(b"x" * 1_000)
    coming.received(HEAD % 2_000)
    coming.received(b"x" * 1_000)
    assert whole.error is None
    assert coming.error is not None


@pytest.mark.parametrize(
    ("head", "lane"),
    [
        (b"PUT /households/v1/households/1/causes", SMALL),
        (b"GET /reporting/v1/findings?known_at=2026-01-01T00:00:00Z", HEAVY),
        (b"GET /reporting/v1/findings?valid_at=2026-01-01", SMALL),
        (b"POST /loans/v1/commands", HEAVY),
        (b"GET /v1/events", HEAVY),
        (b"GET /reporting/v1/findings/export", HEAVY),
        (b"GET /v1/postings/01864", HEAVY),
        (b"GET /reporting/v1/findings?known%5Fat=2026-01-01T00:00:00Z", HEAVY),
    ],
)
def test_what_may_take_seconds_has_threads_of_its_own(head: bytes, lane: str) -> None:
    assert lane_of(parsed(head + b" HTTP/1.1\r\n\r\n")) == lane


@pytest.mark.parametrize(("more", "lane"), [(0, SMALL), (1, HEAVY)])
def test_a_large_body_is_heavy(more: int, lane: str) -> None:
    length = SMALL_BYTES + more
    assert lane_of(parsed(HEAD % length, b"x" * length)) == lane


@pytest.mark.parametrize(
    ("line", "lane"),
    [
        (b"GET /reporting/v1/findings", WAITING),
        (b"POST /loans/v1/commands", HEAVY),
        (b"GET /v1/misuse?known_at=x", HEAVY),
    ],
)
def test_who_waits_for_a_write_to_arrive_takes_no_one_elses_thread(line: bytes, lane: str) -> None:
    """And heavy work is no less heavy where it is said to wait."""
    made = parsed(line + b" HTTP/1.1\r\nPrefer: wait=5\r\n\r\n")
    assert lane_of(made) == lane


@pytest.mark.parametrize(
    ("soft", "hard", "connections"),
    [(1_024, 20_000, 1_000), (256, 256, 64), (1_024, 1_024, 448), (20_000, 20_000, 1_000)],
)
def test_there_are_as_many_connections_as_the_system_lets_us_have_files_for(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, connections: int
) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr("resource.getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr("resource.setrlimit", lambda _, limits: asked.append(limits))
    assert within_files(Bounds()).connections == connections
    assert asked == ([(10_000, hard)] if soft < hard else [])


def test_a_bound_that_is_no_number_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_THREADS", "3")
    assert from_environment().small_threads == 3
    for wrong in ("0", "-1", "many", "١"):
        monkeypatch.setenv("WEB_THREADS", wrong)
        with pytest.raises(ValueError, match="WEB_THREADS"):
            from_environment()
