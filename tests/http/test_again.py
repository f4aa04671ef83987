"""Asking again: one effect and the same answer, however often and in whatever way."""

from itertools import count
from typing import Any
from uuid import uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.ids import NAMESPACE
from tests.support.counter_app import People, bearer, people

NEW = "/v1/boxs"
HERE = {"commune_code": "01864"}


def an_id(name: str) -> str:
    return str(uuid5(NAMESPACE, name))


def box(someone: People, name: str = "box") -> str:
    answer = someone.post(NEW, HERE | {"box_id": an_id(name)})
    assert answer.status_code in (200, 201), answer.text
    return f"{NEW}/{an_id(name)}"


def outcome(answer: Any) -> tuple[int, str | None]:
    return answer.status_code, answer.get_json().get("code")


def same(first: Any, again: Any) -> bool:
    names = ("ETag", "Location", "Consistency-Token", "Content-Type")
    return bool(first.data == again.data) and all(
        first.headers[name] == again.headers[name] for name in names
    )


class TestByKey:
    @pytest.mark.parametrize("form", ["a-key", '"a-key"'])
    def test_the_same_request_is_answered_the_same(self, form: str) -> None:
        someone = people()
        first = someone.post(NEW, HERE, Idempotency_Key="a-key")
        again = someone.post(NEW, HERE, Idempotency_Key=form)
        assert (first.status_code, again.status_code) == (201, 201)
        assert same(first, again)
        assert "Idempotency-Replayed" not in first.headers
        assert again.headers["Idempotency-Replayed"] == "true"
        assert someone.recorded() == 1

    def test_it_is_answered_the_same_after_the_stream_has_moved_on(self) -> None:
        someone = people()
        path = f"{box(someone)}/coins"
        first = someone.post(path, {"amount": 5}, Idempotency_Key="k", If_Match='"1"')
        someone.post(path, {"amount": 6})
        again = someone.post(path, {"amount": 5}, Idempotency_Key="k", If_Match='"1"')
        assert same(first, again)
        assert someone.recorded() == 3

    def test_another_body_is_422(self) -> None:
        someone = people()
        path = f"{box(someone)}/coins"
        someone.post(path, {"amount": 5}, Idempotency_Key="k")
        answer = someone.post(path, {"amount": 6}, Idempotency_Key="k")
        assert outcome(answer) == (
            422,
            "idempotency-key-reused",
        )

    def test_the_body_is_compared_as_sent(self) -> None:
        someone = people()
        path = f"{box(someone)}/coins"
        someone.send(path, b'{"amount":5}', Idempotency_Key="k")
        assert someone.send(path, b'{"amount":5}', Idempotency_Key="k").status_code == 201
        assert someone.send(path, b'{ "amount":5}', Idempotency_Key="k").status_code == 422

    def test_another_path_is_422(self) -> None:
        someone = people()
        first, second = box(someone, "one"), box(someone, "two")
        someone.post(f"{first}/coins", {"amount": 5}, Idempotency_Key="k")
        answer = someone.post(f"{second}/coins", {"amount": 5}, Idempotency_Key="k")
        assert outcome(answer) == (
            422,
            "idempotency-key-reused",
        )

    def test_a_refusal_leaves_nothing_and_its_key_may_be_used_again(self) -> None:
        someone = people()
        path = f"{box(someone)}/coins"
        for refused in ({"amount": -1}, {"amount": 2_000_000}):
            assert someone.post(path, refused, Idempotency_Key="k").status_code in (409, 422)
        assert someone.post(path, {"amount": 1}, Idempotency_Key="k").status_code == 201

    def test_a_key_belongs_to_one_person(self) -> None:
        someone = people()
        someone.post(NEW, HERE, Idempotency_Key="k")
        someone.who = bearer(sub="officer-2")
        answer = someone.post(NEW, HERE, Idempotency_Key="k")
        assert "Idempotency-Replayed" not in answer.headers
        assert someone.recorded() == 2

    @pytest.mark.parametrize(
        ("key", "status"),
        [("k" * 255, 201), ("k" * 256, 422), ("", 422), ('""', 422), ("a b", 422)],
    )
    def test_a_key_is_1_to_255_visible_characters(self, key: str, status: int) -> None:
        assert people().post(NEW, HERE, Idempotency_Key=key).status_code == status


class TestByChosenId:
    def test_the_same_content_is_200_with_the_stored_answer(self) -> None:
        someone = people()
        body = HERE | {"box_id": an_id("mine")}
        first, again = someone.post(NEW, body), someone.post(NEW, body)
        assert (first.status_code, again.status_code) == (201, 200)
        assert same(first, again)
        assert again.headers["Idempotency-Replayed"] == "true"
        assert someone.recorded() == 1

    def test_the_order_and_the_blanks_of_the_body_do_not_matter(self) -> None:
        someone = people()
        chosen = an_id("mine")
        someone.send(NEW, f'{{"box_id":"{chosen}","commune_code":"01864"}}'.encode())
        turned = f'{{ "commune_code": "01864", "box_id": "{chosen}" }}'.encode()
        assert someone.send(NEW, turned).status_code == 200

    def test_other_content_is_409(self) -> None:
        someone = people()
        box(someone)
        answer = someone.post(NEW, {"commune_code": "01879", "box_id": an_id("box")})
        assert outcome(answer) == (409, "already-exists")
        assert someone.recorded() == 1

    def test_a_part_with_the_same_content_is_200(self) -> None:
        someone = people()
        path = f"{box(someone)}/coins"
        body = {"amount": 5, "coin_id": an_id("coin")}
        first, again = someone.post(path, body), someone.post(path, body)
        assert (first.status_code, again.status_code) == (201, 200)
        assert same(first, again)
        assert someone.recorded() == 2

    def test_a_repeated_part_that_would_now_be_refused_is_still_200(self) -> None:
        someone = people()
        path = f"{box(someone)}/coins"
        body = {"amount": 600_000, "coin_id": an_id("coin")}
        assert someone.post(path, body).status_code == 201
        assert someone.post(path, body).status_code == 200

    def test_the_id_of_a_part_is_unique_over_the_whole_service(self) -> None:
        someone = people()
        body = {"amount": 5, "coin_id": an_id("coin")}
        someone.post(f"{box(someone, 'one')}/coins", body)
        answer = someone.post(f"{box(someone, 'two')}/coins", body)
        assert outcome(answer) == (409, "already-exists")

    def test_an_id_is_unique_over_all_kinds_of_things(self) -> None:
        someone = people()
        path = f"{box(someone)}/coins"
        answer = someone.post(path, {"amount": 5, "coin_id": an_id("box")})
        assert outcome(answer) == (409, "already-exists")


STEPS = st.lists(
    st.tuples(st.sampled_from(["k1", "k2", "k3"]), st.sampled_from([1, 2, 600_000])), max_size=12
)
SOMEONE = people()
EXAMPLES = count()


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_any_repetition_of_requests_has_one_effect_and_one_answer(
    steps: list[tuple[str, int]],
) -> None:
    """G5: keys are used again and again, in any order, with the same or another body."""
    number = next(EXAMPLES)
    before = SOMEONE.recorded()
    path = f"{box(SOMEONE, f'example {number}')}/coins"
    accepted: dict[str, tuple[int, bytes]] = {}
    total = 0
    for key, amount in steps:
        answer = SOMEONE.post(path, {"amount": amount}, Idempotency_Key=f"{number}{key}")
        if key in accepted and accepted[key][0] == amount:
            assert (answer.status_code, answer.data) == (201, accepted[key][1])
        elif key in accepted:
            assert answer.get_json().get("code") == "idempotency-key-reused"
        elif total + amount > 1_000_000:
            assert answer.get_json().get("code") == "box-full"
        else:
            assert answer.status_code == 201
            accepted[key] = (amount, answer.data)
            total += amount
    assert SOMEONE.recorded() == before + 1 + len(accepted)
