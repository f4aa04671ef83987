"""A loading waits for what the log has not brought to a service yet, and for nothing else."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from cli.loading import LINES_AT_ONCE, History, Queues, until_heard

TAKEN: dict[str, Any] = {"key": "1", "status": 201, "body": {}}


def refused(code: str) -> dict[str, Any]:
    return {"key": "2", "status": 409, "body": {"code": code}}


@pytest.mark.parametrize(
    ("answers", "attempts"),
    [
        ([[TAKEN]], 1),
        ([[TAKEN, refused("would-open-findings")], [TAKEN, TAKEN]], 2),
        ([[TAKEN, refused("over-repayment"), refused("would-open-findings")]], 1),
    ],
)
def test_only_what_would_open_findings_is_sent_again(
    answers: list[list[dict[str, Any]]], attempts: int
) -> None:
    coming: Iterator[list[dict[str, Any]]] = iter(answers)
    pauses: list[None] = []
    assert until_heard(lambda: next(coming), lambda: pauses.append(None)) == answers[-1]
    assert len(pauses) == attempts - 1


class Sending(History):
    """Remembers what is sent to whom instead of sending it."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, list[str]]] = []

    def send(self, name: str, lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        self.sent.append((name, [line["key"] for line in lines]))
        return []


def test_what_households_are_told_is_sent_before_what_is_judged_by_it() -> None:
    history = Sending()
    queues = Queues(history)
    queues.take(line("households", "status"))
    for number in range(LINES_AT_ONCE):
        queues.take(line("loans", f"{number}"))
    assert [name for name, _ in history.sent] == ["households", "loans"]
    assert history.sent[0] == ("households", ["status"])


def line(service: str, key: str) -> dict[str, Any]:
    return {"service": service, "key": key, "ref": "", "path": "/v1/x", "body": {}}
