"""The answers that the server gives by itself, as problem documents like all others."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from waitress.task import ErrorTask
from waitress.utilities import Error

from shared.codec import canonical
from shared.metrics import TURNED_AWAY
from shared.problems import Problem, as_answer


class Refusal(Error):  # type: ignore[misc] # noqa: N818 - waitress carries no types
    """A request that no app sees, and why."""

    def __init__(self, problem: Problem, why: str, *, whole: bool = False) -> None:
        super().__init__(problem.detail)
        self.problem, self.why = problem, why
        self.code = problem.status
        self.whole = whole
        """All of the request is here: what follows it is another."""


def busy(*, whole: bool) -> Refusal:
    """Return the 503 of a worker with as many requests as it may hold; nothing was done."""
    said = "Đang có quá nhiều yêu cầu, hãy gửi lại / Too many requests are waiting, send it again"
    problem = Problem("unavailable", said, headers={"Retry-After": "1"})
    return Refusal(problem, "busy", whole=whole)


def too_slow() -> Refusal:
    """Return the 408 of a request that did not arrive in time; nothing was done."""
    said = (
        "Yêu cầu không tới đủ kịp, hãy gửi lại / The request did not arrive in time, send it again"
    )
    return Refusal(Problem("too-slow", said), "slow")


def head_too_long(most: int) -> Refusal:
    """Return the 431 of a head longer than so many bytes."""
    said = f"Phần đầu tối đa {most} byte / The request line and headers may have {most} bytes"
    return Refusal(Problem("head-too-long", said), "long")


def too_many_headers(most: int) -> Refusal:
    """Return the 431 of a head with more than so many headers."""
    said = f"Tối đa {most} dòng đầu / At most {most} headers"
    return Refusal(Problem("head-too-long", said), "long")


def body_too_large(most: int) -> Refusal:
    """Return the 413 of a body of more than so many bytes."""
    said = f"Tối đa {most} byte, hãy chia nhỏ / At most {most} bytes, split it"
    return Refusal(Problem("too-large", said), "long")


def not_http() -> Refusal:
    """Return the 400 of what is no request."""
    said = "Nội dung gửi đến không đúng dạng HTTP / What was sent is not in HTTP's form"
    return Refusal(Problem("not-http", said), "malformed")


def broken() -> Refusal:
    """Return the 500 of an app that raised what it should have answered."""
    return Refusal(Problem("broken", "Lỗi hệ thống, hãy thử lại / Internal error"), "broken")


class RefusalTask(ErrorTask):  # type: ignore[misc] # waitress carries no types
    """Writes a refusal."""

    def execute(self) -> None:
        """Write it; unless the whole request was read, the connection ends with it."""
        found: Any = self.request.error
        refusal = found if isinstance(found, Refusal) else broken()
        TURNED_AWAY.labels(refusal.why).inc()
        answer = as_answer(refusal.problem)
        body = canonical(answer.document)
        self.status = f"{answer.status} {HTTPStatus(answer.status).phrase}"
        self.response_headers.append(("Content-Type", "application/problem+json"))
        self.response_headers.extend(answer.headers.items())
        if not refusal.whole or self.channel.server.retiring:
            self.channel.reads_away = True
            self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)
