"""Requests at the same moment, each on a connection of its own."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from werkzeug.test import TestResponse

from tests.support.service_app import Speaker, code_of

Asked = tuple[Speaker, str, Any]
"""Who asks, where, and with which body."""


def together(*asked: Asked) -> list[TestResponse]:
    """Send all at the same moment and give their answers, in the order given."""
    start = Barrier(len(asked))

    def one(each: Asked) -> TestResponse:
        by, path, body = each
        own = Speaker(by.client.application.test_client(), by.who)
        start.wait()
        return own.post(path, body)

    with ThreadPoolExecutor(len(asked)) as pool:
        return list(pool.map(one, asked))


def one_of(answers: Sequence[TestResponse], code: str, status: int = 409) -> None:
    """Say that one was recorded and every other refused so."""
    recorded = [answer for answer in answers if answer.status_code == 201]
    refused = [answer for answer in answers if answer.status_code != 201]
    assert len(recorded) == 1, [answer.get_data(as_text=True) for answer in answers]
    assert [code_of(answer) for answer in refused] == [(status, code)] * len(refused)
