"""Pages of lists: whole, without repetition, stable while rows are inserted."""

from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.bodies import load
from shared.http.limits import Limits
from shared.http.pages import Page, page_of
from shared.http.query import PageQuery
from shared.problems import Problem
from shared.sealing.keyring import Keyring
from shared.sealing.keys import MemoryKeys

SIGNER = Keyring("tests", MemoryKeys(), bytes(32))
Row = tuple[str, str]


def page(**args: str) -> Page:
    """Read a query as an endpoint does that has filters besides."""
    own = {name: args[name] for name in ("limit", "cursor") if name in args}
    with Flask("things").test_request_context("/v1/things", query_string=args):
        return page_of(load(PageQuery(), own), SIGNER)


def ask(rows: list[Row], **args: str) -> dict[str, Any]:
    """Answer one page of rows in order, as a service would from its database."""
    asked = page(**args)
    left = [row for row in sorted(rows) if asked.after is None or row > asked.after]
    return asked.answer(left[: asked.fetch], lambda row: row, lambda row: {"row": row})


def walk(rows: list[Row], **args: str) -> list[Row]:
    seen: list[Row] = []
    cursor: str | None = None
    while True:
        answer = ask(rows, **args, **({"cursor": cursor} if cursor else {}))
        seen += [item["row"] for item in answer["items"]]
        cursor = answer["next_cursor"]
        if cursor is None:
            return seen


ROWS = st.lists(st.tuples(st.sampled_from("ab"), st.text(max_size=3)), unique=True, max_size=12)


@settings(max_examples=50, deadline=None)
@given(ROWS, st.integers(1, 5))
def test_pages_hold_every_row_once(rows: list[Row], limit: int) -> None:
    assert walk(rows, limit=str(limit)) == sorted(rows)


def test_a_row_inserted_before_the_cursor_moves_nothing() -> None:
    rows = [("2026", str(number)) for number in range(5)]
    first = ask(rows, limit="2")
    rows.insert(0, ("2025", "x"))
    second = ask(rows, limit="2", cursor=first["next_cursor"])
    assert [item["row"][1] for item in second["items"]] == ["2", "3"]


@pytest.mark.parametrize("limit", ["0", "501", "-1", "x", "", "1.5", "٣", "99999999999"])
def test_a_limit_that_cannot_be_is_named(limit: str) -> None:
    with pytest.raises(Problem) as caught:
        ask([], limit=limit)
    assert [error.pointer for error in caught.value.errors] == ["/limit"]


@pytest.mark.parametrize("limit", ["1", "500"])
def test_both_ends_of_the_limit_are_allowed(limit: str) -> None:
    assert ask([], limit=limit) == {"items": [], "next_cursor": None}


def test_the_default_is_fifty() -> None:
    assert page().limit == Limits().default_page == 50


def a_cursor(**filters: str) -> str:
    return str(ask([("a", "1"), ("a", "2")], limit="1", **filters)["next_cursor"])


@pytest.mark.parametrize(
    "cursor", ["", "x", "!!!", "é", "AAAA", "A" * 500, a_cursor()[:-2], "A" + a_cursor()[1:]]
)
def test_a_cursor_that_we_did_not_give_is_refused(cursor: str) -> None:
    with pytest.raises(Problem) as caught:
        ask([], cursor=cursor)
    assert (caught.value.code, caught.value.status) == ("bad-cursor", 422)


def test_a_cursor_belongs_to_its_filters_and_not_to_its_limit() -> None:
    cursor = a_cursor(commune="01864")
    assert ask([], commune="01864", cursor=cursor, limit="7")["items"] == []
    for other in ({"commune": "01879"}, {}, {"commune": "01864", "status": "poor"}):
        with pytest.raises(Problem, match="bad-cursor"):
            ask([], cursor=cursor, **other)
