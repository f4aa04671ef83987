"""Many at once: one wins, the others are told at once, and nobody waits for those who dawdle."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

import httpx
import pytest

from tests.abuse.target import Target

pytestmark = [pytest.mark.servers]

AT_ONCE = 30


def test_of_thirty_with_one_if_match_one_is_accepted_and_the_others_hear_that_it_moved(
    target: Target,
) -> None:
    path = f"/households/v1/households/{target.ids['household']}"
    with target.client("district_officer") as client:
        tag = client.get(path).headers["ETag"]

    def change(number: int) -> int:
        body = {"causes": ["no_land"], "occurred_on": "2025-09-01", "note": f"lần {number}"}
        with target.client("district_officer") as client:
            answer: httpx.Response = client.put(
                f"{path}/causes", json=body, headers={"If-Match": tag}
            )
        return answer.status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert Counter(pool.map(change, range(AT_ONCE))) == {201: 1, 412: AT_ONCE - 1}


def test_three_hundred_slow_connections_harm_nobody(target: Target) -> None:
    with ExitStack() as held:
        for _ in range(300):
            held.enter_context(closing(target.connect())).sendall(b"POST /households/v1/hous")
        for name in ("households", "loans", "sponsorship", "reporting"):
            with target.client("auditor", seconds=10) as client:
                assert client.get(f"/{name}/v1/codes").status_code == 200
