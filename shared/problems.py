"""Answers and problem documents (RFC 9457): Vietnamese first, English beside it, a stable code."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.decider import Conflict, Malformed

TYPE = "https://giamngheo.vn/problems/"

TITLES: dict[str, tuple[int, str]] = {
    "not-json": (400, "Không phải JSON / Not JSON"),
    "not-http": (400, "Không phải HTTP / Not HTTP"),
    "unauthenticated": (401, "Chưa đăng nhập / Not signed in"),
    "role-missing": (403, "Không có quyền / Not your role"),
    "outside-area": (403, "Ngoài địa bàn / Outside your area"),
    "roles-conflict": (403, "Vai trò không đi cùng nhau / Roles that exclude each other"),
    "not-found": (404, "Không tìm thấy / Not found"),
    "method-not-allowed": (405, "Không dùng được cách gọi này / Method not allowed"),
    "not-acceptable": (406, "Không có dạng này / Not acceptable"),
    "too-slow": (408, "Gửi quá chậm / Sent too slowly"),
    "already-exists": (409, "Đã có / Already exists"),
    "request-in-progress": (409, "Yêu cầu đang được xử lý / Request in progress"),
    "contended": (409, "Có người khác vừa ghi / Others are writing"),
    "data-erased": (409, "Dữ liệu đã xóa / Data erased"),
    "history-out-of-order": (409, "Lịch sử sai thứ tự / History out of order"),
    "version-moved": (412, "Đã có thay đổi / It has changed"),
    "too-large": (413, "Quá lớn / Too large"),
    "unsupported-media": (415, "Không nhận dạng này / Unsupported media"),
    "invalid": (422, "Nội dung chưa đúng / Invalid content"),
    "idempotency-key-reused": (422, "Khóa đã dùng cho yêu cầu khác / Idempotency-Key reused"),
    "bad-cursor": (422, "Con trỏ không hợp lệ / Bad cursor"),
    "too-many": (429, "Quá nhiều yêu cầu / Too many requests"),
    "head-too-long": (431, "Phần đầu quá dài / Head too long"),
    "broken": (500, "Lỗi hệ thống / Internal error"),
    "evidence-contradicted": (503, "Bằng chứng mâu thuẫn / Evidence contradicted"),
    "evidence-unavailable": (503, "Không ghi được bằng chứng / Evidence cannot be written"),
    "unavailable": (503, "Tạm thời không phục vụ được / Unavailable"),
    "not-yet-visible": (503, "Chưa hiển thị / Not yet visible"),
}

FIELD_CODES = (
    "required",
    "unknown-field",
    "wrong-type",
    "not-in-list",
    "in-future",
    "date-required",
    "out-of-range",
    "out-of-order",
    "unknown-area",
)


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field that cannot be right: where, why, and what to do."""

    pointer: str
    code: str
    message: str

    def document(self) -> dict[str, str]:
        """Give the item of `errors`."""
        return {"pointer": self.pointer, "code": self.code, "message": self.message}


class Problem(Exception):  # noqa: N818 - the standard's word
    """An answer that is a problem document."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        errors: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        status: int | None = None,
        title: str | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        known_status, known_title = TITLES.get(code, (409, detail))
        self.code, self.detail = code, detail
        self.status = known_status if status is None else status
        self.title = known_title if title is None else title
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})

    def document(self) -> dict[str, Any]:
        """Give the members of the document."""
        found: dict[str, Any] = {
            "type": TYPE + self.code,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
        }
        if self.errors:
            found["errors"] = [error.document() for error in self.errors]
        return found | self.extra


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered with, before it becomes a response of Flask."""

    status: int
    document: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


def as_answer(problem: Problem) -> Answer:
    """Give a problem as an answer."""
    return Answer(problem.status, problem.document(), problem.headers)


MOST_ERRORS = 20
"""An answer names: whoever has more wrong than this reads of the rest when these are right."""


def invalid(errors: Iterable[FieldError]) -> Problem:
    """Give the 422 that names the fields which cannot be right, the first twenty."""
    found = tuple(errors)
    listed = found[:MOST_ERRORS]
    named = ", ".join(sorted({error.pointer or "/" for error in listed}))
    if more := len(found) - len(listed):
        named += f" (+ {more})"
    return Problem(
        "invalid", f"Hãy sửa các trường: {named} / Correct these fields: {named}", errors=listed
    )


def not_found() -> Problem:
    """Give the 404 that tells neither absence nor lack of right apart."""
    return Problem(
        "not-found",
        "Không có trong địa bàn của bạn, hoặc mã sai / Not in your area, or the id is wrong",
    )


def problem_of(refusal: Conflict | Malformed | Problem) -> Problem:
    """Give the problem of what the core refused."""
    if isinstance(refusal, Problem):
        return refusal
    if isinstance(refusal, Malformed):
        return invalid([FieldError(refusal.pointer, refusal.code, refusal.message)])
    if refusal.status == 404:  # noqa: PLR2004 - HTTP's number
        return not_found()
    return Problem(
        refusal.code,
        refusal.detail,
        status=refusal.status,
        title=TITLES.get(refusal.code, (0, "Bị từ chối / Refused"))[1],
        extra=refusal.extra(),
    )
