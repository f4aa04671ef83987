"""The shortest path: a command over HTTP, once and again."""

from tests.support.counter_app import people


def test_a_command_answers_with_its_events() -> None:
    someone = people()
    answer = someone.post("/v1/boxs", {"commune_code": "01864"})
    assert answer.status_code == 201
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Location"] == f"/v1/boxs/{answer.json['id']}"  # type: ignore[index] # a body is there


def test_a_repeated_key_has_one_effect_and_the_same_answer() -> None:
    someone = people()
    first = someone.post("/v1/boxs", {"commune_code": "01864"}, Idempotency_Key="k")
    again = someone.post("/v1/boxs", {"commune_code": "01864"}, Idempotency_Key='"k"')
    assert (again.status_code, again.json) == (201, first.json)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert someone.recorded() == 1
