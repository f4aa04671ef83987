"""Many commands at once: each line succeeds or fails alone."""

import gzip
import json
from dataclasses import replace
from typing import Any
from uuid import uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.bodies import load
from shared.commands import batch
from shared.http.batch import LineSchema, is_plain
from shared.http.limits import Limits
from shared.ids import NAMESPACE
from shared.store.memory import MemoryStore
from tests.support.counter_app import SETTINGS, People, bearer, ndjson, people, runtime
from tests.support.counter_service import COUNTERS

BOX = str(uuid5(NAMESPACE, "box"))
OPEN = {
    "key": "open",
    "path": "/v1/boxs",
    "body": {"box_id": BOX, "commune_code": "01864", "opened_on": "2026-01-01"},
}


def put(key: str, amount: Any = 1, **more: Any) -> dict[str, Any]:
    body = {"amount": amount, "put_on": "2026-01-02"}
    return {"key": key, "path": f"/v1/boxs/{BOX}/coins", "body": body, **more}


def statuses(answers: list[dict[str, Any]]) -> list[int]:
    return [answer["status"] for answer in answers]


def codes(answers: list[dict[str, Any]]) -> list[str]:
    return [answer["body"].get("code", "") for answer in answers]


def test_each_line_is_answered_in_order_with_its_key() -> None:
    someone = people()
    answers = someone.batch(OPEN, put("a"), put("b", 2_000_000), b"{", put("c"))
    assert [answer["key"] for answer in answers] == ["open", "a", "b", None, "c"]
    assert statuses(answers) == [201, 201, 409, 400, 201]
    assert [answer["body"].get("version") for answer in answers] == [1, 2, None, None, 3]
    assert someone.recorded() == 3


def test_lines_of_one_stream_see_each_other() -> None:
    answers = people().batch(OPEN, put("a", 999_999), put("b", 2), put("c", 1))
    assert statuses(answers) == [201, 201, 409, 201]


@given(
    st.dictionaries(st.sampled_from(["key", "path", "body", "method"]), st.text() | st.none())
    | st.fixed_dictionaries(
        {
            "key": st.text(alphabet="a\u00e0 \n~", max_size=3),
            "path": st.text(alphabet="/a ?", max_size=3),
            "body": st.none() | st.just({}),
        }
    )
)
def test_what_is_taken_for_plain_would_come_through_the_schema_as_it_is(line: Any) -> None:
    if is_plain(line):
        assert load(LineSchema(), line) == line


def test_the_longest_key_and_path_are_plain_and_no_longer_ones() -> None:
    line = {"key": "k" * 255, "path": "p" * 500, "body": {}}
    assert is_plain(line)
    assert not is_plain(line | {"key": "k" * 256})
    assert not is_plain(line | {"path": "p" * 501})


@pytest.mark.parametrize("lines", [1, 2, 3])
def test_small_transactions_answer_as_a_large_one(
    lines: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = [OPEN, put("a"), put("b", 1_000_000), put("c", 5), put("a"), OPEN, put("d", 999_994)]
    first = people().batch(*sent)
    monkeypatch.setattr(batch, "CHUNK", lines)
    monkeypatch.setattr(batch, "REMEMBERED", lines)
    again = people().batch(*sent)
    assert statuses(again) == statuses(first) == [201, 201, 409, 201, 201, 201, 201]
    told = [[each["body"].get("version") for each in answers] for answers in (first, again)]
    assert told[0] == told[1]


def test_a_batch_sent_again_changes_nothing_and_answers_the_same() -> None:
    someone = people()
    first = someone.batch(OPEN, put("a"), put("b", -1))
    assert someone.batch(OPEN, put("a"), put("b", -1)) == first
    assert someone.recorded() == 2


def test_a_repeated_key_in_a_batch_is_a_repetition() -> None:
    someone = people()
    answers = someone.batch(OPEN, put("a"), put("a"), put("a", 2))
    assert codes(answers) == ["", "", "", "idempotency-key-reused"]
    assert answers[1] == answers[2]
    assert someone.recorded() == 2


def test_a_chosen_id_used_twice_is_a_repetition_or_a_refusal() -> None:
    someone = people()
    other = {**OPEN["body"], "commune_code": "01879"}  # type: ignore[dict-item] # a body is a dict
    answers = someone.batch(OPEN, {**OPEN, "key": "again"}, {**OPEN, "key": "x", "body": other})
    assert statuses(answers) == [201, 200, 409]
    assert answers[0]["body"] == answers[1]["body"]
    assert someone.recorded() == 1


def test_a_refused_line_may_be_sent_again_with_its_key() -> None:
    someone = people()
    assert statuses(someone.batch(OPEN, put("a", -1))) == [201, 422]
    assert statuses(someone.batch(put("a", 1))) == [201]


def test_there_is_no_default_date() -> None:
    line = {"key": "a", "path": "/v1/boxs", "body": {"commune_code": "01864"}}
    (answer,) = people().batch(line)
    assert [(each["pointer"], each["code"]) for each in answer["body"]["errors"]] == [
        ("/opened_on", "date-required")
    ]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({}, 201, ""),
        ({"method": "POST"}, 201, ""),
        ({"if_match": '"1"'}, 201, ""),
        ({"if_match": '"2"'}, 412, "version-moved"),
        ({"method": "PUT"}, 404, "not-found"),
        ({"method": "DELETE"}, 422, "invalid"),
        ({"path": "/v1/nothing"}, 404, "not-found"),
        ({"path": "/v1/commands"}, 422, "invalid"),
        ({"path": "http://elsewhere/"}, 404, "not-found"),
        ({"path": 5}, 422, "invalid"),
        ({"key": "two words"}, 422, "invalid"),
        ({"key": 5}, 422, "invalid"),
        ({"body": []}, 422, "invalid"),
        ({"body": None}, 422, "invalid"),
        ({"colour": "red"}, 422, "invalid"),
        ({"recorded_at": "2026-01-03T00:00:00Z"}, 422, "invalid"),
    ],
    ids=str,
)
def test_a_line_is_checked_alone(change: dict[str, Any], status: int, code: str) -> None:
    answers = people().batch(OPEN, {**put("a"), **change}, put("b"))
    assert (statuses(answers)[1], codes(answers)[1]) == (status, code)
    assert statuses(answers)[2] == 201


@pytest.mark.parametrize("raw", [b"", b"[]", b'"x"', b"\xff", b"null"])
def test_a_line_that_is_no_object_is_answered_without_a_key(raw: bytes) -> None:
    answers = people().batch(OPEN, raw, put("a"))
    assert answers[1]["key"] is None
    assert statuses(answers) == [201, 400 if raw in (b"", b"\xff") else 422, 201]


def test_the_roles_are_asked_for_each_line() -> None:
    someone = people()
    someone.who = bearer("bank_teller")
    assert codes(someone.batch(OPEN)) == ["role-missing"]


def send(someone: People, raw: bytes, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    kind = {"Content-Type": "application/x-ndjson"}
    return someone.client.post("/v1/commands", data=raw, headers=kind | someone.who | named)


def test_gzip_is_accepted() -> None:
    answer = send(people(), gzip.compress(ndjson(OPEN)), Content_Encoding="gzip")
    assert statuses([json.loads(answer.data)]) == [201]


def test_gzip_may_be_of_many_parts_and_of_empty_ones() -> None:
    empty, whole = gzip.compress(b""), ndjson(OPEN)
    parts = [gzip.compress(bytes([byte])) + empty * 9 for byte in whole]
    answer = send(people(), b"".join(parts), Content_Encoding="gzip")
    assert statuses([json.loads(answer.data)]) == [201]


@pytest.mark.parametrize(
    ("raw", "encoding", "status"),
    [
        (b"not gzip at all", "gzip", 400),
        (gzip.compress(ndjson(OPEN))[:-4], "gzip", 400),
        (gzip.compress(b"x" * 5_000), "gzip", 413),
        (b"x" * 4_001, "identity", 413),
        (ndjson(*[b"{}"] * 6), "identity", 413),
        (ndjson(*[b"{}"] * 5), "identity", 200),
        (ndjson(OPEN), "br", 415),
    ],
    ids=["damaged", "cut", "bomb", "bytes", "lines", "most-lines", "brotli"],
)
def test_a_batch_has_its_limits(raw: bytes, encoding: str, status: int) -> None:
    small = people(limits=Limits(batch_bytes=4_000, batch_lines=5))
    answer = send(small, raw, Content_Encoding=encoding)
    assert answer.status_code == status
    assert small.recorded() == 0


def test_a_batch_is_ndjson() -> None:
    assert send(people(), ndjson(OPEN), Content_Type="text/csv").status_code == 415


class TestHistory:
    """An operator loads the past, where the setting allows it."""

    def loading(self) -> People:
        open_ = replace(SETTINGS, history_load=True)
        someone = people(runtime(store=MemoryStore(COUNTERS.registry), settings=open_))
        someone.who = bearer("operator", sub="loader")
        return someone

    def past(self, line: dict[str, Any], at: str, **actor: Any) -> dict[str, Any]:
        who = {"sub": "officer-9", "roles": ["commune_officer"], **actor}
        return {**line, "recorded_at": at, "actor": who}

    def test_events_say_when_and_by_whom_they_were_recorded_and_loaded(self) -> None:
        someone = self.loading()
        answers = someone.batch(self.past(OPEN, "2026-01-05T08:00:00+07:00"))
        assert statuses(answers) == [201]
        (meta,) = [row.meta for row in someone.store.read_log(0, 9)]
        assert meta.recorded_at.isoformat() == "2026-01-05T01:00:00+00:00"
        assert (meta.actor.sub, meta.origin, meta.loaded_by) == ("officer-9", "history", "loader")
        assert meta.loaded_at is not None

    def test_the_order_of_a_stream_is_kept(self) -> None:
        someone = self.loading()
        answers = someone.batch(
            self.past(OPEN, "2026-01-05T00:00:00Z"),
            self.past(put("early"), "2026-01-04T23:59:59Z"),
            self.past(put("same"), "2026-01-05T00:00:00Z"),
        )
        assert codes(answers) == ["", "history-out-of-order", ""]

    @pytest.mark.parametrize(
        ("at", "code"),
        [("2999-01-01T00:00:00Z", "in-future"), ("2026-01-05T00:00:00", "wrong-type"),
         ("yesterday", "wrong-type")],
    )  # fmt: skip
    def test_the_instant_is_checked(self, at: str, code: str) -> None:
        (answer,) = self.loading().batch(self.past(OPEN, at))
        assert [error["code"] for error in answer["body"]["errors"]] == [code]

    def test_a_fact_is_not_later_than_its_recording(self) -> None:
        (answer,) = self.loading().batch(self.past(OPEN, "2025-12-31T00:00:00Z"))
        assert [error["code"] for error in answer["body"]["errors"]] == ["in-future"]

    def test_the_actor_needs_the_role(self) -> None:
        someone = self.loading()
        answers = someone.batch(self.past(OPEN, "2026-01-05T00:00:00Z", roles=["bank_teller"]))
        assert codes(answers) == ["role-missing"]

    def test_only_an_operator_loads(self) -> None:
        someone = self.loading()
        someone.who = bearer("commune_officer")
        assert codes(someone.batch(self.past(OPEN, "2026-01-05T00:00:00Z"))) == ["role-missing"]

    def test_an_operator_does_no_business_in_their_own_name(self) -> None:
        assert codes(self.loading().batch(OPEN)) == ["role-missing"]

    def test_readiness_says_that_it_is_open(self) -> None:
        assert self.loading().get("/health/ready").get_json()["history_load"] is True
