"""Findings as a sheet for the office: one row each, headings in Vietnamese and English. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from shared.sheets.writing import Numbered

COLUMNS: tuple[tuple[str, str], ...] = (
    ("code", "Mã quy tắc / Rule"),
    ("title", "Phát hiện / Finding"),
    ("kind", "Loại / Kind"),
    ("severity", "Mức độ / Severity"),
    ("status", "Trạng thái / Status"),
    ("opened_on", "Mở ngày / Opened on"),
    ("closed_on", "Đóng ngày / Closed on"),
    ("assignee", "Người xử lý / Assignee"),
    ("explain_by", "Hạn giải trình / Explain by"),
    ("area", "Mã xã / Commune code"),
    ("area_name", "Xã / Commune"),
    ("household_ids", "Hộ / Households"),
    ("loan_id", "Khoản vay / Loan"),
    ("reason", "Lý do / Reason"),
    ("finding_id", "Mã phát hiện / Finding id"),
)
"""The members of a finding as lists show it, in the order of the sheet."""


def rows(items: Iterable[Mapping[str, Any]]) -> Iterator[Numbered]:
    """Give the headings and a row for each finding."""
    yield 1, [heading for _, heading in COLUMNS]
    for number, item in enumerate(items, 2):
        yield number, [_text(item[name]) for name, _ in COLUMNS]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return str(value)
