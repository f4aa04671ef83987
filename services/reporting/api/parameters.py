"""Reading the query parameters that reporting's reads have in common; 422 names the wrong one."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from flask import request

from services.reporting.detection.finding_versions import STATUSES
from services.reporting.detection.query import Times, Wanted
from services.reporting.domain.intervals import Kind, Severity
from services.reporting.domain.maps import WHICH, Which
from services.reporting.rules import BY_CODE
from shared.areas import Area, Scope, UnknownArea
from shared.clock import Clock, today
from shared.http.query import (
    PAGE,
    Parameter,
    View,
    a_code,
    a_date,
    an_area,
    an_id,
    an_instant,
    some_codes,
    takes,
)
from shared.problems import FieldError, Problem, invalid

T = TypeVar("T", bound=str)

TIMES = (
    a_date("valid_at", "Tình hình ngày (mặc định hôm nay) / As it was on a day (today)"),
    an_instant("known_at", "Theo những gì đã ghi đến lúc / By what was recorded by an instant"),
    a_date("rules_at", "Theo quy tắc của ngày / By the rules of a day"),
    a_code("map", WHICH, "Bản đồ xã của số liệu / The map that totals use"),
)
"""What every read of reporting takes."""
AREA = an_area("area", "Địa bàn, CODE hoặc CODE@DATE / An area, CODE or CODE@DATE")
FINDINGS = (
    some_codes("kind", tuple(Kind), "Loại / Kind"),
    some_codes("code", tuple(BY_CODE), "Mã quy tắc / Code of the rule"),
    some_codes("status", STATUSES, "Tình trạng / Status"),
    AREA,
    an_id("household_id", "Hộ / The household"),
    an_id("loan_id", "Khoản vay / The loan"),
    a_code("min_severity", [each.word for each in Severity], "Mức độ từ / Severity from"),
)
_TIMES = frozenset(each.name for each in TIMES)
_PAGING = frozenset(each.name for each in PAGE)


def reads(*parameters: Parameter) -> Callable[[View], View]:
    """Declare what a read takes beside the times."""
    return takes(*parameters, *TIMES)


def lists(*parameters: Parameter) -> Callable[[View], View]:
    """Declare what a list takes beside the times and the pages."""
    return takes(*parameters, *TIMES, *PAGE)


def only(*names: str) -> None:
    """Refuse parameters that a read does not have: a mistyped filter must not show everything."""
    unknown = sorted(set(request.args) - {*names, *_TIMES, *_PAGING})
    if unknown:
        text = "không có tham số này / there is no such parameter"
        raise invalid(FieldError(f"/{name}", "unknown-field", text) for name in unknown)


def times(clock: Clock) -> Times:
    """Read the three times; by default today, now, and the rules of `valid_at`."""
    valid_at = _date("valid_at")
    which()  # a wrong word is named also where nothing is added up
    now = today(clock)
    return Times(
        valid_at=valid_at or now,
        known_at=_instant("known_at"),
        rules_at=_date("rules_at"),
        today=now,
    )


def which() -> Which:
    """Read on which map of communes figures are told."""
    return _one("map", WHICH) or "own"


def wanted() -> Wanted:
    """Read the filters of findings."""
    severity = _one("min_severity", [each.word for each in Severity])
    return Wanted(
        kinds=frozenset(Kind(kind) for kind in _some("kind", list(Kind))),
        codes=frozenset(_some("code", list(BY_CODE))),
        statuses=frozenset(_some("status", STATUSES)),
        min_severity=Severity[severity.upper()] if severity else Severity.LOW,
        household_id=_id("household_id"),
        loan_id=_id("loan_id"),
        area=area(),
    )


def area() -> Scope | None:
    """Read the area filter, `CODE` or `CODE@DATE`."""
    given = request.args.get("area")
    if given is None:
        return None
    try:
        return Scope.of([Area.parse(given)])
    except UnknownArea as problem:
        raise invalid([FieldError("/area", "unknown-area", str(problem))]) from None


def language() -> str:
    """Give the language the reader prefers: Vietnamese unless they ask for English."""
    return request.accept_languages.best_match(["vi", "en"], default="vi") or "vi"


def seconds_to_wait() -> float:
    """Read `Prefer: wait=<s>`, at most 30."""
    for part in request.headers.get("Prefer", "").split(","):
        name, _, value = part.strip().partition("=")
        if name == "wait" and value.isascii() and value.isdigit():
            return float(min(int(value[:4]), 30))
    return 0.0


def token() -> UUID | None:
    """Read the Consistency-Token; 422 if it cannot be one."""
    given = request.headers.get("Consistency-Token")
    return None if given is None else _uuid("Consistency-Token", given)


def not_yet_visible() -> Problem:
    """Give the 503 of a write that has not arrived here yet."""
    return Problem(
        "not-yet-visible",
        "Dữ liệu vừa ghi chưa tới đây, hãy thử lại / What you wrote is not here yet, try again",
        headers={"Retry-After": "1"},
    )


def household() -> UUID | None:
    """Read the filter of one household."""
    return _id("household_id")


def day_of(name: str) -> date | None:
    """Read a date."""
    return _date(name)


def instant_of(name: str) -> datetime | None:
    """Read an instant."""
    return _instant(name)


def some(name: str, allowed: Iterable[T]) -> list[T]:
    """Read a list of words, repeated or separated by commas."""
    return _some(name, allowed)


def choice(name: str, allowed: Iterable[T]) -> T | None:
    """Read one word of several."""
    return _one(name, allowed)


def _date(name: str) -> date | None:
    given = request.args.get(name)
    if given is None:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise _wrong(name, "ngày YYYY-MM-DD / a date YYYY-MM-DD") from None


def _instant(name: str) -> datetime | None:
    given = request.args.get(name)
    if given is None:
        return None
    try:
        # a plus sign that was not escaped arrives as a blank
        found = datetime.fromisoformat(given.replace(" ", "+"))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise _wrong(name, "thời điểm RFC 3339 có múi giờ / an RFC 3339 instant with its offset")
    return found


def _id(name: str) -> UUID | None:
    given = request.args.get(name)
    return None if given is None else _uuid(name, given)


def _uuid(name: str, given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise _wrong(name, "một UUID / a UUID") from None


def _some(name: str, allowed: Iterable[T]) -> list[T]:
    """Read a list: repeated, or separated by commas."""
    known = {str(each): each for each in allowed}
    given = [part for text in request.args.getlist(name) for part in text.split(",") if part]
    if any(part not in known for part in given):
        listed = ", ".join(known)
        raise invalid([FieldError(f"/{name}", "not-in-list", f"một trong / one of: {listed}")])
    return [known[part] for part in given]


def _one(name: str, allowed: Iterable[T]) -> T | None:
    found = _some(name, allowed)
    return found[0] if found else None


def _wrong(name: str, text: str) -> Problem:
    return invalid([FieldError(f"/{name}", "wrong-type", f"cần {text} is needed")])
