"""Sheets sent as an officer's program sends them, and the work that follows."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook
from werkzeug.test import TestResponse

from services.households.api.imports import turn
from tests.support.service_app import Running, Speaker

HEADS = (
    "Mã hộ", "Mã xã", "Thôn", "Khu vực", "Ngày đăng ký", "Dân tộc", "Họ và tên",
    "Quan hệ với chủ hộ", "Ngày sinh", "Giới tính", "Khả năng lao động", "Số căn cước",
)  # fmt: skip


def row(code: str, name: str = "Nông Văn Một", **more: str) -> list[str]:
    """Give a row of the sheet of households; `more` says what its other cells hold."""
    cells = {
        "commune": "01858", "village": "Nà Lẹng", "area": "Nông thôn", "registered": "10/01/2024",
        "ethnicity": "Tày", "relation": "Chủ hộ", "born": "20/11/1980", "sex": "Nam",
        "able": "Có", "citizen": "",
    } | more  # fmt: skip
    names = ("commune", "village", "area", "registered", "ethnicity")
    rest = ("relation", "born", "sex", "able", "citizen")
    return [code, *(cells[key] for key in names), name, *(cells[key] for key in rest)]


def as_csv(*rows: Sequence[str], heads: Sequence[str] = HEADS, mark: str = ";") -> bytes:
    made = StringIO()
    csv.writer(made, delimiter=mark).writerows([heads, *rows])
    return made.getvalue().encode()


def as_xlsx(*rows: Sequence[Any]) -> bytes:
    book = Workbook()
    page = book.active
    for cells in rows:
        page.append(list(cells))
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def send(by: Speaker, raw: bytes, kind: str = "households", **asked: str) -> TestResponse:
    parts: Mapping[str, Any] = {"file": (BytesIO(raw), "danh-sach.csv")}
    return by.client.post(
        "/v1/imports",
        query_string={"kind": kind, **asked},
        data=parts,
        content_type="multipart/form-data",
        headers=by.who,
    )


def work(service: Running) -> None:
    """Do what a worker finds to do, until there is nothing."""
    while turn(service.runtime):
        pass


def imported(
    service: Running, by: Speaker, raw: bytes, kind: str = "households", **asked: str
) -> dict[str, Any]:
    """Send a sheet, let it be worked on, and give what is told of it in the end."""
    answer = send(by, raw, kind, **asked)
    assert answer.status_code == 202, answer.get_data(as_text=True)
    work(service)
    found = by.sees(answer.headers["Location"])
    assert found["status"] == "done"
    assert found["id"] == json.loads(answer.get_data())["id"]
    return found


def fared(found: Mapping[str, Any]) -> tuple[int, int, int]:
    """Give how many rows were recorded, unchanged, refused."""
    return found["recorded"], found["unchanged"], found["refused"]


def told(found: Mapping[str, Any]) -> list[tuple[int, str, str]]:
    """Give where each error is and which."""
    return [(error["row"], error["column"], error["code"]) for error in found["errors"]]
