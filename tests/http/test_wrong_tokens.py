"""Who guesses tokens is slowed down, and nobody else is."""

import json
import time
from ipaddress import ip_network
from typing import Any

import pytest

from shared.auth.issuer import new_issuer
from shared.auth.tokens import (
    FAILURES_AT_ONCE,
    MOST_AREAS,
    TOKEN_LENGTH,
    Authenticator,
    KeySet,
    TooManyFailures,
    Unauthenticated,
)
from shared.buckets import Buckets
from shared.http.sender import sender_of
from tests.http.test_tokens import claims, header
from tests.support.counter_app import ISSUER, authenticator, people

GUESSER, OFFICE = "203.0.113.7", "198.51.100.1"


def wrong(**head: Any) -> str:
    """A token of a stranger, who claims to have signed with the issuer's key or with another."""
    import jwt  # noqa: PLC0415 - only forgers sign with the library itself

    return "Bearer " + jwt.encode(claims(), new_issuer().key, algorithm="EdDSA", headers=head)


def refusals(guard: Authenticator, given: str, sender: str, count: int) -> list[str]:
    found = []
    for _ in range(count):
        try:
            guard.caller(given, sender)
        except (Unauthenticated, TooManyFailures) as problem:
            found.append(type(problem).__name__)
    return found


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no time pass, so that nothing may be tried again."""
    now = time.monotonic()
    monkeypatch.setattr("shared.auth.tokens.time.monotonic", lambda: now)


@pytest.mark.usefixtures("still")
@pytest.mark.parametrize("given", [wrong(kid="another"), wrong(kid=ISSUER.kid), "Bearer a.b.c"])
def test_after_so_many_wrong_tokens_of_a_sender_no_other_is_looked_at(given: str) -> None:
    guard = authenticator()
    guard.caller(header(), OFFICE)
    found = refusals(guard, given, GUESSER, FAILURES_AT_ONCE + 2)
    assert found == ["Unauthenticated"] * FAILURES_AT_ONCE + ["TooManyFailures"] * 2
    assert refusals(guard, given, OFFICE, 1) == ["Unauthenticated"]


def test_after_a_while_a_sender_may_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    guard, now = authenticator(), time.monotonic()
    monkeypatch.setattr("shared.auth.tokens.time.monotonic", lambda: now)
    refusals(guard, "Bearer x", GUESSER, FAILURES_AT_ONCE)
    with pytest.raises(TooManyFailures) as refused:
        guard.caller("Bearer x", GUESSER)
    later = now + refused.value.wait
    monkeypatch.setattr("shared.auth.tokens.time.monotonic", lambda: later)
    with pytest.raises(Unauthenticated):
        guard.caller("Bearer x", GUESSER)


@pytest.mark.usefixtures("still")
def test_honest_people_at_a_guessers_address_are_let_in() -> None:
    guard = authenticator()
    before = header(sub="signed in before")
    guard.caller(before, GUESSER)
    refusals(guard, wrong(kid="another"), GUESSER, FAILURES_AT_ONCE + 1)
    assert guard.caller(header(sub="new"), GUESSER).sub == "new"
    refusals(guard, wrong(kid=ISSUER.kid), GUESSER, FAILURES_AT_ONCE + 1)
    assert guard.caller(before, GUESSER).sub == "signed in before"


def test_a_token_known_before_is_checked_again_while_its_address_is_throttled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    guard, now = authenticator(), time.time()
    before = header()
    guard.caller(before, GUESSER)
    refusals(guard, wrong(kid=ISSUER.kid), GUESSER, FAILURES_AT_ONCE + 10)
    monkeypatch.setattr("shared.auth.tokens.time.time", lambda: now + 31)
    assert guard.caller(before, GUESSER).sub == "officer-1"


@pytest.mark.usefixtures("still")
def test_a_throttled_sender_is_told_when_to_come_back_and_is_counted() -> None:
    client = people().client
    for _ in range(FAILURES_AT_ONCE):
        answer = client.get("/v1/codes", headers={"Authorization": "Bearer x"})
        assert answer.status_code == 401
    answer = client.get("/v1/codes", headers={"Authorization": "Bearer x"})
    assert (answer.status_code, answer.get_json()["code"]) == (429, "too-many")
    assert answer.headers["Retry-After"] == "1"
    told = client.get("/metrics").text
    assert 'giamngheo_refused_tokens_total{service="counters",why="throttled"}' in told
    assert 'giamngheo_refused_tokens_total{service="counters",why="wrong"}' in told
    assert client.get("/v1/codes", headers={"Authorization": header()}).status_code == 200


def test_unknown_keys_and_an_issuer_that_is_away_are_asked_for_once_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, now = [0], [1000.0]

    def read(_: str) -> bytes:
        asked[0] += 1
        if now[0] > 2000:
            raise OSError
        return json.dumps(ISSUER.jwks()).encode()

    monkeypatch.setattr("shared.auth.keyset.time.monotonic", lambda: now[0])
    keys = KeySet("-", read=read)
    for _ in range(100):
        assert keys.find("unknown") is None
    assert asked == [1]
    now[0] += 1.5
    for _ in range(100):
        assert keys.find("unknown") is None
    assert asked == [2]
    now[0] = 3000
    for _ in range(100):
        assert keys.find(ISSUER.kid) is not None
    assert asked == [3]


def test_a_token_is_refused_by_its_length_at_once() -> None:
    padding = "x" * TOKEN_LENGTH
    with pytest.raises(Unauthenticated, match="too long"):
        authenticator().caller(header(name=padding))
    most = TOKEN_LENGTH - len("Bearer ") - len(header(name=""))
    name = "x" * (most * 3 // 4)
    given = header(name=name)
    assert TOKEN_LENGTH - 20 < len(given.removeprefix("Bearer ")) <= TOKEN_LENGTH
    assert authenticator().caller(given).name == name


def test_a_token_of_deep_json_is_nobodys() -> None:
    import base64  # noqa: PLC0415 - only here

    deep = base64.urlsafe_b64encode(b"[" * 5_000).decode().rstrip("=")
    with pytest.raises(Unauthenticated):
        authenticator().caller(f"Bearer {deep}.{deep}.x")


@pytest.mark.parametrize(("count", "fine"), [(MOST_AREAS, True), (MOST_AREAS + 1, False)])
def test_a_token_names_so_many_areas_and_no_more(count: int, *, fine: bool) -> None:
    given = header(areas=[{"code": "060"}] * count)
    if fine:
        assert authenticator().caller(given).scope.olds
    else:
        with pytest.raises(Unauthenticated, match="areas"):
            authenticator().caller(given)


def test_an_area_of_another_province_or_of_another_day_is_no_area() -> None:
    for area in ({"code": "01"}, {"code": "00004"}, {"code": "060", "on": "2025-07-01"}):
        with pytest.raises(Unauthenticated, match="no such area"):
            authenticator().caller(header(areas=[area]))
    assert authenticator().caller(header(areas=[])).scope.nothing


def test_new_keys_push_out_old_ones_and_empty_nobodys_bucket() -> None:
    buckets = Buckets(per_second=1, burst=1, most=3)
    assert buckets.take("busy", 0.0) == 0
    for other in ("a", "b", "c", "d"):
        buckets.take(other, 0.0)
        assert buckets.take("busy", 0.0) > 0
    assert len(buckets._left) == 3
    assert buckets.wait("a", 0.0) == 0


PROXIES = (ip_network("172.16.0.0/12"),)


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "sender"),
    [
        ("198.51.100.1", [], (), "198.51.100.1"),
        ("198.51.100.1", ["203.0.113.7"], PROXIES, "198.51.100.1"),
        ("172.16.0.2", ["203.0.113.7"], (), "172.16.0.2"),
        ("172.16.0.2", ["203.0.113.7"], PROXIES, "203.0.113.7"),
        ("172.16.0.2", ["10.9.9.9, 203.0.113.7, 172.16.0.3"], PROXIES, "203.0.113.7"),
        ("172.16.0.2", ["10.9.9.9", "203.0.113.7"], PROXIES, "203.0.113.7"),
        ("172.16.0.2", ["made up"], PROXIES, "172.16.0.2"),
        ("172.16.0.2", [], PROXIES, "172.16.0.2"),
        ("2001:db8:1:2:3::4", [], (), "2001:db8:1:2::/64"),
    ],
)
def test_where_a_request_came_from_is_told_by_our_own_proxies_only(
    peer: str, forwarded: list[str], proxies: Any, sender: str
) -> None:
    assert sender_of(peer, forwarded, proxies) == sender
