"""The queries of reporting's reads, and what they mean; 422 names the wrong parameter."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import request

from services.reporting.detection.finding_versions import STATUSES
from services.reporting.detection.query import Times, Wanted
from services.reporting.domain.intervals import Kind, Severity
from services.reporting.domain.maps import WHICH
from services.reporting.rules import BY_CODE
from shared.clock import Clock, today
from shared.http.fields import Choice, Day, Instant, Uuid
from shared.http.query import AreaCode, Asked, Codes, PageQuery, Query, described
from shared.problems import FieldError, Problem, invalid


class When(Instant):
    """An instant of a query, whose plus sign may have arrived as a blank."""

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> datetime:
        return super()._deserialize(value.replace(" ", "+"), *rest, **more)


class TimesQuery(Query):
    """What every read of reporting takes."""

    valid_at = described(Day(), "Tình hình ngày (mặc định hôm nay) / As it was on a day (today)")
    known_at = described(
        When(), "Theo những gì đã ghi đến lúc / By what was recorded by an instant"
    )
    rules_at = described(Day(), "Theo quy tắc của ngày / By the rules of a day")
    map = described(
        Choice(WHICH, load_default="own"),
        "Bản đồ xã của số liệu / The map that totals use",
    )


class ListQuery(TimesQuery, PageQuery):
    """What every list of reporting takes."""


class AreaQuery(Query):
    """An area to look at, of those that the reader may see."""

    area = described(AreaCode(), "Địa bàn, CODE hoặc CODE@DATE / An area, CODE or CODE@DATE")


class FindingsFilters(TimesQuery, AreaQuery):
    """By what findings are chosen."""

    kind = described(Codes(Kind), "Loại / Kind")
    code = described(Codes(BY_CODE), "Mã quy tắc / Code of the rule")
    status = described(Codes(STATUSES), "Tình trạng / Status")
    household_id = described(Uuid(), "Hộ / The household")
    loan_id = described(Uuid(), "Khoản vay / The loan")
    min_severity = described(
        Choice([each.word for each in Severity], load_default=Severity.LOW.word),
        "Mức độ từ / Severity from",
    )


def times(query: Asked, clock: Clock) -> Times:
    """Give the three times of a query; by default today, now, and the rules of `valid_at`."""
    now = today(clock)
    return Times(
        valid_at=query.get("valid_at", now),
        known_at=query.get("known_at"),
        rules_at=query.get("rules_at"),
        today=now,
    )


def wanted(query: Asked) -> Wanted:
    """Give the filters of findings of a query."""
    return Wanted(
        kinds=query["kind"],
        codes=query["code"],
        statuses=query["status"],
        min_severity=Severity[query["min_severity"].upper()],
        household_id=query.get("household_id"),
        loan_id=query.get("loan_id"),
        area=query.get("area"),
    )


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
    try:
        return None if given is None else UUID(given)
    except ValueError:
        said = "cần một UUID / a UUID is needed"
        raise invalid([FieldError("/Consistency-Token", "wrong-type", said)]) from None


def not_yet_visible() -> Problem:
    """Give the 503 of a write that has not arrived here yet."""
    return Problem(
        "not-yet-visible",
        "Dữ liệu vừa ghi chưa tới đây, hãy thử lại / What you wrote is not here yet, try again",
        headers={"Retry-After": "1"},
    )
