"""What is too long in a request's head is refused by its length, and names what it was."""

import hashlib

import pytest
from flask import Flask

from shared.http.lengths import CURSOR, HEADERS, PARAMETERS, QUERY_BYTES
from shared.http.pages import page_of
from shared.problems import Problem
from tests.support.counter_app import bearer, people


def asked(path: str, **headers: str) -> tuple[int, str, list[str]]:
    answer = people().client.get(path, headers=bearer() | headers)
    found = answer.get_json()
    errors = found.get("errors", []) if isinstance(found, dict) else []
    return answer.status_code, found.get("code", ""), [error["pointer"] for error in errors]


@pytest.mark.parametrize("name", sorted(HEADERS))
def test_a_header_may_be_so_long_and_no_longer(name: str) -> None:
    most = HEADERS[name]
    assert asked("/v1/codes", **{name: "x" * most})[0] == 200
    assert asked("/v1/codes", **{name: "x" * (most + 1)}) == (422, "invalid", [f"/{name}"])


def test_a_query_may_be_so_long_and_no_longer() -> None:
    most = "x" * (QUERY_BYTES - len("on="))
    assert asked(f"/v1/codes/sex?on={most}") == (422, "invalid", ["/on"])  # read, and no date
    assert asked(f"/v1/codes/sex?on={most}x") == (422, "invalid", ["/query"])


def test_a_query_may_have_so_many_parameters_and_no_more() -> None:
    some = "&".join("x=" for _ in range(PARAMETERS))
    assert asked(f"/v1/codes?{some}") == (422, "invalid", ["/x"])
    assert asked(f"/v1/codes?{some}&x=") == (422, "invalid", ["/query"])


class Sealed:
    """Signs cursors as the keyring does."""

    def digest(self, purpose: bytes, *parts: bytes) -> bytes:
        return hashlib.sha256(purpose + b"|".join(parts)).digest()


@pytest.mark.parametrize(("letters", "fine"), [(CURSOR // 2, True), (CURSOR, False)])
def test_a_cursor_is_refused_by_its_length_before_its_signature(
    letters: int, *, fine: bool
) -> None:
    with Flask("things").test_request_context("/v1/things"):
        first = page_of({"limit": 50}, Sealed())
        cursor = first.answer(["x" * letters] * 51, lambda row: [row], lambda _: {})["next_cursor"]
        if fine:
            assert page_of({"limit": 50, "cursor": cursor}, Sealed()).after == ("x" * letters,)
        else:
            with pytest.raises(Problem, match="bad-cursor"):
                page_of({"limit": 50, "cursor": cursor}, Sealed())


def test_a_query_that_is_too_long_for_its_cursor_says_so() -> None:
    assert asked(f"/v1/codes?cursor={'A' * QUERY_BYTES}") == (422, "bad-cursor", [])


def test_a_parameter_that_is_no_list_is_given_once() -> None:
    assert asked("/v1/codes/sex?on=2026-01-01&on=2025-01-01") == (422, "invalid", ["/on"])
