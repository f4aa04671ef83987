"""How endpoints are declared: flask-smorest, typed, with queries that are held to a schema."""

from collections.abc import Callable, Iterable
from typing import Any, cast

from flask import Request
from flask_smorest import Blueprint
from marshmallow import Schema
from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy

from shared.http.openapi import answer_of
from shared.http.query import PageQuery, Query, names
from shared.http.refusals import refusal
from shared.http.shapes import OBJECT, Shape, page_of
from shared.http.who import caller
from shared.problems import FieldError, invalid

View = Callable[..., Any]


class _Parser(FlaskParser):
    """webargs, which asks for the token first: without it nothing is told, not even this."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {}  # noqa: RUF012 - webargs' own form

    def load_querystring(self, req: Request, schema: Schema) -> MultiDictProxy:
        """Refuse what stands twice where one of the two would change nothing."""
        caller()
        found = cast("MultiDictProxy", super().load_querystring(req, schema))
        single = names(schema) - found.multiple_keys
        twice = [name for name, texts in req.args.lists() if name in single and len(texts) > 1]
        if twice:
            said = "chỉ một lần / once only"
            raise invalid(FieldError(f"/{name}", "out-of-range", said) for name in sorted(twice))
        return found


class StrictBlueprint(Blueprint):  # type: ignore[misc] # flask-smorest has no types
    """flask-smorest's blueprint, for endpoints that refuse what is not in their query's schema."""

    ARGUMENTS_PARSER = _Parser()

    def get(
        self,
        rule: str,
        query: type[Schema] = Query,
        shape: Shape | None = None,
        *,
        semantic: Iterable[str] = (),
        **options: Any,
    ) -> Callable[[View], View]:
        """Declare a read, whose view is given its query first.

        `shape` is that of its answer; of one item, where the query has pages. `semantic` are codes
        of a 422 that no schema can say.
        """
        said = page_of(shape or OBJECT) if issubclass(query, PageQuery) else shape
        responses = {} if said is None else answer_of("application/json", said)
        if semantic:
            responses["422"] = refusal(422, semantic=semantic)

        def declare(view: View) -> View:
            asked = self.arguments(query(), location="query")(view)
            self.route(rule, **options)(self.doc(responses=responses)(asked))
            return view

        return declare

    def post(
        self,
        rule: str,
        body: type[Schema] | None = None,
        shape: Shape | None = None,
        *,
        query: type[Schema] | None = None,
        required: bool = True,
        status: int = 200,
        semantic: Iterable[str] = (),
        **options: Any,
    ) -> Callable[[View], View]:
        """Declare what is asked for or sent by a POST, for the document: the view reads the body.

        The view is given its query first, where it has one.
        """
        good = shape or OBJECT
        if query is not None and issubclass(query, PageQuery):
            good = page_of(good)
        said: dict[str, Any] = {"responses": answer_of("application/json", good, status)}
        if semantic:
            said["responses"]["422"] = refusal(422, semantic=semantic)
        if body is not None:
            content = {"application/json": {"schema": body}}
            said["requestBody"] = {"required": required, "content": content}

        def declare(view: View) -> View:
            asked = view if query is None else self.arguments(query(), location="query")(view)
            self.route(rule, methods=["POST"], **options)(self.doc(**said)(asked))
            return view

        return declare
