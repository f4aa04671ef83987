"""Proofs of findings in a log of a million events: how large a file is, how long it is verified."""

import base64
import json
import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median
from typing import Any

import msgspec

from audit import verify
from bench.row import Row
from services.reporting.rulebook import RULEBOOKS
from shared.evidence.checkpoint import Checkpoint
from shared.evidence.heads import Head, path_of, proof_within, subtree
from shared.evidence.leaf import NO_EVENTS, Leaf, chained
from shared.evidence.merkle import inclusion_ranges, node_hash, range_root
from shared.evidence.notes import Signer, sign
from shared.recorded import Recorded
from tests.support.facts import HOME, applied, approved, day, disbursed, history, inspected, repaid

EVENTS, HOUSEHOLDS, TIMES = 1_000_000, 60_000, 20
M = 1_000_000
BOOK = RULEBOOKS[-1]
STORIES = {
    "WRONG_PURPOSE": [applied(), approved(day(-9)), disbursed(), inspected(day(20), 40 * M)],
    "LEDGER_MISMATCH": [
        *(applied(), approved(day(-9)), disbursed()),
        *(repaid(day(30 * n), M + n) for n in range(1, 7)),
        inspected(day(200), stated=50 * M),
    ],
}


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


class Log:
    """The Merkle log and the heads, by their definitions, with one household's events in it."""

    def __init__(self, recorded: Sequence[Recorded]) -> None:
        made = random.Random(1)  # noqa: S311 - the same log every time, no secret
        row = [made.randbytes(32) for _ in range(EVENTS)]
        self.positions = sorted(made.sample(range(1, EVENTS + 1), len(recorded)))
        chain = NO_EVENTS
        for position, each in zip(self.positions, recorded, strict=True):
            row[position - 1] = Leaf(position, HOME, each.digest).hash
            chain = chained(chain, row[position - 1])
        self.rows = [row]
        while len(row) > 1:
            row = [node_hash(row[n], row[n + 1]) for n in range(0, len(row) - 1, 2)]
            self.rows.append(row)
        mine = Head(path_of(HOME), self.positions[-1], len(recorded), chain)
        others = [Head(made.randbytes(32), 1, 1, NO_EVENTS) for _ in range(HOUSEHOLDS)]
        self.heads = sorted([mine, *others])

    def perfect(self, level: int, index: int) -> bytes:
        return self.rows[level][index]

    def inclusion(self, position: int) -> list[bytes]:
        parts = inclusion_ranges(position - 1, EVENTS)
        return [range_root(part, self.perfect) for part in parts]

    def checkpoint(self) -> Checkpoint:
        root, heads = range_root((0, EVENTS), self.perfect), subtree(self.heads).hash
        return Checkpoint("giamngheo/loans", EVENTS, root, heads, datetime(2026, 6, 1, tzinfo=UTC))


def file_of(code: str, recorded: Sequence[Recorded]) -> bytes:
    """Give the file as the server writes it."""
    log, signer = Log(recorded), Signer("giamngheo/loans", bytes(32))
    moved = [
        msgspec.structs.replace(each, position=position)
        for each, position in zip(recorded, log.positions, strict=True)
    ]
    events = [
        verify.Event(
            str(each.meta.event_id),
            "loans",
            each.position or 0,
            json.loads(each.meta_bytes),
            json.loads(each.data),
        )
        for each in moved
    ]
    [(wanted, found)] = verify.derived(code, str(HOME), events, BOOK[code]).items()
    finding = verify.shown_as(code, str(HOME), found, found.steps[-1])
    least = [each.id for each in verify.minimal(code, str(HOME), events, BOOK[code], wanted)]
    hashes: dict[bytes, int] = {}

    def numbers(siblings: Sequence[bytes]) -> list[int]:
        return [hashes.setdefault(each, len(hashes)) for each in siblings]

    given: list[dict[str, Any]] = []
    for each in moved:
        one: dict[str, Any] = {
            "position": each.position,
            "meta": each.meta_bytes.decode(),
            "data": each.data.decode(),
        }
        if str(each.meta.event_id) in {*least, *finding["evidence"]}:
            one["siblings"] = numbers(log.inclusion(each.position or 0))
        given.append(one)
    head = numbers(proof_within(log.heads, path_of(HOME)).siblings)
    content = msgspec.to_builtins(BOOK.content())
    return verify.sealed(
        {
            "format": verify.FORMAT,
            "claim": verify.PROVED,
            "finding": finding,
            "minimal": least,
            "rulebook": {"content": content, "sha256": BOOK.digest},
            "keys": {"loans": signer.verifier.vkey},
            "checkpoints": {"loans": str(sign(log.checkpoint().text, [signer]))},
            "hashes": [b64(each) for each in hashes],
            "histories": [
                {
                    "source": "loans",
                    "key": str(HOME),
                    "head": {"siblings": head, "position": log.positions[-1]},
                    "events": given,
                }
            ],
        }
    )


def seconds_of(raw: bytes) -> float:
    """Give the processor's time that verifying takes, whatever else the machine does."""
    taken = []
    for _ in range(TIMES):
        started = time.process_time()
        verify.verify(raw)
        taken.append(time.process_time() - started)
    return median(taken)


def rows() -> list[Row]:
    """Measure a short story and a long one."""
    found = []
    for code, facts in STORIES.items():
        recorded = history(*facts)
        raw = file_of(code, recorded)
        what = f"proof of {code}, {len(recorded)} events of the household, log of {EVENTS:,}"
        taken, size = seconds_of(raw) * 1000, len(raw) / 1000
        found += [
            Row(what=f"{what}: size", ours=size, unit="kB", goal="≤ 20 kB", reached=size <= 20),
            Row(what=f"{what}: verified", ours=taken, unit="ms", goal="≤ 5 ms", reached=taken <= 5),
        ]
    return found
