"""The query of a request: one schema declares its parameters for the document and reads them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

from flask import request
from marshmallow import RAISE, Schema, ValidationError, fields

from shared.areas import Area, Scope, UnknownArea
from shared.http.fields import AREA, COMMUNE, Choice, Whole
from shared.http.lengths import CURSOR
from shared.http.limits import Limits
from shared.http.who import caller
from shared.problems import FieldError, invalid

View = Callable[..., Any]
Asked = Mapping[str, Any]
"""What stood in a query, as its schema read it; nothing of what was not given."""
_F = TypeVar("_F", bound=fields.Field[Any])
_DIGITS = re.compile("-?[0-9]+")


class Query(Schema):
    """What may stand in a query: each parameter once, and no other, which would change nothing."""

    class Meta:
        """Refuse what is not declared."""

        unknown = RAISE

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        may = ", ".join(sorted(names(self))) or "—"
        said = f"không có tham số này, chỉ có: {may} / no such parameter, there are: {may}"
        self.error_messages = {**self.error_messages, "unknown": f"unknown-field: {said}"}

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:  # noqa: ARG002 - marshmallow's form
        """Say that nothing in a query is null."""
        field_obj.allow_none = False


def names(schema: Schema) -> set[str]:
    """Return the parameters of a query by their names outside."""
    return {each.data_key or name for name, each in schema.fields.items()}


def described(parameter: _F, text: str) -> _F:
    """Return the parameter with what the document says of it, in both languages."""
    parameter.metadata = {**parameter.metadata, "description": text}
    return parameter


class Number(Whole):
    """A whole number, written in digits."""

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> int:
        if not _DIGITS.fullmatch(value):
            raise self.make_error("invalid")
        return super()._deserialize(int(value), *rest, **more)


class Codes(fields.List[Any]):
    """Codes of a list, repeated or separated by commas; none where it is not given."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.codes = {str(code): code for code in codes}
        super().__init__(Choice(tuple(self.codes), required=True), load_default=frozenset())

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        given = [part for text in value for part in text.split(",")]
        if not all(part in self.codes for part in given):
            raise ValidationError(f"not-in-list: một trong / one of: {', '.join(self.codes)}")
        return frozenset(self.codes[part] for part in given)


class AreaCode(fields.String):
    """A commune, district or province, `CODE` or `CODE@DATE`; read as what it holds."""

    def __init__(self) -> None:
        super().__init__(metadata={"pattern": AREA})

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        try:
            return Scope.of([Area.parse(value)])
        except UnknownArea as problem:
            raise ValidationError(f"unknown-area: {problem}") from problem


class PageQuery(Query):
    """What every list takes."""

    limit = described(
        Number(1, Limits().page, load_default=Limits().default_page),
        "Số mục mỗi trang (mặc định 50) / Items of a page (50)",
    )
    cursor = described(
        fields.String(metadata={"maxLength": CURSOR}),
        "Đọc tiếp từ `next_cursor` / Go on from `next_cursor`",
    )


NUL = "\0"
"""PostgreSQL keeps no text with it, so nothing is found by it."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its name, its JSON schema, and what it asks for in both languages."""

    name: str
    schema: dict[str, Any]
    text: str
    required: bool = field(default=False, kw_only=True)

    def document(self) -> dict[str, Any]:
        """Give the parameter as the OpenAPI document has it."""
        return {
            "name": self.name,
            "in": "query",
            "required": self.required,
            "description": self.text,
            "schema": self.schema,
        }


def takes(*parameters: Parameter) -> Callable[[View], View]:
    """Declare all parameters of a read; 422 naming any other, which would change nothing.

    Also where one is given twice that is no list: one of the two would change nothing.
    """
    known = frozenset(parameter.name for parameter in parameters)
    lists = frozenset(each.name for each in parameters if each.schema.get("type") == "array")

    def declare(view: View) -> View:
        @wraps(view)
        def asked(*args: Any, **ids: Any) -> Any:
            caller()  # without a token nothing is told, not even this
            _refuse_others(known)
            _refuse_twice(known - lists)
            return view(*args, **ids)

        said = getattr(view, "_apidoc", {})
        documents = [parameter.document() for parameter in parameters]
        manual = {**said.get("manual_doc", {}), "parameters": documents}
        asked._apidoc = {**said, "manual_doc": manual}  # type: ignore[attr-defined]  # noqa: SLF001 - where flask-smorest looks
        return asked

    return declare


def a_date(name: str, text: str) -> Parameter:
    """Declare a date."""
    return Parameter(name, {"type": "string", "format": "date"}, text)


def an_id(name: str, text: str) -> Parameter:
    """Declare a UUID."""
    return Parameter(name, {"type": "string", "format": "uuid"}, text)


def a_code(name: str, codes: Sequence[str], text: str, *, required: bool = False) -> Parameter:
    """Declare a code of a list."""
    return Parameter(name, {"type": "string", "enum": list(codes)}, text, required=required)


def some_codes(name: str, codes: Sequence[str], text: str) -> Parameter:
    """Declare codes of a list, repeated or separated by commas."""
    schema = {"type": "array", "items": {"type": "string", "enum": [str(code) for code in codes]}}
    return Parameter(name, schema, text)


def an_instant(name: str, text: str) -> Parameter:
    """Declare an instant with its offset."""
    return Parameter(name, {"type": "string", "format": "date-time"}, text)


def an_area(name: str, text: str) -> Parameter:
    """Declare a code of a commune, district or province, `CODE` or `CODE@DATE`."""
    pattern = r"^[0-9]{2,5}(@[0-9]{4}-[0-9]{2}-[0-9]{2})?$"
    return Parameter(name, {"type": "string", "pattern": pattern}, text)


def a_commune(name: str, text: str) -> Parameter:
    """Declare a commune's code."""
    return Parameter(name, {"type": "string", "pattern": COMMUNE}, text)


def a_text(name: str, text: str) -> Parameter:
    """Declare a text."""
    return Parameter(name, {"type": "string", "pattern": r"^[^\x00]*$"}, text)


def a_number(name: str, least: int, most: int, text: str, *, required: bool = False) -> Parameter:
    """Declare a whole number within bounds."""
    schema = {"type": "integer", "minimum": least, "maximum": most}
    return Parameter(name, schema, text, required=required)


PAGE = (
    a_number("limit", 1, 500, "Số mục mỗi trang (mặc định 50) / Items of a page (50)"),
    a_text("cursor", "Đọc tiếp từ `next_cursor` / Go on from `next_cursor`"),
)
"""What every list takes."""


def _refuse_others(known: frozenset[str]) -> None:
    for name, text in request.args.items(multi=True):
        if NUL in text and name in known:
            said = "không được có ký tự số 0 / it must not have the character of number 0"
            raise invalid([FieldError(f"/{name}", "wrong-type", said)])
    others = sorted(set(request.args) - known)
    if not others:
        return
    may = ", ".join(sorted(known)) or "—"
    said = f"không có tham số này, chỉ có: {may} / no such parameter, there are: {may}"
    raise invalid(FieldError(f"/{name}", "unknown-field", said) for name in others)


def _refuse_twice(single: frozenset[str]) -> None:
    twice = sorted(name for name in single if len(request.args.getlist(name)) > 1)
    if twice:
        said = "chỉ một lần / once only"
        raise invalid(FieldError(f"/{name}", "out-of-range", said) for name in twice)
