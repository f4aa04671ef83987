"""The kinds of field that bodies are made of: strict, and with texts that say the remedy.

A message is `code: tiếng Việt / English`; the code is one of the contract's field codes.
`null` means absent wherever a field is not required.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from shared.bodies import UNKNOWN

LARGEST = 2**53 - 1
"""The largest whole number that every reader of JSON holds exactly."""
TEXT_LENGTH = 1000

REQUIRED = "required: thiếu trường này / this field is required"
_OBJECT = "wrong-type: cần một đối tượng JSON / a JSON object is needed"
_BLANK = "required: không để trống / it must not be blank"
_TWICE = "out-of-range: đã nêu ở trên, hãy bỏ bớt / it is named above already, leave it out"

_NO_POINT = "Viết không có dấu chấm: `1.0` bị từ chối / Written without a point: `1.0` is refused"

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_YEARS = "^(19[0-9]{2}|2[01][0-9]{2}|2200)-[0-9]{2}-[0-9]{2}$"
_PLAIN = r"\x00-\x08\x0b\x0c\x0e-\x1f"
COMMUNE = "^[0-9]{5}$"
AREA = r"^[0-9]{2,5}(@[0-9]{4}-[0-9]{2}-[0-9]{2})?$"
_WRITTEN = rf"^[^{_PLAIN}]*[^{_PLAIN}\s][^{_PLAIN}]*$"
"""The same for the document: the years, and what is neither blank nor has control characters."""


class BodySchema(Schema):
    """A JSON object with exactly its declared fields."""

    class Meta:
        """Refuse what is not declared."""

        unknown = RAISE

    error_messages = {"unknown": UNKNOWN, "type": _OBJECT}  # noqa: RUF012 - marshmallow's own form


def _wrong(vi: str, en: str) -> str:
    return f"wrong-type: cần {vi} / {en} is needed"


def _options(given: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Give marshmallow's options, with our texts."""
    required = bool(given.get("required"))
    messages = {"required": REQUIRED, "null": REQUIRED if required else kind, "invalid": kind}
    return {"allow_none": not required, "error_messages": messages, **given}


class Uuid(fields.UUID):
    """An id, in its usual form with hyphens."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**_options(options, _wrong("một mã UUID", "a UUID")))

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> UUID:
        if not isinstance(value, str) or not _UUID.fullmatch(value):
            raise self.make_error("invalid")
        return UUID(value)


class Day(fields.Date):
    """A date, `YYYY-MM-DD`."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("metadata", {"pattern": _YEARS})
        super().__init__(**_options(options, _wrong("ngày dạng YYYY-MM-DD", "a date YYYY-MM-DD")))

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> date:
        if not isinstance(value, str) or not _DATE.fullmatch(value):
            raise self.make_error("invalid")
        try:
            day = date.fromisoformat(value)
        except ValueError as problem:
            raise self.make_error("invalid") from problem
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise ValidationError(
                f"out-of-range: năm {_FIRST_YEAR}–{_LAST_YEAR} / years {_FIRST_YEAR}–{_LAST_YEAR}"
            )
        return day


class Instant(fields.DateTime):
    """An RFC 3339 instant with its offset."""

    def __init__(self, **options: Any) -> None:
        kind = _wrong("thời điểm RFC 3339 có múi giờ", "an RFC 3339 instant with its offset")
        super().__init__(**_options(options, kind))

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        try:
            found = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            found = None
        if found is None or found.tzinfo is None:
            raise self.make_error("invalid")
        return found


class Whole(fields.Integer):
    """A whole number; a fraction, a text and a truth value are refused."""

    kind = _wrong("số nguyên", "a whole number")

    def __init__(self, minimum: int = 0, maximum: int = LARGEST, **options: Any) -> None:
        error = f"out-of-range: từ {minimum} đến {maximum} / from {minimum} to {maximum}"
        limits = validate.Range(minimum, maximum, error=error)
        options["metadata"] = {"description": _NO_POINT, **options.get("metadata", {})}
        super().__init__(**_options({"validate": limits, **options}, self.kind))

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.make_error("invalid")
        return value


class Vnd(Whole):
    """Money: a whole number of đồng, never negative."""

    kind = _wrong("số đồng nguyên, không âm, không lẻ", "a whole number of đồng, 0 or more")


class Flag(fields.Boolean):
    """Yes or no: `true` or `false` and nothing that looks like it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**_options(options, _wrong("true hoặc false", "true or false")))

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return value


class Text(fields.String):
    """A text that is not blank, of at most `longest` characters, without control characters."""

    def __init__(self, longest: int = TEXT_LENGTH, **options: Any) -> None:
        error = f"out-of-range: tối đa {longest} ký tự / at most {longest} characters"
        limit = validate.Length(max=longest, error=error)
        given = {"validate": limit, "metadata": {"pattern": _WRITTEN, "minLength": 1}, **options}
        super().__init__(**_options(given, _wrong("chữ", "a text")))

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if not isinstance(value, str) or _CONTROL.search(value):
            raise self.make_error("invalid")
        if not value.strip():
            raise ValidationError(_BLANK)
        return value


class Pattern(Text):
    """A text of a form, such as a SHA-256."""

    def __init__(self, form: str, vi: str, en: str, **options: Any) -> None:
        shaped = validate.Regexp(f"(?:{form})\\Z", error=_wrong(vi, en))
        said = {"pattern": f"^(?:{form})$"}  # as JSON Schema writes it
        super().__init__(**{"validate": shaped, "metadata": said, **options})


class CommuneCode(Text):
    """A commune's code; whether there is such a commune, the map of the day says."""

    def __init__(self, longest: int = 5, **options: Any) -> None:
        super().__init__(longest, metadata={"pattern": COMMUNE}, **options)


class AreaText(Text):
    """An area, `CODE` or `CODE@DATE`; whether there is one, the map says."""

    def __init__(self, **options: Any) -> None:
        super().__init__(40, **{"metadata": {"pattern": AREA}, **options})


class Choice(Text):
    """A code from a published list."""

    def __init__(self, codes: Sequence[str], **options: Any) -> None:
        listed = ", ".join(codes)
        error = f"not-in-list: một trong / one of: {listed}"
        listed_only = validate.OneOf(list(codes), error=error)
        super().__init__(**{"validate": listed_only, "metadata": {}, **options})


class Part(fields.Nested):
    """An object within the body."""

    def __init__(self, schema: type[Schema], **options: Any) -> None:
        super().__init__(schema, **_options(options, _OBJECT))


class Many(fields.List[Any]):
    """A list, by default of at most 200, without null: nothing in a list is absent."""

    def __init__(
        self, inner: fields.Field[Any], fewest: int = 0, most: int = 200, **options: Any
    ) -> None:
        error = f"out-of-range: từ {fewest} đến {most} mục / from {fewest} to {most} items"
        limits = validate.Length(fewest, most, error=error)
        given = {"validate": limits, **options}
        inner.allow_none = False
        super().__init__(inner, **_options(given, _wrong("một danh sách", "a list")))


class Distinct(Many):
    """A list that stands for a set: nothing in it twice."""

    def __init__(self, inner: fields.Field[Any], **options: Any) -> None:
        super().__init__(inner, metadata={"uniqueItems": True}, **options)
        self.validators.append(_each_once)


def _each_once(values: Sequence[Any]) -> None:
    for index, value in enumerate(values):
        if value in values[:index]:
            raise ValidationError({index: [_TWICE]})
