"""What a query of the right form may be refused for follows from its parameters."""

from typing import Any

from shared.http.query import PAGE, a_commune, a_date, an_area
from shared.http.refusals import refusal, with_query


def codes(said: Any, *parameters: Any) -> list[str]:
    found = with_query(said, [each.document() for each in parameters])
    assert found["content"] == refusal(422)["content"]
    return list(found["x-semantic-codes"])


def test_a_read_without_areas_and_pages_refuses_nothing_of_the_right_form() -> None:
    assert codes("#/components/responses/UNPROCESSABLE_ENTITY", a_date("on", "Ngày / Day")) == []


def test_areas_and_cursors_are_refused_where_they_are_asked_for() -> None:
    asked = (an_area("area", "Địa bàn / Area"), a_commune("commune", "Xã / Commune"), *PAGE)
    assert codes(None, *asked) == ["bad-cursor", "unknown-area /area", "unknown-area /commune"]


def test_what_a_read_declares_besides_stays() -> None:
    said = refusal(422, semantic=["in-future /year"])
    assert codes(said, *PAGE) == ["bad-cursor", "in-future /year"]
