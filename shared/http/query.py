"""The query of a request: one schema declares its parameters for the document and reads them."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from marshmallow import RAISE, Schema, ValidationError, fields

from shared.areas import Area, Scope, UnknownArea
from shared.http.fields import AREA, Choice, Whole
from shared.http.lengths import CURSOR
from shared.http.limits import Limits

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
