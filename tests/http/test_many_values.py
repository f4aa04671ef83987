"""JSON that is small to send and large in memory is refused before it is read."""

import gc
import json
import weakref
from typing import Any

import pytest

from shared.bodies import load
from shared.http.batch import LineSchema
from shared.http.body import MOST_VALUES
from shared.http.limits import MIB, Limits
from shared.problems import MOST_ERRORS, FieldError, Problem, invalid
from tests.http.test_batch import OPEN, put, statuses
from tests.support.counter_app import bearer, ndjson, people

BODY = dict[str, Any](OPEN["body"])  # type: ignore[arg-type] # a dict of a line


def with_a_list(count: int) -> bytes:
    """A body of so many values: its object, two fields, and a list's."""
    zeros = ",".join("0" * (count - 2))
    return b'{"amount":1,"kind":[' + zeros.encode() + b"]}"


@pytest.mark.parametrize(("more", "answer"), [(0, (422, "invalid")), (1, (413, "too-large"))])
def test_a_body_may_have_so_many_values_and_no_more(more: int, answer: tuple[int, str]) -> None:
    someone = people()
    someone.batch(OPEN)
    found = someone.send(f"{put('a')['path']}", with_a_list(MOST_VALUES + more))
    assert (found.status_code, found.get_json()["code"]) == answer


def test_all_lines_of_a_batch_together_have_a_bound() -> None:
    limits = Limits()
    line = b'{"key":"a","path":"/v1/x","body":[' + b"0," * 9_996 + b"0]}"
    fits = limits.batch_values // 10_000
    headers = bearer() | {"Content-Type": "application/x-ndjson"}
    for count, status in ((fits, 200), (fits + 1, 413)):
        answer = people().client.post("/v1/commands", data=ndjson(*[line] * count), headers=headers)
        assert answer.status_code == status


def test_a_line_may_be_as_long_as_a_command_and_no_longer() -> None:
    someone = people()
    note = {"note": "x" * MIB}
    answers = someone.batch(OPEN, {**OPEN, "key": "long", "body": BODY | note}, put("a"))
    assert statuses(answers) == [201, 413, 201]
    assert someone.recorded() == 2


def test_ten_thousand_lines_are_read_and_one_more_is_not() -> None:
    most = Limits().batch_lines
    headers = bearer() | {"Content-Type": "application/x-ndjson"}
    for ends in (b"", b"\n"):
        for count, status in ((most, 200), (most + 1, 413)):
            sent = b"\n".join([b"{}"] * count) + ends
            answer = people().client.post("/v1/commands", data=sent, headers=headers)
            assert answer.status_code == status, (ends, count)


def test_an_answer_names_so_many_errors_and_counts_the_rest() -> None:
    someone = people()
    unknown = {f"k{number}": 1 for number in range(MOST_ERRORS + 5)}
    answer = someone.send("/v1/boxs", json.dumps(BODY | unknown).encode())
    assert answer.status_code == 422
    assert len(answer.get_json()["errors"]) == MOST_ERRORS
    assert answer.get_json()["detail"].count("(+ 5)") == 2
    few = invalid([FieldError("/a", "required", "-")] * MOST_ERRORS)
    assert "(+" not in few.detail


def test_a_name_that_is_made_up_is_told_by_its_beginning() -> None:
    answer = people().send("/v1/boxs", json.dumps(BODY | {"n" * 100_000: 1}).encode())
    assert [error["pointer"] for error in answer.get_json()["errors"]] == ["/" + "n" * 100]


def test_the_openapi_document_is_the_same_each_time_it_is_asked_for() -> None:
    client = people().client
    first, second = (client.get("/openapi.json") for _ in range(2))
    assert first.data == second.data
    assert first.mimetype == "application/json"
    assert first.get_json()["openapi"] == "3.1.0"


def test_what_was_sent_is_let_go_of_when_it_is_refused() -> None:
    """A batch has ten thousand lines: none may wait for garbage to be looked for."""

    class Sent(dict[str, Any]):
        """A body that can be watched."""

    gc.collect()
    gc.disable()
    try:
        body = Sent({"unknown": 1})
        watched = weakref.ref(body)
        with pytest.raises(Problem, match="unknown"):
            load(LineSchema(), body)
        del body
        assert watched() is None
    finally:
        gc.enable()
