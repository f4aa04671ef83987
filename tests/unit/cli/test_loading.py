"""A loading waits for what the log has not brought to a service yet, and for nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest

from shared.cli.loading import until_heard

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
