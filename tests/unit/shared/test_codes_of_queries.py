"""What a query of the right form may be refused for follows from its parameters."""

from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema

from shared.http.fields import CommuneCode, Day
from shared.http.query import AreaCode, PageQuery, Query
from shared.http.refusals import refusal, with_query

_SPEC = APISpec("things", "v1", "3.1.0", plugins=[plugin := MarshmallowPlugin()])


def codes(said: Any, query: type[Schema]) -> list[str]:
    assert plugin.converter is not None
    found = with_query(said, plugin.converter.schema2parameters(query(), location="query"))
    assert found["content"] == refusal(422)["content"]
    return list(found["x-semantic-codes"])


def test_a_read_without_areas_and_pages_refuses_nothing_of_the_right_form() -> None:
    on_a_day = Query.from_dict({"on": Day()})
    assert codes("#/components/responses/UNPROCESSABLE_ENTITY", on_a_day) == []


def test_areas_and_cursors_are_refused_where_they_are_asked_for() -> None:
    asked = PageQuery.from_dict({"area": AreaCode(), "commune": CommuneCode()})
    assert codes(None, asked) == ["bad-cursor", "unknown-area /area", "unknown-area /commune"]


def test_what_a_read_declares_besides_stays() -> None:
    said = refusal(422, semantic=["in-future /year"])
    assert codes(said, PageQuery) == ["bad-cursor", "in-future /year"]
