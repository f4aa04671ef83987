#!/usr/bin/env python3
"""Kiểm chứng một phát hiện, không cần mạng hay thư viện / Verify a finding offline, alone.

    python3 verify.py FILE [--key 'NAME+ID+KEY']... [--open]
    python3 verify.py --notice FILE... [--growth FILE...] [--export FILE] --key 'NAME+ID+KEY'...

FILE is what `GET /v1/findings/{id}/proof` gave. Python 3.8 or later, nothing else. It checks the
signatures of the checkpoints, that the events are in the log, that the household had no others
where the rule depends on it, and runs the rule again over them. Whatever does not fit is refused
with the reason. `--key` names a public key that you took home; without one the keys of the file
itself are used, and it is for you to compare them.

A long file is folded: `--open` shows what is in it.

With `--notice` it compares what was taken home: checkpoints, and codes on posted lists (the text
or a file with it). `--growth` is what `GET /v1/audit/log/{service}/consistency?from=SIZE` gave,
`--export` a whole export, whose every event is hashed anew. Exit code 1 where anything differs.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import uuid
import zlib
from bisect import bisect_right
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from itertools import accumulate, chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    Roots = dict[tuple[str, int], bytes]

FORMAT, FORMER = "giamngheo/finding-proof/2", "giamngheo/finding-proof/1"
FOLDED = "giamngheo/finding-proof/2/folded"
MOST_UNFOLDED = 4_000_000
PROVED, ATTESTED = "proved", "attested"
HASH_BYTES = 32


MALFORMED = (
    *(AttributeError, IndexError, KeyError, TypeError, ValueError, OverflowError),
    zlib.error,
)


class Rejected(Exception):  # noqa: N818 - said to people as one sentence
    """The file proves nothing; says why, in Vietnamese and English."""


def need(holds: bool, vi: str, en: str) -> None:
    """Refuse the file unless something holds."""
    if not holds:
        raise Rejected(f"{vi} / {en}")


# --- Ed25519 (RFC 8032), verification only -------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
D2 = 2 * D % P
ROOT = pow(2, (P - 1) // 4, P)
_ODD = 16


def point(raw: bytes) -> tuple[int, int, int, int] | None:
    """Read a point of the curve; None where the bytes are none."""
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if len(raw) != HASH_BYTES or y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * v**3 * pow(u * v**7, (P - 5) // 8, P) % P
    if v * x * x % P != u:
        x = x * ROOT % P
    if v * x * x % P != u or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def add(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Add two points in extended coordinates."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = one[3] * other[3] % P * D2 % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def doubled(one: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Double a point."""
    a, b = one[0] * one[0] % P, one[1] * one[1] % P
    e, g, h = 2 * one[0] * one[1] % P, b - a, -a - b
    f = (g - 2 * one[2] * one[2]) % P
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def digits(number: int) -> list[int]:
    """Give a number in few odd digits below 16 in size, the lowest first."""
    found = []
    while number:
        digit = 0
        if number & 1:
            digit = number & 2 * _ODD - 1
            digit -= 2 * _ODD if digit > _ODD else 0
            number -= digit
        found.append(digit)
        number >>= 1
    return found


def multiples(one: tuple[int, int, int, int]) -> list[tuple[int, int, int, int]]:
    """Give a point times 1, 3, 5 … 15."""
    found, twice = [one], doubled(one)
    for _ in range(_ODD // 2 - 1):
        found.append(add(found[-1], twice))
    return found


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
BASES = multiples(BASE) if BASE else []


def ed25519(public: bytes, signature: bytes, message: bytes) -> bool:
    """Say whether a signature over a message is a public key's."""
    key, s = point(public), int.from_bytes(signature[32:], "little")
    if key is None or len(signature) != 2 * HASH_BYTES or s >= ORDER:
        return False
    weighed = digits(challenge(public, signature, message))
    found = summed([(digits(s), BASES), (weighed, multiples(minus(key)))])
    inverse = pow(found[2], P - 2, P)
    x, y = found[0] * inverse % P, found[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


def all_signed(signed: Sequence[tuple[bytes, bytes, bytes]]) -> bool:
    """Say whether all of several signatures are right: in one sum, quicker than one by one.

    Each counts as often as a hash over all of them says, so that no two can make up for another.
    """
    ones, parts, seed = 0, [], sha256(*(sha256(*each) for each in signed))
    keys: dict[bytes, int] = {}  # services often sign by one key: it is counted once
    for number, (public, signature, message) in enumerate(signed):
        begun = point(signature[:HASH_BYTES])
        s = int.from_bytes(signature[HASH_BYTES:], "little")
        if begun is None or len(signature) != 2 * HASH_BYTES or s >= ORDER:
            return False
        weight = int.from_bytes(sha256(seed, bytes([number]))[:16], "little")
        ones += weight * s
        keys[public] = keys.get(public, 0) + weight * challenge(public, signature, message)
        parts.append((digits(weight), multiples(minus(begun))))
    for public, weighed in keys.items():
        key = point(public)
        if key is None:
            return False
        parts.append((digits(weighed % ORDER), multiples(minus(key))))
    found = summed([(digits(ones % ORDER), BASES), *parts])
    return found[0] == 0 and found[1] == found[2]


def challenge(public: bytes, signature: bytes, message: bytes) -> int:
    """Give the number that binds a signature to its key and message."""
    whole = hashlib.sha512(signature[:HASH_BYTES] + public + message).digest()
    return int.from_bytes(whole, "little") % ORDER


def minus(one: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """Give the point on the other side."""
    return (P - one[0], one[1], 1, P - one[3])


def summed(
    parts: Sequence[tuple[list[int], list[tuple[int, int, int, int]]]],
) -> tuple[int, int, int, int]:
    """Add up points, each as often as its digits say."""
    found = (0, 1, 1, 0)
    for place in reversed(range(max(len(row) for row, _ in parts))):
        found = doubled(found)
        for row, table in parts:
            digit = row[place] if place < len(row) else 0
            if digit:
                x, y, z, t = table[abs(digit) >> 1]
                found = add(found, (x, y, z, t) if digit > 0 else (P - x, y, z, P - t))
    return found


# --- Hashes and trees (RFC 6962, C2SP) -----------------------------------------------------------


def sha256(*parts: bytes) -> bytes:
    """Hash bytes put together."""
    return hashlib.sha256(b"".join(parts)).digest()


def unpacked(text: str, length: int | None = HASH_BYTES) -> bytes:
    """Read base64 in its own form."""
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode() != text or (length is not None and len(raw) != length):
        raise ValueError(text)
    return raw


class Key(NamedTuple):
    """A public key under a name."""

    name: str
    id: bytes
    public: bytes


def read_key(vkey: str) -> Key:
    """Read a public key, `name+id+key`."""
    name, key_id, packed = vkey.split("+", 2)
    raw = unpacked(packed, HASH_BYTES + 1)
    found = sha256(name.encode(), b"\n", raw)[:4]
    need(
        raw[:1] == b"\x01" and found.hex() == key_id,
        "khóa công khai không đúng dạng",
        "a public key in no form that is known",
    )
    return Key(name, found, raw[1:])


class Checkpoint(NamedTuple):
    """What a service's log said of itself."""

    origin: str
    size: int
    root: bytes
    heads: bytes
    time: str


def read_checkpoint(note: str, key: Key) -> Checkpoint:
    """Verify a signed note and read what it says."""
    said, signed = parse_checkpoint(note, key)
    check_signature(said, signed)
    return said


def check_signature(said: Checkpoint, signed: tuple[bytes, bytes, bytes]) -> None:
    """Refuse a checkpoint that its key has not signed."""
    need(
        ed25519(*signed),
        f"chữ ký của điểm kiểm {said.origin} không đúng",
        "the signature of that checkpoint is not right",
    )


def parse_checkpoint(note: str, key: Key) -> tuple[Checkpoint, tuple[bytes, bytes, bytes]]:
    """Read what a note says, and give what its signature has to be verified with."""
    text, _, below = note.partition("\n\n")
    text += "\n"
    dash, name, packed = below.split(" ")
    raw = unpacked(packed[:-1], 4 + 2 * HASH_BYTES)
    origin, size, root, heads, time, end = text.split("\n")
    said = Checkpoint(origin, int(size), unpacked(root), unpacked(heads[6:]), time[5:])
    here = (dash, name, packed[-1:], raw[:4], origin)
    whole = f"{origin}\n{said.size}\n{root}\nheads {heads[6:]}\ntime {said.time}\n"
    need(
        here == ("\u2014", key.name, "\n", key.id, key.name) and not end and whole == text,
        f"điểm kiểm {origin} không đúng dạng, hoặc do khóa khác ký",
        "that checkpoint has not the form, or another key has signed it",
    )
    return said, (key.public, raw[4:], text.encode())


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Say whether a leaf stands at a place in the tree of a root."""
    place, last, found = index, size - 1, leaf
    if not 0 <= place <= last:
        return False
    for other in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = sha256(b"\x01", other, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = sha256(b"\x01", found, other)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def stands(key: uuid.UUID, head: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Say whether a hash stands at a household's place in the tree of heads."""
    path, found = path_of(key), head
    if len(proof) > 8 * HASH_BYTES:
        return False
    for depth in reversed(range(len(proof))):
        pair = (proof[depth], found) if bit(path, depth) else (found, proof[depth])
        found = sha256(b"\x03", *pair)
    return found == root


def path_of(key: uuid.UUID) -> bytes:
    """Give a household's place in the tree of heads."""
    return sha256(b"giamngheo/head/1\n", key.bytes)


def bit(path: bytes, depth: int) -> int:
    """Give one bit of a path, the most significant first."""
    return path[depth >> 3] >> (7 - (depth & 7)) & 1


def head_hash(path: bytes, position: int, count: int, chain: bytes) -> bytes:
    """Give what stands for the end of a household's events."""
    return sha256(b"\x02", path, position.to_bytes(8, "big"), count.to_bytes(8, "big"), chain)


# --- Events --------------------------------------------------------------------------------------


class Event(NamedTuple):
    """One recorded event, whose bytes are proved."""

    id: str
    source: str
    position: int
    meta: dict[str, Any]
    data: dict[str, Any]


class Fact(NamedTuple):
    """An event after corrections."""

    id: str
    on: str
    type: str
    data: dict[str, Any]
    order: tuple[str, str, str, int]
    origin: str | None


DATED_BY = {
    "HouseholdRegistered": "registered_on",
    "MemberJoined": "joined_on",
    "MemberLeft": "left_on",
    "HeadChanged": "since",
    "HouseholdMoved": "moved_on",
    "HouseholdClosed": "closed_on",
    "ReviewScored": "scored_on",
    "VillageMeetingHeld": "held_on",
    "ResultPosted": "posted_on",
    "ComplaintFiled": "filed_on",
    "ResultReverified": "done_on",
    "HouseholdClassified": "decided_on",
    "ExitTargetSet": "set_on",
    "ExitTargetWithdrawn": "withdrawn_on",
    "PlanItemAgreed": "agreed_on",
    "PlanItemCompleted": "completed_on",
    "PlanItemWithdrawn": "withdrawn_on",
    "SupportEntitled": "entitled_on",
    "SupportDelivered": "delivered_on",
    "SupportWithdrawn": "withdrawn_on",
    "LoanApplied": "applied_on",
    "LoanConfirmed": "confirmed_on",
    "LoanWithdrawn": "withdrawn_on",
    "LoanApproved": "approved_on",
    "LoanRejected": "rejected_on",
    "LoanDisbursed": "disbursed_on",
    "DisbursementReversed": "reversed_on",
    "LoanUseInspected": "inspected_on",
    "RepaymentRecorded": "paid_on",
    "LoanBecameOverdue": "since",
    "LoanBecameCurrent": "ended_on",
    "BorrowerContacted": "contacted_on",
    "LoanExtended": "granted_on",
    "LoanFrozen": "since",
    "LoanWrittenOff": "written_off_on",
    "RecallOrdered": "ordered_on",
    "RecallCollected": "collected_on",
    "SponsorAssigned": "starts_on",
    "VisitRecorded": "visited_on",
    "SupportPledged": "pledged_on",
    "PledgeFulfilled": "fulfilled_on",
    "PledgeWithdrawn": "withdrawn_on",
    "DifficultyRaised": "raised_on",
    "DifficultyResolved": "resolved_on",
    "HandoverOffered": "offered_on",
    "HandoverAccepted": "accepted_on",
    "HandoverRefused": "refused_on",
    "PersonInChargeChanged": "since",
    "AssignmentEnded": "ended_on",
    "HouseholdEnrolled": "enrolled_on",
    "OutcomeAssessed": "assessed_on",
}
"""The fields by which events are dated that a correction may change."""


def instant(text: str) -> str:
    """Give an instant in a form that sorts."""
    whole, _, rest = text.rstrip("Z").partition(".")
    return f"{whole}.{rest:<06}".replace(" ", "0")


def facts_of(events: Iterable[Event]) -> list[Fact]:
    """Apply the corrections, and sort what remains by when it was true."""
    known = sorted(events, key=lambda each: (each.meta["stream_id"], each.meta["version"]))
    said: dict[str, tuple[bool, dict[str, Any]]] = {}
    for each in known:
        if each.meta["type"] == "EventCorrected":
            fields = said.get(each.data["event_id"], (False, {}))[1]
            fields = {**fields, **(each.data.get("fields") or {})}
            said[each.data["event_id"]] = (bool(each.data.get("annul")), fields)
    found = []
    for each in known:
        annul, fields = said.get(each.id, (False, {}))
        kind = each.meta["type"]
        if kind == "EventCorrected" or annul:
            continue
        on = fields.get(DATED_BY.get(kind, "occurred_on"), each.meta["occurred_on"])
        order = (on, instant(each.meta["recorded_at"]), each.source, each.position)
        said_now = {**each.data, **fields}
        found.append(Fact(each.id, on, kind, said_now, order, each.meta.get("origin")))
    return sorted(found, key=lambda fact: fact.order)


# --- Rules, over the facts of one household ------------------------------------------------------


class Held(NamedTuple):
    """That a condition holds on a day, and by which facts."""

    anchor: str
    severity: str
    facts: tuple[Fact, ...]
    details: dict[str, Any]


class Step(NamedTuple):
    """How a finding looks from a day on."""

    on: str
    severity: str
    evidence: tuple[str, ...]
    details: dict[str, Any]


class Finding(NamedTuple):
    """One uninterrupted run of a condition."""

    subject: tuple[str, ...]
    loan_id: str | None
    anchor: str
    opened_on: str
    closed_on: str | None
    steps: tuple[Step, ...]


NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "giamngheo.vn")


def id_of(code: str, finding: Finding) -> str:
    """Give the id that any replay gives a finding."""
    return str(uuid.uuid5(NAMESPACE, f"{code}|{'|'.join(finding.subject[1:])}|{finding.anchor}"))


class Case:
    """The facts of one loan, or of the household itself."""

    def __init__(self, own_id: str, facts: Sequence[Fact]) -> None:
        self.id, self.facts = own_id, facts
        self.kinds: dict[str, list[Fact]] = {}
        for fact in facts:
            self.kinds.setdefault(fact.type, []).append(fact)
        self._paid: list[tuple[Fact, str | None]] | None = None
        self._owed: tuple[list[str], list[int]] | None = None

    def of(self, kind: str, **fields: Any) -> list[Fact]:
        """Give the facts of a kind, in order, with these fields."""
        found = list(self.kinds.get(kind, ()))
        for name, value in fields.items():
            found = [fact for fact in found if fact.data.get(name) == value]
        return found

    def days(self, *kinds: str) -> set[str]:
        """Give the dates of the facts of some kinds."""
        return {fact.on for kind in kinds for fact in self.kinds.get(kind, ())}

    def back_on(self, payment: str) -> str | None:
        """Give the day from which a disbursement counts as never made."""
        return min((f.on for f in self.of(BACK, disbursement_id=payment)), default=None)

    def paid(self) -> list[tuple[Fact, str | None]]:
        """Give the disbursements, and from when each counts as never made."""
        if self._paid is None:
            made = self.of(PAID)
            self._paid = [(fact, self.back_on(fact.data["disbursement_id"])) for fact in made]
        return self._paid

    def standing(self, day: str) -> list[Fact]:
        """Give the disbursements made by a day and not taken back by then."""
        every = self.paid()
        return [fact for fact, back in every if fact.on <= day and (back is None or day < back)]

    def outstanding(self, day: str) -> int:
        """Give what is owed at a day's end."""
        if self._owed is None:
            moved = [(f.on, -f.data["principal"]) for f in self.of(REPAID)]
            for kind in (COLLECTED, WRITTEN_OFF):
                moved += [(f.on, -f.data["amount"]) for f in self.of(kind)]
            for fact, back in self.paid():
                if back is None or fact.on < back:
                    moved.append((fact.on, fact.data["amount"]))
                    moved += [(back, -fact.data["amount"])] if back is not None else []
            moved.sort()
            owed = list(accumulate((amount for _, amount in moved), initial=0))
            self._owed = [on for on, _ in moved], owed
        days, owed = self._owed
        return int(owed[bisect_right(days, day)])


PAID, BACK, CHECK = "LoanDisbursed", "DisbursementReversed", "LoanUseInspected"
REPAID, COLLECTED, WRITTEN_OFF = "RepaymentRecorded", "RecallCollected", "LoanWrittenOff"
MOVES = (PAID, BACK, REPAID, COLLECTED, WRITTEN_OFF)
APPLIED, CONFIRMED, APPROVED = "LoanApplied", "LoanConfirmed", "LoanApproved"
DECIDED = (APPROVED, "LoanRejected", "LoanWithdrawn")
MONEY = (APPLIED, *MOVES)
OVERDUE, CURRENT, CONTACTED = "LoanBecameOverdue", "LoanBecameCurrent", "BorrowerContacted"
EXTENDED, FROZEN, RECALLED = "LoanExtended", "LoanFrozen", "RecallOrdered"
REGISTERED, JOINED, LEFT = "HouseholdRegistered", "MemberJoined", "MemberLeft"
CLOSED, CLASSIFIED, SCORED = "HouseholdClosed", "HouseholdClassified", "ReviewScored"
MET, POSTED, COMPLAINED = "VillageMeetingHeld", "ResultPosted", "ComplaintFiled"
REVERIFIED, AGREED, WITHDRAWN = "ResultReverified", "PlanItemAgreed", "PlanItemWithdrawn"
TARGET, FREED, GROUPS = "ExitTargetSet", "ExitTargetWithdrawn", "HouseholdGroupsSet"
ASSIGNED, VISITED, TAKEN_OVER = "SponsorAssigned", "VisitRecorded", "HandoverAccepted"
OFFERED, REFUSED = "HandoverOffered", "HandoverRefused"
ENROLLED, ASSESSED = "HouseholdEnrolled", "OutcomeAssessed"
UNABLE, ESCAPED, POOR = "no_working_capacity", "newly_escaped", ("poor", "near_poor")
LAPSE_YEARS, REVIEW_YEARS = 3, 30


def loans(facts: Sequence[Fact]) -> list[Case]:
    """Part the facts by their loans."""
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.data.get("loan_id") is not None:
            found.setdefault(fact.data["loan_id"], []).append(fact)
    return [Case(own_id, own) for own_id, own in found.items()]


def own(facts: Sequence[Fact], household: str) -> Case:
    """Give what happened to the household itself."""
    apart = ("loan_id", "assignment_id")
    return Case(household, [f for f in facts if all(f.data.get(name) is None for name in apart)])


def runs(
    subject: tuple[str, ...], loan: str | None, days: Iterable[str], judge: Callable[[str], Any]
) -> Iterator[Finding]:
    """Join the days on which a condition holds; one that returns is a new finding."""
    steps: list[Step] = []
    anchor, seen = "", set()
    for day in sorted(set(days)):
        held = judge(day)
        if held is None:
            if steps:
                yield Finding(subject, loan, anchor, steps[0].on, day, tuple(steps))
                steps = []
            continue
        if not steps:
            anchor = held.anchor if held.anchor not in seen else f"{held.anchor}|{day}"
            seen.add(held.anchor)
        step = Step(day, held.severity, ids(held.facts), held.details)
        if not steps or steps[-1][1:] != step[1:]:
            steps.append(step)
    if steps:
        yield Finding(subject, loan, anchor, steps[0].on, None, tuple(steps))


def ids(facts: Iterable[Fact]) -> tuple[str, ...]:
    """Name facts once, in their order."""
    return tuple(fact.id for fact in sorted(set_of(facts), key=lambda fact: fact.order))


def set_of(facts: Iterable[Fact]) -> list[Fact]:
    """Give facts without repetition."""
    return list({fact.id: fact for fact in facts}.values())


def plus(day: str, days: int) -> str:
    """Give the day so many days later."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def until_reversed(
    loan: Case,
    paid: Fact,
    severity: str,
    details: Mapping[str, Any],
    evidence: Iterable[Fact] = (),
    needed: Iterable[Fact] = (),
    anchor: Fact | None = None,
) -> Iterator[Finding]:
    """Give the finding that a disbursement opens, with what else is needed, until its reversal."""
    which, last = paid.data["disbursement_id"], last_of([paid, *needed])
    back = loan.back_on(which)
    if back is not None and back <= last.on:
        return
    step = Step(last.on, severity, ids([paid, *evidence]), {"disbursed_on": paid.on, **details})
    hangs_on = (anchor or last).id
    yield Finding(("disbursement", which), loan.id, hangs_on, last.on, back, (step,))


def last_of(facts: Iterable[Fact]) -> Fact:
    """Give the latest of some facts."""
    return max(facts, key=lambda fact: fact.order)


def deciding_check(loan: Case, paid: Fact, day: str) -> Fact | None:
    """Give the latest check of a disbursement by a day, where it stands on that day."""
    which = paid.data["disbursement_id"]
    back = loan.back_on(which)
    if paid.on > day or (back is not None and back <= day):
        return None
    checks = [fact for fact in loan.of(CHECK, disbursement_id=which) if fact.on <= day]
    return checks[-1] if checks else None


def wrong_purpose(facts: Sequence[Fact], limits: Mapping[str, int], _: str) -> Iterator[Finding]:
    """Find money of a loan that was spent on something else."""
    for loan in loans(facts):
        wrong = [f.data["disbursement_id"] for f in loan.of(CHECK) if _wrong(f)]
        days = loan.days(CHECK, BACK, "RecallCollected")
        for which in sorted(set(wrong)):

            def judge(day: str, loan: Case = loan, which: str = which) -> Held | None:
                return _wrong_purpose(loan, which, limits, day)

            yield from runs(("disbursement", which), loan.id, days, judge)


def _wrong(check: Fact) -> bool:
    return bool(check.data["wrong_purpose_amount"] > 0)


def _wrong_purpose(loan: Case, which: str, limits: Mapping[str, int], day: str) -> Held | None:
    back = loan.back_on(which)
    checks = [f for f in loan.of(CHECK, disbursement_id=which) if f.on <= day]
    bad = [f for f in checks if _wrong(f)]
    if not bad or (back is not None and back <= day):
        return None
    last = bad[-1]
    for good in checks[checks.index(last) + 1 :]:
        if good.data["right_purpose_amount"] >= good.data["amount_received"]:
            return None
    collected = [f for f in loan.of("RecallCollected") if bad[0].on <= f.on <= day]
    wrong, received = last.data["wrong_purpose_amount"], last.data["amount_received"]
    if sum(f.data["amount"] for f in collected) >= wrong:
        return None
    severity = "critical"
    if wrong * 100 < limits["critical_from_percent"] * received:
        severity = "high"
    if wrong * 100 < limits["high_from_percent"] * received:
        severity = "medium"
    details = {"inspected_on": last.on, "wrong": wrong, "received": received}
    return Held(last.id, severity, (last,), details)


def piggyback(facts: Sequence[Fact], limits: Mapping[str, int], _: str) -> Iterator[Finding]:
    """Find that less money reached the household than was paid out."""

    def judged(loan: Case, paid: Fact, day: str) -> Held | None:
        last = deciding_check(loan, paid, day)
        if last is None:
            return None
        received, amount = last.data["amount_received"], paid.data["amount"]
        missing = amount - received
        if missing <= limits["tolerance"]:
            return None
        critical = missing * 100 >= limits["critical_from_percent"] * amount
        details = {"inspected_on": last.on, "received": received, "amount": amount}
        severity = "critical" if critical else "high"
        return Held(ids((paid, last))[-1], severity, (paid, last), details)

    yield from of_payments(facts, judged)


def not_used(facts: Sequence[Fact], limits: Mapping[str, int], _: str) -> Iterator[Finding]:
    """Find money most of which has not been used long after."""

    def judged(loan: Case, paid: Fact, day: str) -> Held | None:
        last = deciding_check(loan, paid, day)
        if last is None or last.on < plus(paid.on, limits["days"]):
            return None
        used = last.data["right_purpose_amount"] + last.data["wrong_purpose_amount"]
        received = last.data["amount_received"]
        if used * 100 >= limits["percent"] * received:
            return None
        details = {"inspected_on": last.on, "used": used, "received": received}
        return Held(last.id, "medium", (paid, last), details)

    yield from of_payments(facts, judged)


def of_payments(
    facts: Sequence[Fact], judged: Callable[[Case, Fact, str], Held | None]
) -> Iterator[Finding]:
    """Judge every disbursement on the days of its loan."""
    for loan in loans(facts):
        days = loan.days(PAID, BACK, CHECK)
        for paid in loan.of(PAID):

            def judge(day: str, loan: Case = loan, paid: Fact = paid) -> Held | None:
                return judged(loan, paid, day)

            subject = ("disbursement", paid.data["disbursement_id"])
            yield from runs(subject, loan.id, days, judge)


def not_approved(facts: Sequence[Fact], _: Mapping[str, int], __: str) -> Iterator[Finding]:
    """Find money paid out that no approval covers."""
    for loan in loans(facts):
        for paid in loan.of(PAID):
            approved = [f for f in loan.of("LoanApproved") if f.on <= paid.on][-1:]
            made = [f for f in loan.standing(paid.on) if f.order < paid.order]
            total = sum(f.data["amount"] for f in (*made, paid))
            granted = sum(f.data["amount"] for f in approved)
            if approved and paid.on <= approved[0].data["valid_until"] and total <= granted:
                continue
            read: list[Fact] = []
            if approved:
                read = [*approved, *(f for f in loan.of(PAID) if f.order < paid.order)]
                read += [f for f in loan.of(BACK) if f.on <= paid.on]
            details = {"total": total, "approved": granted}
            yield from until_reversed(loan, paid, "critical", details, read)


def third_party_payee(facts: Sequence[Fact], _: Mapping[str, int], __: str) -> Iterator[Finding]:
    """Find money that was handed to somebody outside the household."""
    for loan in loans(facts):
        for paid in loan.of(PAID):
            if paid.data["payee"]["kind"] == "third_party":
                details = {"amount": paid.data["amount"]}
                yield from until_reversed(loan, paid, "high", details)


def ledger_mismatch(facts: Sequence[Fact], _: Mapping[str, int], __: str) -> Iterator[Finding]:
    """Find a household that states another debt than the books."""
    for loan in loans(facts):
        stated = [f for f in loan.of(CHECK) if f.data.get("stated_outstanding") is not None]

        def judge(day: str, loan: Case = loan, stated: Sequence[Fact] = stated) -> Held | None:
            last = [fact for fact in stated if fact.on <= day][-1]
            return _mismatch(loan, last)

        yield from runs(("loan", loan.id), loan.id, {fact.on for fact in stated}, judge)


def _mismatch(loan: Case, last: Fact) -> Held | None:
    said, owed = last.data["stated_outstanding"], loan.outstanding(last.on)
    if said == owed:
        return None
    moves = [f for f in loan.facts if f.type in MOVES and f.on <= last.on]
    read = sorted([last, *moves], key=lambda fact: fact.order)
    number = len(read)
    while number > 1 and read[number - 1].on == last.on:
        part = read[: number - 1]
        if last not in part or Case(loan.id, part).outstanding(last.on) == said:
            break
        number -= 1
    details = {"inspected_on": last.on, "stated": said, "books": owed}
    severity = "critical" if said < owed else "high"
    return Held(read[number - 1].id, severity, tuple(read), details)


def use_check_overdue(
    facts: Sequence[Fact], limits: Mapping[str, int], _: str
) -> Iterator[Finding]:
    """Find a disbursement whose use nobody has looked at."""
    for loan in loans(facts):
        for paid in loan.of(PAID):
            which, opens = paid.data["disbursement_id"], plus(paid.on, limits["days"] + 1)
            checks = [f.on for f in loan.of(CHECK, disbursement_id=which) if paid.on <= f.on]
            back = [f.on for f in loan.of(BACK, disbursement_id=which)]
            ended = min([*checks, *back], default=None)
            if ended is not None and ended <= opens:
                continue
            details = {"disbursed_on": paid.on, "amount": paid.data["amount"]}
            step = Step(opens, "high", (paid.id,), details)
            yield Finding(("disbursement", which), loan.id, paid.id, opens, ended, (step,))


def disbursement_overdue(
    facts: Sequence[Fact], limits: Mapping[str, int], _: str
) -> Iterator[Finding]:
    """Find an approved loan that has not been paid out."""
    for loan in loans(facts):
        for approved in loan.of("LoanApproved")[:1]:
            until, opens = approved.data["valid_until"], plus(approved.on, limits["days"] + 1)
            days = {opens, plus(until, 1), *loan.days(PAID, BACK, "LoanWithdrawn")}
            details = {
                "approved_on": approved.on,
                "amount": approved.data["amount"],
                "valid_until": until,
            }
            held = Held(approved.id, "medium", (approved,), details)
            given_up = min(loan.days("LoanWithdrawn"), default=None)

            def judge(
                day: str,
                loan: Case = loan,
                held: Held = held,
                bounds: tuple[str, str, str | None] = (opens, until, given_up),
            ) -> Held | None:
                opens, until, given_up = bounds
                gone = given_up is not None and given_up <= day
                waits = opens <= day <= until and not loan.standing(day) and not gone
                return held if waits else None

            yield from runs(("loan", loan.id), loan.id, days, judge)


def recall_unpaid(facts: Sequence[Fact], limits: Mapping[str, int], _: str) -> Iterator[Finding]:
    """Find money that the bank wants back, whose date has passed."""
    for loan in loans(facts):
        for recall in loan.of("RecallOrdered"):
            opens = max(plus(recall.data["due_on"], limits["days"] + 1), recall.on)

            def judge(
                day: str, loan: Case = loan, recall: Fact = recall, opens: str = opens
            ) -> Held | None:
                which, wanted = recall.data["recall_id"], recall.data["amount"]
                of_it = loan.of("RecallCollected", recall_id=which)
                came = sum(f.data["amount"] for f in of_it if f.on <= day)
                if day < opens or loan.outstanding(day) <= 0 or wanted <= came:
                    return None
                details = {"due_on": recall.data["due_on"], "amount": wanted, "collected": came}
                return Held(recall.id, "high", (recall,), details)

            subject = ("recall", recall.data["recall_id"])
            yield from runs(subject, loan.id, {opens, *loan.days(*MOVES)}, judge)


def standing_target(household: Case, year: int, day: str) -> Fact | None:
    """Give the target of a year as last set by a day, unless it was withdrawn since."""
    targets = [fact for fact in household.of(TARGET, year=year) if fact.on <= day]
    if not targets:
        return None
    freed = [fact for fact in household.of(FREED, year=year) if fact.on <= day]
    return None if any(fact.order > targets[-1].order for fact in freed) else targets[-1]


def incapable_targeted(
    facts: Sequence[Fact], _: Mapping[str, int], household_id: str
) -> Iterator[Finding]:
    """Find a target for a household that nobody can work in."""
    household = own(facts, household_id)
    for year in sorted({fact.data["year"] for fact in household.of(TARGET)}):

        def judge(day: str, year: int = year) -> Held | None:
            target = standing_target(household, year, day)
            if target is None:
                return None
            said = [fact for fact in household.of(GROUPS) if fact.on <= target.on][-1:]
            if not said or UNABLE not in said[0].data["groups"]:
                return None
            both = (target, said[0])
            return Held(ids(both)[-1], "medium", both, {"year": str(year), "set_on": target.on})

        subject = ("household", household_id, str(year))
        yield from runs(subject, None, household.days(TARGET, FREED), judge)


def target_without_sponsor(
    facts: Sequence[Fact], limits: Mapping[str, int], household_id: str
) -> Iterator[Finding]:
    """Find a household that is to leave poverty and that nobody helps."""
    household, helps = own(facts, household_id), assignments(facts)
    turns = household.days(TARGET, FREED, GROUPS, "HouseholdClosed")
    for each in helps:
        turns |= each.days(ASSIGNED, "AssignmentEnded")
        turns |= {fact.data["ends_on"] for fact in each.of(ASSIGNED) if fact.data.get("ends_on")}
    opens = {plus(day, limits["days"] + 1) for day in turns}
    for year in sorted({fact.data["year"] for fact in household.of(TARGET)}):

        def judge(day: str, year: int = year) -> Held | None:
            target = standing_target(household, year, day)
            if target is None or int(day[:4]) > year or not _may_be_helped(household, day):
                return None
            if any(_is_active(each, day) for each in helps):
                return None
            starts = [(target.on, target), *_ends(household, helps, day)]
            since, start = max(starts, key=lambda each: (each[0], each[1].order))
            if day < plus(since, limits["days"] + 1):
                return None
            return Held(start.id, "high", (target, start), {"year": str(year), "since": since})

        subject = ("household", household_id, str(year))
        yield from runs(subject, None, {*turns, *opens, f"{year + 1}-01-01"}, judge)


def assignments(facts: Sequence[Fact]) -> list[Case]:
    """Part the facts of sponsorship by who helps."""
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.data.get("loan_id") is None and fact.data.get("assignment_id") is not None:
            found.setdefault(fact.data["assignment_id"], []).append(fact)
    return [Case(own_id, own) for own_id, own in found.items()]


def _may_be_helped(household: Case, day: str) -> bool:
    """Say whether it is there and can work."""
    said = [fact for fact in household.of(GROUPS) if fact.on <= day][-1:]
    closed = any(fact.on <= day for fact in household.of("HouseholdClosed"))
    return not closed and not any(UNABLE in fact.data["groups"] for fact in said)


def _last_end(assignment: Case, day: str) -> tuple[str, Fact] | None:
    """Give when an assignment ends by what is known on a day, and what says so."""
    ends = [(fact.on, fact) for fact in assignment.of("AssignmentEnded") if fact.on <= day]
    begun = [fact for fact in assignment.of(ASSIGNED) if fact.on <= day]
    ends += [(fact.data["ends_on"], fact) for fact in begun if fact.data.get("ends_on")]
    return min(ends, key=lambda end: (end[0], end[1].order), default=None)


def _is_active(assignment: Case, day: str) -> bool:
    """Say whether somebody answers for the household on a day."""
    end = _last_end(assignment, day)
    begun = any(fact.on <= day for fact in assignment.of(ASSIGNED))
    return begun and (end is None or end[0] > day)


def _ends(household: Case, helps: Sequence[Case], day: str) -> Iterator[tuple[str, Fact]]:
    """Give from when on nobody helped, or the household could work again."""
    for each in helps:
        end = _last_end(each, day)
        if end is not None and end[0] <= day:
            yield end
    for able in _able_again(household, day):
        yield (able.on, able)


def _able_again(household: Case, day: str) -> list[Fact]:
    """Give the latest fact by a day that ended its having no working capacity."""
    able: list[Fact] = []
    unable = False
    for fact in until(household.of(GROUPS), day):
        now = UNABLE in fact.data["groups"]
        able = [fact] if unable and not now else able
        unable = now
    return able


# --- Rules on who may borrow, how much, and what became of it -------------------------------------

EXCLUSIVE = frozenset({"HN", "HCN", "HMTN", "SXKD"})
ONE_PER_HOUSEHOLD = EXCLUSIVE | {"NSVS", "NOHN"}


class Programme(NamedTuple):
    """Whom a programme is for (empty: anybody), and from when on how much a household may owe."""

    eligible: tuple[str, ...]
    ceilings: tuple[tuple[str, int | None], ...] = (("2000-01-01", None),)

    def ceiling_on(self, day: str) -> tuple[str, int | None] | None:
        """Give the row in force on a day; None before the first: nobody can judge."""
        return next((row for row in reversed(self.ceilings) if row[0] <= day), None)


_M = 1_000_000
_SINCE_2019 = (("2019-03-01", 100 * _M),)
PROGRAMMES = {
    "HN": Programme(("poor",), _SINCE_2019),
    "HCN": Programme(("near_poor",), _SINCE_2019),
    "HMTN": Programme(("newly_escaped",), _SINCE_2019),
    "SXKD": Programme(("not_poor",), (("2023-08-08", 100 * _M),)),
    "NSVS": Programme((), (("2000-01-01", 20 * _M), ("2024-09-02", 50 * _M))),
    "GQVL": Programme((), (("2000-01-01", 100 * _M), ("2026-01-01", 200 * _M))),
    "NOHN": Programme(("poor",), (("2000-01-01", 25 * _M),)),
    **{code: Programme(()) for code in ("HSSV", "XKLD", "NOXH", "DTTS", "KHAC")},
}


def programme_of(loan: Case) -> Programme | None:
    """Give the programme that was asked for; None where nothing was, or it is not known."""
    asked = loan.of(APPLIED)
    return PROGRAMMES.get(asked[-1].data["programme"]) if asked else None


class Status(NamedTuple):
    """A status, its first day, and the classification behind it."""

    since: str
    status: str
    by: Fact


def years_after(day: str, years: int) -> str:
    """Give the same day some years later; 29 February becomes 1 March."""
    later = f"{int(day[:4]) + years:04}{day[4:]}"
    try:
        return date.fromisoformat(later).isoformat()
    except ValueError:
        return f"{later[:4]}-03-01"


def statuses(said: Sequence[Fact]) -> list[Status]:
    """Give every status of a household: of one day the later decision counts."""
    by_day = {fact.data["effective_from"]: fact for fact in said}
    found: list[Status] = []
    lapse: Status | None = None
    for day, fact in sorted(by_day.items(), key=lambda each: each[0]):
        status = fact.data["status"]
        if lapse is not None and lapse.since < day and found[-1].since < lapse.since:
            found.append(lapse)
        if status != ESCAPED:
            lapse = None
        elif lapse is None:
            lapse = Status(years_after(day, LAPSE_YEARS), "not_poor", fact)
        elif lapse.since <= day:
            status = "not_poor"
        found.append(Status(day, status, fact))
    if lapse is not None and found[-1].since < lapse.since:
        found.append(lapse)
    return found


def pairs(rows: Sequence[Status]) -> list[tuple[Status, Status]]:
    """Give each status with the one that follows."""
    return [(rows[number - 1], rows[number]) for number in range(1, len(rows))]


def status_on(household: Case, on: str, known_by: str) -> Status | None:
    """Give the status of a day by what was decided until another."""
    rows = statuses(until(household.of(CLASSIFIED), known_by))
    return next((row for row in reversed(rows) if row.since <= on), None)


def until(facts: Sequence[Fact], day: str) -> list[Fact]:
    """Give the facts that were true by the end of a day."""
    return [fact for fact in facts if fact.on <= day]


def completing(facts: Sequence[Fact], day: str, fires: Callable[[Sequence[Fact]], object]) -> Fact:
    """Give the fact of a day with which a condition came about, else the last one."""
    number = len(facts)
    while number > 1 and facts[number - 1].on == day and fires(facts[: number - 1]):
        number -= 1
    return facts[number - 1]


def first_minimal(facts: Sequence[Fact], fires: Callable[[Sequence[Fact]], object]) -> list[Fact]:
    """Give the first set, in the order of facts, that fires and of which nothing may be left."""
    needed = list(facts)
    for fact in reversed(facts):
        rest = [kept for kept in needed if kept is not fact]
        if fires(rest):
            needed = rest
    return needed


def wrong_beneficiary(
    facts: Sequence[Fact], _: Mapping[str, int], household_id: str
) -> Iterator[Finding]:
    """Find a loan to a household that its programme is not meant for."""
    household = own(facts, household_id)
    for loan in loans(facts):
        programme = programme_of(loan)
        if programme is None or not programme.eligible:
            continue
        days = loan.days(APPLIED, CONFIRMED, APPROVED, *MOVES) | household.days(CLASSIFIED)

        def judge(day: str, loan: Case = loan, programme: Programme = programme) -> Held | None:
            return _wrong_beneficiary(household, loan, programme, day)

        yield from runs(("loan", loan.id), loan.id, days, judge)


def _wrong_beneficiary(household: Case, loan: Case, programme: Programme, day: str) -> Held | None:
    paid, asked = loan.standing(day), until(loan.of(APPLIED), day)
    if loan.outstanding(day) <= 0 or not asked or not paid:
        return None
    decided = [fact for kind in (CONFIRMED, APPROVED) for fact in until(loan.of(kind), paid[0].on)]
    same = [fact for fact in decided if fact.type == decided[0].type]
    deciding = same[-1] if same else paid[0]
    found = status_on(household, deciding.on, day)
    if programme.ceiling_on(deciding.on) is None or found is None:
        return None
    if found.status in programme.eligible:
        return None
    ground = [found.by]
    if found.by.data["status"] == ESCAPED:
        upto = found.by.data["effective_from"]
        ground = [
            fact
            for fact in until(household.of(CLASSIFIED), day)
            if fact.data["status"] == ESCAPED and fact.data["effective_from"] <= upto
        ]
    needed = [asked[-1], deciding, paid[0], *ground]
    moved = [fact for fact in loan.facts if fact.type in MOVES and fact.on <= day]
    details = {
        "programme": loan.of(APPLIED)[-1].data["programme"],
        "status": found.status,
        "reference": deciding.on,
    }
    return Held(last_of(needed).id, "high", (*needed, *moved), details)


def unknown_borrower(
    facts: Sequence[Fact], _: Mapping[str, int], household_id: str
) -> Iterator[Finding]:
    """Find money paid to a borrower whom the register does not know."""
    household = own(facts, household_id)
    registered = min(household.days(REGISTERED), default=None)
    for loan in loans(facts):
        asked, joined = loan.of(APPLIED)[-1:], registered
        if asked:
            member = asked[0].data["borrower_member_id"]
            joined = min((f.on for f in joinings(household, member)), default=None)
        for paid in loan.of(PAID):
            known = registered is not None and registered <= paid.on
            if known and joined is not None and joined <= paid.on:
                continue
            details = {"amount": paid.data["amount"]}
            needed = asked if known else []
            yield from until_reversed(loan, paid, "high", details, needed=needed)


def joinings(household: Case, member: str) -> Iterator[Fact]:
    """Give what made somebody a member."""
    for fact in household.of(REGISTERED):
        people = [fact.data["head"], *(fact.data.get("members") or ())]
        if any(person["member_id"] == member for person in people):
            yield fact
    for fact in household.of(JOINED):
        if fact.data["member"]["member_id"] == member:
            yield fact


def after_departure(
    facts: Sequence[Fact], _: Mapping[str, int], household_id: str
) -> Iterator[Finding]:
    """Find money paid after the borrower, or the whole household, had gone."""
    household = own(facts, household_id)
    for loan in loans(facts):
        for paid in loan.of(PAID):
            gone = _departure(household, loan, paid)
            if gone:
                details = {"gone_on": gone[-1].on, "amount": paid.data["amount"]}
                yield from until_reversed(loan, paid, "critical", details, gone, needed=gone)


def _departure(household: Case, loan: Case, paid: Fact) -> list[Fact]:
    closed, asked = until(household.of(CLOSED), paid.on), loan.of(APPLIED)[-1:]
    member = asked[0].data["borrower_member_id"] if asked else None
    left = until(household.of(LEFT, member_id=member), paid.on)
    back = [fact for fact in joinings(household, member or "") if fact.on <= paid.on]
    if not asked or not left or any(fact.order > left[-1].order for fact in back):
        return closed[:1]
    leaving = [*asked, left[-1]]
    first = min(fact.order for fact in leaving)
    if closed and (closed[0].order < first or asked[0].on > paid.on):
        return closed[:1]
    return leaving


def over_ceiling(
    facts: Sequence[Fact], _: Mapping[str, int], household_id: str
) -> Iterator[Finding]:
    """Find a debt in one programme beyond what it allows a household."""
    asked = {
        loan.id: loan.of(APPLIED)[-1].data["programme"] for loan in loans(facts) if loan.of(APPLIED)
    }
    for code in sorted(set(asked.values()) & set(PROGRAMMES)):
        read = [f for f in facts if f.type in MONEY and asked.get(f.data["loan_id"]) == code]
        days, debts = [fact.on for fact in read], list(_debts(PROGRAMMES[code], read))

        def judge(
            day: str,
            code: str = code,
            read: Sequence[Fact] = read,
            days: Sequence[str] = days,
            debts: Sequence[tuple[int, int, str] | None] = debts,
        ) -> Held | None:
            number = bisect_right(days, day)
            debt = debts[number]
            if debt is None:
                return None
            owed, ceiling, on = debt
            details = {"programme": code, "owed": owed, "ceiling": ceiling, "disbursed_on": on}
            first = number
            while first > 1 and days[first - 1] == day and debts[first - 1] is not None:
                first -= 1
            return Held(read[first - 1].id, "high", tuple(read[:number]), details)

        yield from runs(("household", household_id, code), None, days, judge)


def _debts(programme: Programme, facts: Sequence[Fact]) -> Iterator[tuple[int, int, str] | None]:
    """Give the debt over the ceiling after none of the facts, after the first, and so on."""
    asked: set[str] = set()
    by_loan: dict[str, int] = {}
    paid: list[Fact] = []
    back: set[tuple[str, str]] = set()
    yield None
    for fact in facts:
        loan, data = fact.data["loan_id"], fact.data
        which = (loan, data.get("disbursement_id", ""))
        change = -data["principal"] if fact.type == REPAID else -data.get("amount", 0)
        if fact.type == APPLIED:
            asked.add(loan)
            change = 0
        elif fact.type == PAID:
            paid.append(fact)
            change = 0 if which in back else data["amount"]
        elif fact.type == BACK:
            change = (
                0
                if which in back
                else -sum(
                    f.data["amount"] for f in paid if (loan, f.data["disbursement_id"]) == which
                )
            )
            back.add(which)
        by_loan[loan] = by_loan.get(loan, 0) + change
        owed = sum(by_loan.get(each, 0) for each in asked)
        there = [
            f
            for f in paid
            if f.data["loan_id"] in asked
            and (f.data["loan_id"], f.data["disbursement_id"]) not in back
        ]
        row = programme.ceiling_on(there[-1].on) if there else None
        if row is None or row[1] is None or owed <= row[1]:
            yield None
        else:
            yield owed, row[1], there[-1].on


def exclusive_loans(
    facts: Sequence[Fact], _: Mapping[str, int], household_id: str
) -> Iterator[Finding]:
    """Find two loans held at once that may not be held together."""
    which = {loan.id for loan in _clashing(loans(facts))}
    read = [f for f in facts if f.type in MONEY and f.data["loan_id"] in which]

    def judge(day: str) -> Held | None:
        known = until(read, day)

        def together(part: Sequence[Fact]) -> list[Case]:
            return _clashing(loan for loan in loans(part) if loan.outstanding(day) > 0)

        held = together(known)
        if not held:
            return None
        named = {loan.id for loan in held}
        codes = sorted(loan.of(APPLIED)[-1].data["programme"] for loan in held)
        evidence = tuple(fact for fact in known if fact.data["loan_id"] in named)
        anchor = completing(known, day, together)
        return Held(anchor.id, "high", evidence, {"programmes": ", ".join(codes)})

    yield from runs(("household", household_id), None, {fact.on for fact in read}, judge)


def _clashing(held: Iterable[Case]) -> list[Case]:
    """Give the loans of which at least one other one may not be held with them."""
    asked = [loan for loan in held if loan.of(APPLIED)]
    return [one for one in asked if any(one is not each and _excludes(one, each) for each in asked)]


def _excludes(one: Case, other: Case) -> bool:
    mine, yours = one.of(APPLIED)[-1].data, other.of(APPLIED)[-1].data
    if mine["programme"] == yours["programme"]:
        others = mine["borrower_member_id"] != yours["borrower_member_id"]
        return others and mine["programme"] in ONE_PER_HOUSEHOLD
    return mine["programme"] in EXCLUSIVE and yours["programme"] in EXCLUSIVE


def rollover(facts: Sequence[Fact], limits: Mapping[str, int], _: str) -> Iterator[Finding]:
    """Find a loan that was repaid with the money of a new one."""
    every = loans(facts)
    for loan in every:
        for paid in loan.of(PAID):
            rolled = [each for each in every if each is not loan and _rolls(paid, limits, each)]
            if not rolled:
                continue
            since = plus(paid.on, -limits["days"])
            read = [
                fact
                for other in rolled
                for fact in until(other.facts, paid.on)
                if fact.type in (PAID, BACK) or (fact.type == REPAID and fact.on >= since)
            ]
            read = sorted([paid, *read], key=lambda fact: fact.order)
            names = [other.id for other in rolled]

            def fires(
                part: Sequence[Fact], paid: Fact = paid, names: Sequence[str] = names
            ) -> bool:
                cases = [each for each in loans(part) if each.id in names]
                return paid in part and any(_rolls(paid, limits, case) for case in cases)

            details = {"amount": paid.data["amount"], "days": limits["days"]}
            anchor = completing(read, paid.on, fires)
            yield from until_reversed(loan, paid, "high", details, read, anchor=anchor)


def _rolls(paid: Fact, limits: Mapping[str, int], other: Case) -> bool:
    since = plus(paid.on, -limits["days"])
    came = [f.data["principal"] for f in other.of(REPAID) if since <= f.on <= paid.on]
    lent = sum(fact.data["amount"] for fact in other.standing(paid.on))
    return (
        bool(came)
        and lent > 0
        and sum(came) * 100 >= limits["repaid_percent"] * lent
        and paid.data["amount"] * 100 >= limits["amount_percent"] * lent
    )


def timely_poverty(
    facts: Sequence[Fact], limits: Mapping[str, int], household_id: str
) -> Iterator[Finding]:
    """Find a household that was eligible just long enough to borrow, and that nobody helped."""
    household = own(facts, household_id)
    said = household.of(CLASSIFIED)
    turns = {fact.data["effective_from"] for fact in said}
    turns |= {years_after(day, LAPSE_YEARS) for day in turns} | household.days(CLASSIFIED)
    helped = household.days(AGREED).union(*(each.days(VISITED) for each in assignments(facts)))
    for loan in loans(facts):
        programme = programme_of(loan)
        if programme is None or not programme.eligible:
            continue

        def judge(day: str, loan: Case = loan, programme: Programme = programme) -> Held | None:
            known = [*until(said, day), *until(loan.of(APPLIED), day)[-1:]]
            known += loan.standing(day)[:1]
            known.sort(key=lambda fact: fact.order)

            def stay(part: Sequence[Fact]) -> tuple[str, str] | None:
                return _stay(programme, limits, day, part)

            found = stay(known)
            if found is None or any(found[0] <= visit <= found[1] for visit in helped):
                return None
            needed = first_minimal(known, stay)
            code = loan.of(APPLIED)[-1].data["programme"]
            details = {"programme": code, "since": found[0], "left": found[1]}
            return Held(needed[-1].id, "medium", tuple(needed), details)

        days = turns | loan.days(APPLIED, PAID, BACK)
        yield from runs(("loan", loan.id), loan.id, days, judge)


def _stay(
    programme: Programme, limits: Mapping[str, int], day: str, facts: Sequence[Fact]
) -> tuple[str, str] | None:
    """Give the time of eligibility that began shortly before the application and ended soon."""
    asked = [fact for fact in facts if fact.type == APPLIED]
    paid = [fact for fact in facts if fact.type == PAID]
    if not asked or not paid or programme.ceiling_on(asked[-1].on) is None:
        return None
    first, last = plus(asked[-1].on, -limits["before_days"]), plus(paid[0].on, limits["after_days"])
    rows = statuses([fact for fact in facts if fact.type == CLASSIFIED])
    since = None
    for before, now in pairs(rows):
        if now.since > day:
            break
        if before.status not in programme.eligible and now.status in programme.eligible:
            since = now.since
        elif now.status not in programme.eligible and since is not None:
            if first <= since <= asked[-1].on and paid[0].on <= now.since <= last:
                return since, now.since
            since = None
    return None


# --- Rules on what was decided, and when it was recorded ------------------------------------------


def reviewed(facts: Sequence[Fact], household_id: str) -> Iterator[tuple[Case, Fact, Fact]]:
    """Give the decisions that name a review which is on file, each with it."""
    household = own(facts, household_id)
    reviews = {fact.data["review_id"]: fact for fact in household.of(SCORED)}
    for said in household.of(CLASSIFIED):
        review = reviews.get(said.data.get("review_id"))
        if review is not None:
            yield household, said, review


def on_decision(
    said: Fact, needed: Iterable[Fact], severity: str, details: dict[str, Any]
) -> Finding:
    """Give the finding about a decision that only a correction takes away."""
    found = tuple(needed)
    last = last_of(found)
    step = Step(last.on, severity, ids(found), details)
    return Finding(("classification", said.id), None, last.id, last.on, None, (step,))


AGREEING = {"poor": ("poor",), "near_poor": ("near_poor",), "": (ESCAPED, "not_poor")}
STANDARD = ("2022-01-01", "2026-12-31", {"rural": 140, "urban": 175}, 30)
"""The one standard with points: its first and last day, most `b1` of a poor one, `b2` of it."""


def contradicts(said: Fact, review: Fact, scored: Fact) -> bool:
    """Say whether a decision is not what the points give."""
    first, last, most, poor = STANDARD
    if not first <= said.data["effective_from"] <= last:
        return False
    outcome = "poor" if scored.data["b2"] >= poor else "near_poor"
    if scored.data["b1"] > most[review.data["area_type"]]:
        outcome = ""
    return said.data["status"] not in AGREEING[outcome]


def score_contradiction(
    facts: Sequence[Fact], _: Mapping[str, int], household_id: str
) -> Iterator[Finding]:
    """Find a decision that is not what the points of its review say."""
    for household, said, review in reviewed(facts, household_id):
        again = household.of(REVERIFIED, review_id=review.data["review_id"])

        def fires(part: Sequence[Fact], said: Fact = said, review: Fact = review) -> bool:
            rest = [fact for fact in part if fact.type == REVERIFIED]
            there = said in part and review in part
            return there and contradicts(said, review, rest[-1] if rest else review)

        read = sorted([said, review, *until(again, said.on)], key=lambda fact: fact.order)
        if fires(read):
            scored = [fact for fact in read if fact.type == REVERIFIED][-1:] or [review]
            points = {name: scored[0].data[name] for name in ("b1", "b2")}
            excused = said.data.get("departure_reason") is not None
            details = {"status": said.data["status"], **points}
            severity = "medium" if excused else "high"
            yield on_decision(said, first_minimal(read, fires), severity, details)


def no_meeting(
    facts: Sequence[Fact], limits: Mapping[str, int], household_id: str
) -> Iterator[Finding]:
    """Find a household put on the list though the village had not met, or had not agreed."""
    for household, said, review in reviewed(facts, household_id):
        if review.data["kind"] != "annual" or said.data["status"] == "not_poor":
            continue
        met = until(household.of(MET, review_id=review.data["review_id"]), said.on)[-1:]
        agreed, there = (met[0].data["agreed"], met[0].data["attendees"]) if met else (0, 0)
        if met and agreed * 100 >= limits["agreed_percent"] * there:
            continue
        details = {"status": said.data["status"], "decided_on": said.on}
        details.update(agreed=agreed, attendees=there)
        yield on_decision(said, (said, review), "high", details)


def posting_short(
    facts: Sequence[Fact], limits: Mapping[str, int], household_id: str
) -> Iterator[Finding]:
    """Find a result that did not hang out long enough before it was decided."""
    for household, said, review in reviewed(facts, household_id):
        if review.data["kind"] != "annual":
            continue
        posted = until(household.of(POSTED, review_id=review.data["review_id"]), said.on)[-1:]
        days = sum(
            is_worked(plus(fact.on, number))
            for fact in posted
            for number in range(days_from(fact.on, fact.data["posted_until"]) + 1)
        )
        enough = days >= limits["working_days"]
        if enough and all(fact.data["posted_until"] < said.on for fact in posted):
            continue
        details = {"decided_on": said.on, "days": days, "needed": limits["working_days"]}
        yield on_decision(said, (said, review), "medium", details)


def status_flip(
    facts: Sequence[Fact], limits: Mapping[str, int], household_id: str
) -> Iterator[Finding]:
    """Find a household that went into poverty and out again, or out and in, within two years."""
    said = own(facts, household_id).of(CLASSIFIED)
    days = {day for fact in said for day in (fact.on, fact.data["effective_from"])}
    for second in said:

        def judge(day: str, second: Fact = second) -> Held | None:
            def flip(part: Sequence[Fact]) -> tuple[str, str] | None:
                return _flip(part, second, limits["days"], day)

            known = until(said, day)
            found = flip(known)
            if found is None:
                return None
            needed = first_minimal(known, flip)
            details = {"first": found[0], "second": found[1]}
            return Held(needed[-1].id, "medium", tuple(needed), details)

        yield from runs(("household", household_id, second.id), None, days, judge)


def _flip(facts: Sequence[Fact], second: Fact, within: int, day: str) -> tuple[str, str] | None:
    rows = statuses(facts)
    crossed = [
        now
        for before, now in pairs(rows)
        if (before.status in POOR) != (now.status in POOR) and now.since <= day
    ]
    for one, other in pairs(crossed):
        if other.by.id == second.id and days_from(one.since, other.since) <= within:
            return one.since, other.since
    return None


def late_recording(
    facts: Sequence[Fact], limits: Mapping[str, int], household_id: str
) -> Iterator[Finding]:
    """Find a decision or a disbursement that was entered long after it happened."""
    cases = [own(facts, household_id), *loans(facts)]
    for case in cases:
        for fact in (*case.of(CLASSIFIED), *case.of(PAID)):
            at = datetime.fromisoformat(fact.order[1]) + timedelta(hours=7)  # Viet Nam's date
            days = days_from(fact.on, at.date().isoformat())
            if days <= limits["days"] or fact.origin == "import":
                continue
            recorded = at.date().isoformat()
            details = {"days": days, "on": fact.on, "recorded_on": recorded}
            loan = case.id if fact.type == PAID else None
            step = Step(recorded, "low", (fact.id,), details)
            yield Finding(("event", fact.id), loan, fact.id, recorded, None, (step,))


# --- Rules on what waits --------------------------------------------------------------------------


_SATURDAY = 5
_DAYS_OFF = """
2000 0103 0204 0207 0208 0209 0501 0502 0904
2001 0101 0123 0124 0125 0126 0430 0501 0903
2002 0101 0211 0212 0213 0214 0430 0501 0902
2003 0101 0131 0203 0204 0205 0430 0501 0902
2004 0101 0121 0122 0123 0126 0430 0503 0902
2005 0103 0208 0209 0210 0211 0502 0503 0902
2006 0102 0130 0131 0201 0202 0501 0502 0904
2007 0101 0216 0219 0220 0221 0426 0430 0501 0903
2008 0101 0206 0207 0208 0211 0415 0430 0501 0902
2009 0101 0126 0127 0128 0129 0406 0430 0501 0902
2010 0101 0215 0216 0217 0218 0219 0423 0430 0503 0902
2011 0103 0202 0203 0204 0207 0412 0502 0503 0902
2012 0102 0123 0124 0125 0126 0127 0402 0430 0501 0903
2013 0101 0211 0212 0213 0214 0215 0419 0429 0430 0501 0902
2014 0101 0129 0130 0131 0203 0204 0409 0430 0501 0502 0901 0902
2015 0101 0102 0216 0217 0218 0219 0220 0223 0428 0429 0430 0501 0902
2016 0101 0208 0209 0210 0211 0212 0418 0502 0503 0902
2017 0102 0126 0127 0130 0131 0201 0406 0501 0502 0904
2018 0101 0214 0215 0216 0219 0220 0425 0430 0501 0903 1231
2019 0101 0204 0205 0206 0207 0208 0415 0429 0430 0501 0902
2020 0101 0123 0124 0127 0128 0129 0402 0430 0501 0902
2021 0101 0210 0211 0212 0215 0216 0421 0430 0503 0902 0903
2022 0103 0131 0201 0202 0203 0204 0411 0502 0503 0901 0902
2023 0102 0120 0123 0124 0125 0126 0501 0502 0503 0901 0904
2024 0101 0208 0209 0212 0213 0214 0418 0429 0430 0501 0902 0903
2025 0101 0127 0128 0129 0130 0131 0407 0430 0501 0502 0901 0902
2026 0101 0216 0217 0218 0219 0220 0427 0430 0501 0831 0901 0902 1124
2027 0101 0204 0205 0208 0209 0210 0416 0430 0503 0902 0903 1124
2028 0103 0124 0125 0126 0127 0128 0404 0501 0502 0901 0904 1124
2029 0101 0212 0213 0214 0215 0216 0423 0430 0501 0903 0904 1126
2030 0101 0131 0201 0204 0205 0206 0412 0430 0501 0902 0903 1125
2031 0101 0121 0122 0123 0124 0127 0401 0430 0501 0901 0902 1124
2032 0101 0209 0210 0211 0212 0213 0419 0430 0503 0902 0903 1124
2033 0103 0131 0201 0202 0203 0204 0411 0502 0503 0901 0902 1124
2034 0102 0217 0220 0221 0222 0223 0428 0501 0502 0901 0904 1124
2035 0101 0206 0207 0208 0209 0212 0417 0430 0501 0903 0904 1126
2036 0101 0128 0129 0130 0131 0201 0407 0430 0501 0901 0902 1124
2037 0101 0213 0216 0217 0218 0219 0424 0430 0501 0901 0902 1124
2038 0101 0202 0203 0204 0205 0208 0413 0430 0503 0902 0903 1124
2039 0103 0124 0125 0126 0127 0128 0404 0502 0503 0901 0902 1124
2040 0102 0210 0213 0214 0215 0216 0420 0430 0501 0903 0904 1126
2041 0101 0130 0131 0201 0204 0205 0410 0430 0501 0902 0903 1125
2042 0101 0120 0121 0122 0123 0124 0429 0430 0501 0901 0902 1124
2043 0101 0209 0210 0211 0212 0213 0420 0430 0501 0901 0902 1124
2044 0101 0128 0129 0201 0202 0203 0407 0502 0503 0901 0902 1124
2045 0102 0215 0216 0217 0220 0221 0426 0501 0502 0901 0904 1124
2046 0101 0205 0206 0207 0208 0209 0416 0430 0501 0903 0904 1126
2047 0101 0124 0125 0128 0129 0130 0404 0430 0501 0902 0903 1125
2048 0101 0212 0213 0214 0217 0218 0422 0430 0501 0901 0902 1124
2049 0101 0201 0202 0203 0204 0205 0412 0430 0503 0902 0903 1124
"""
HOLIDAYS = {line[:4]: frozenset(line[5:].split()) for line in _DAYS_OFF.split("\n")[1:-1]}
"""The calendar of the rules: Viet Nam's holidays from Monday to Friday, observed ones included."""


def is_worked(day: str) -> bool:
    """Say whether offices work on a day; refused outside the years whose holidays are known."""
    need(day[:4] in HOLIDAYS, f"không rõ ngày nghỉ của {day}", "that year's holidays are not known")
    return (
        date.fromisoformat(day).weekday() < _SATURDAY
        and day[5:7] + day[8:] not in (HOLIDAYS[day[:4]])
    )


def days_from(first: str, last: str) -> int:
    """Count the days from one to another."""
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


class Wait(NamedTuple):
    """What one fact lets wait for: open after `days` days from `since`, until `ends`."""

    subject: tuple[str, ...]
    by: Fact
    since: str
    days: int
    ends: Iterable[str]
    levels: tuple[tuple[int, str], ...]
    details: dict[str, Any]
    loan: str | None = None
    later: Sequence[tuple[str, dict[str, Any]]] = ()
    worked: bool = False
    """Whether working days are counted."""
    anchor: str = ""


def waiting(wait: Wait) -> Iterator[Finding]:
    """Give the finding of a wait, if it lasted long enough."""
    ends = min(wait.ends, default=None)
    opens = max(plus(wait.since, wait.days + 1), wait.by.on)
    if ends is not None and ends <= opens:
        return
    if wait.worked:
        opens = max(_beyond(wait.since, wait.days), wait.by.on)
        if ends is not None and ends <= opens:
            return
    levels = [(opens, wait.levels[0][1])]
    levels += [(plus(wait.since, days), severity) for days, severity in wait.levels[1:]]
    steps = []
    for day in sorted({opens, *(day for day, _ in (*levels, *wait.later) if opens < day)}):
        if ends is not None and ends <= day:
            break
        severity = [worse for start, worse in levels if start <= day][-1]
        details = dict(wait.details)
        for start, more in wait.later:
            details.update(more if start <= day else {})
        steps.append(Step(day, severity, (wait.by.id,), details))
    anchor = wait.anchor or wait.by.id
    yield Finding(wait.subject, wait.loan, anchor, opens, ends, tuple(steps))


def _beyond(day: str, days: int) -> str:
    counted = 0
    while counted <= days:
        day = plus(day, 1)
        counted += is_worked(day)
    return day


def confirmation_overdue(
    facts: Sequence[Fact], limits: Mapping[str, int], _: str
) -> Iterator[Finding]:
    """Find an application on which the commune has said nothing."""
    yield from _undecided(facts, limits, APPLIED, "low", (CONFIRMED, *DECIDED))


def decision_overdue(facts: Sequence[Fact], limits: Mapping[str, int], _: str) -> Iterator[Finding]:
    """Find an application on which the bank has not decided."""
    yield from _undecided(facts, limits, CONFIRMED, "medium", DECIDED)


def _undecided(
    facts: Sequence[Fact], limits: Mapping[str, int], kind: str, severity: str, ends: Sequence[str]
) -> Iterator[Finding]:
    for loan in loans(facts):
        for fact in loan.of(kind)[:1]:
            yield from waiting(
                Wait(
                    subject=("loan", loan.id),
                    by=fact,
                    since=fact.on,
                    days=limits["working_days"],
                    ends=loan.days(*ends),
                    levels=((0, severity),),
                    details={DATED_BY[kind]: fact.on},
                    loan=loan.id,
                    worked=True,
                )
            )


def loan_inactive(facts: Sequence[Fact], limits: Mapping[str, int], _: str) -> Iterator[Finding]:
    """Find a debt on which nothing has moved for months."""
    for loan in loans(facts):
        student = any(fact.data["programme"] == "HSSV" for fact in loan.of(APPLIED))
        bounds = (
            limits["student_days" if student else "days"] + 1,
            limits["high_from_days"],
            limits["critical_from_days"],
        )
        touches = [
            (fact.on, fact, fact.on) for kind in (PAID, REPAID, COLLECTED) for fact in loan.of(kind)
        ]
        frozen = loan.of(FROZEN)
        touches += [(f.data["until"], f, max(f.data["until"], f.on)) for f in frozen]
        touches.sort(key=lambda touch: (touch[0], touch[1].order), reverse=True)
        touched = sorted({on for on, _, _ in touches})
        turns = {on: tuple(plus(on, more) for more in bounds) for on in touched}
        after = [*touched[1:], "9999"]
        is_long = [bool(loan.of(BACK)) or turns[on][0] <= after[n] for n, on in enumerate(touched)]
        starts = [on for n, on in enumerate(touched) if is_long[n]]
        days = {day for on in starts for day in turns[on]}
        moved = loan.days(*MOVES, FROZEN) | {plus(fact.data["until"], 1) for fact in frozen}
        days |= {day for day in moved if starts and turns[starts[0]][0] <= day}

        def judge(
            day: str,
            loan: Case = loan,
            touches: Sequence[tuple[str, Fact, str]] = touches,
            turns: Mapping[str, Sequence[str]] = turns,
        ) -> Held | None:
            owed = loan.outstanding(day)
            if owed <= 0 or any(f.on <= day <= f.data["until"] for f in loan.of(FROZEN)):
                return None
            standing = loan.standing(day)
            since, last = next(
                (on, fact)
                for on, fact, known in touches
                if known <= day and (fact.type != PAID or fact in standing)
            )
            opens, high, critical = turns[since]
            if day < opens:
                return None
            severity = "critical" if day >= critical else "high" if day >= high else "medium"
            return Held(last.id, severity, (last,), {"since": since, "outstanding": owed})

        yield from runs(("loan", loan.id), loan.id, days, judge)


def overdue_unworked(facts: Sequence[Fact], limits: Mapping[str, int], _: str) -> Iterator[Finding]:
    """Find an overdue loan about which nobody has done anything."""
    for loan in loans(facts):
        work = (CONTACTED, REPAID, COLLECTED)
        days = {plus(day, limits["days"] + 1) for day in loan.days(OVERDUE, *work)}
        days |= loan.days(OVERDUE, CURRENT, EXTENDED, FROZEN, RECALLED, CONTACTED, *MOVES)

        def judge(day: str, loan: Case = loan, work: Sequence[str] = work) -> Held | None:
            became = until(loan.of(OVERDUE), day)[-1:]
            if not became or loan.outstanding(day) <= 0:
                return None
            over = became[0]
            eased = any(over.on <= when <= day for when in loan.days(EXTENDED, FROZEN))
            if eased or any(f.order > over.order for f in until(loan.of(CURRENT), day)):
                return None
            worked = [fact for kind in work for fact in until(loan.of(kind), day)]
            last = last_of([over, *worked])
            if day < plus(last.on, limits["days"] + 1):
                return None
            if any(last.on <= when <= day for when in loan.days(RECALLED)):
                return None
            details = {"overdue_since": over.on, "since": last.on}
            return Held(last.id, "high", (over, last), details)

        yield from runs(("loan", loan.id), loan.id, days if loan.of(OVERDUE) else (), judge)


def freeze_ending(facts: Sequence[Fact], limits: Mapping[str, int], _: str) -> Iterator[Finding]:
    """Find a debt whose rest is ending with nothing arranged for what follows."""
    for loan in loans(facts):
        for number, frozen in enumerate(loan.of(FROZEN)):
            opens = max(frozen.on, plus(frozen.data["until"], -limits["days_before"]))
            urgent = plus(frozen.data["until"], -limits["high_days_before"])
            later = min((f.on for f in loan.of(FROZEN)[number + 1 :]), default=None)
            days = {opens, urgent, *loan.days(EXTENDED, FROZEN, *MOVES)}

            def judge(
                day: str,
                loan: Case = loan,
                frozen: Fact = frozen,
                turns: tuple[str, str, str | None] = (opens, urgent, later),
            ) -> Held | None:
                opens, urgent, later = turns
                if day < opens or loan.outstanding(day) <= 0:
                    return None
                if later is not None and later <= day:
                    return None
                if any(frozen.on <= when <= day for when in loan.days(EXTENDED, WRITTEN_OFF)):
                    return None
                details = {"frozen_on": frozen.on, "until": frozen.data["until"]}
                return Held(frozen.id, "high" if urgent <= day else "low", (frozen,), details)

            yield from runs(("loan", loan.id), loan.id, days, judge)


def review_stuck(
    facts: Sequence[Fact], limits: Mapping[str, int], household_id: str
) -> Iterator[Finding]:
    """Find a review that nobody has decided on."""
    household = own(facts, household_id)
    reviews = household.of(SCORED)
    for number, review in enumerate(reviews):
        known = {each.data["review_id"]: each.on for each in reviews[number:]}
        decided = [
            max(fact.on, known[fact.data["review_id"]])
            for fact in household.of(CLASSIFIED)
            if fact.data.get("review_id") in known
        ]
        subject, ends = ("review", review.data["review_id"]), {*decided, *household.days(CLOSED)}
        details = {"scored_on": review.on}
        levels = ((0, "medium"),)
        yield from waiting(Wait(subject, review, review.on, limits["days"], ends, levels, details))


def complaint_waiting(
    facts: Sequence[Fact], limits: Mapping[str, int], household_id: str
) -> Iterator[Finding]:
    """Find an objection after which nobody counted again."""
    household = own(facts, household_id)
    for filed in household.of(COMPLAINED):
        again = household.of(REVERIFIED, review_id=filed.data["review_id"])
        yield from waiting(
            Wait(
                subject=("complaint", filed.data["complaint_id"]),
                by=filed,
                since=filed.on,
                days=limits["working_days"],
                ends={*(f.on for f in again if filed.on <= f.on), *household.days(CLOSED)},
                levels=((0, "medium"),),
                details={"filed_on": filed.on},
                worked=True,
            )
        )


def review_missing(
    facts: Sequence[Fact], limits: Mapping[str, int], household_id: str
) -> Iterator[Finding]:
    """Find a poor household about which a year's review decided nothing."""
    household = own(facts, household_id)
    decided = [fact.on for fact in household.of(CLASSIFIED)]
    first_year = int(decided[0][:4]) if decided else 0
    for year in range(first_year, first_year + REVIEW_YEARS if decided else 0):
        first, last = (
            f"{year:04}-{limits[f'{end}_month']:02}-{limits[f'{end}_day']:02}"
            for end in ("first", "last")
        )
        done = [day for day in decided if first <= day][:1]
        if done and done[0] <= last:
            continue
        found = status_on(household, last, plus(first, -1))
        if found is None or found.status not in POOR:
            continue
        details = {"year": str(year), "status": found.status}
        subject, ends = ("household", household_id, str(year)), {*done, *household.days(CLOSED)}
        levels = ((0, "high"),)
        wait = Wait(subject, found.by, last, 0, ends, levels, details, anchor=str(year))
        yield from waiting(wait)


def plan_item_overdue(
    facts: Sequence[Fact], limits: Mapping[str, int], household_id: str
) -> Iterator[Finding]:
    """Find a step out of poverty that was not taken by its date."""
    levels = (
        (0, "low"),
        (limits["medium_from_days"], "medium"),
        (limits["high_from_days"], "high"),
    )
    ends = ("PlanItemCompleted", "PlanItemWithdrawn")
    yield from _due(own(facts, household_id), limits, AGREED, "item_id", ends, levels)


def support_overdue(
    facts: Sequence[Fact], limits: Mapping[str, int], household_id: str
) -> Iterator[Finding]:
    """Find what a policy owes a household after its date."""
    levels = ((0, "medium"), (limits["high_from_days"], "high"))
    ends = ("SupportDelivered", "SupportWithdrawn")
    yield from _due(own(facts, household_id), limits, "SupportEntitled", "support_id", ends, levels)


def _due(
    household: Case,
    limits: Mapping[str, int],
    kind: str,
    name: str,
    ends: Sequence[str],
    levels: tuple[tuple[int, str], ...],
) -> Iterator[Finding]:
    """Find what was agreed and is neither done nor withdrawn after its date."""
    subject = "plan_item" if kind == AGREED else "support"
    for fact in household.of(kind):
        which, due = fact.data[name], fact.data["due_on"]
        over = {f.on for end in ends for f in household.of(end) if f.data[name] == which}
        over |= household.days(CLOSED)
        details = {"due_on": due}
        yield from waiting(Wait((subject, which), fact, due, limits["days"], over, levels, details))


def target_without_plan(
    facts: Sequence[Fact], limits: Mapping[str, int], household_id: str
) -> Iterator[Finding]:
    """Find a household that is to leave poverty with no step towards it agreed."""
    household = own(facts, household_id)
    starts = household.days(TARGET, WITHDRAWN, GROUPS)
    days = household.days(TARGET, FREED, GROUPS, CLOSED, AGREED, "PlanItemCompleted", WITHDRAWN)
    days |= {plus(day, limits["days"] + 1) for day in starts}
    for year in sorted({fact.data["year"] for fact in household.of(TARGET)}):

        def judge(day: str, year: int = year) -> Held | None:
            target = standing_target(household, year, day)
            if target is None or int(day[:4]) > year or not _may_be_helped(household, day):
                return None
            gone = [_withdrawn(household, item, day) for item in _items(household, target, day)]
            able = _able_again(household, day)
            if not all(gone):
                return None
            start = last_of([target, *able, *(fact for facts in gone for fact in facts)])
            if day < plus(start.on, limits["days"] + 1):
                return None
            details = {"year": str(year), "since": start.on}
            return Held(start.id, "medium", (target, start), details)

        subject = ("household", household_id, str(year))
        yield from runs(subject, None, {*days, f"{year + 1}-01-01"}, judge)


def _items(household: Case, target: Fact, day: str) -> Iterator[Fact]:
    """Give the items agreed since the target was set, and those that were open then."""
    for item in until(household.of(AGREED), day):
        part = item.data["item_id"]
        ends = [*household.of("PlanItemCompleted", item_id=part)]
        ends += household.of(WITHDRAWN, item_id=part)
        if target.on <= item.on or not until(ends, target.on):
            yield item


def _withdrawn(household: Case, item: Fact, day: str) -> list[Fact]:
    return until(household.of(WITHDRAWN, item_id=item.data["item_id"]), day)[:1]


MISSED = {"out": POOR, "near_poor": ("poor",)}
"""The statuses with which each target is missed."""


def target_missed(
    facts: Sequence[Fact], _: Mapping[str, int], household_id: str
) -> Iterator[Finding]:
    """Find a household that has not left poverty in its year."""
    household = own(facts, household_id)
    turns = household.days(TARGET, FREED, GROUPS, CLOSED, CLASSIFIED)
    turns |= {fact.data["effective_from"] for fact in household.of(CLASSIFIED)}
    for year in sorted({fact.data["year"] for fact in household.of(TARGET)}):
        opens = f"{year + 1:04}-01-01"

        def judge(day: str, year: int = year, opens: str = opens) -> Held | None:
            target = standing_target(household, year, day)
            if target is None or not _may_be_helped(household, day):
                return None
            rows = [
                row for row in statuses(until(household.of(CLASSIFIED), day)) if row.since <= day
            ]
            had = [row for row in rows if row.since <= opens][-1:]
            had += [row for row in rows if opens < row.since]
            missed = MISSED[target.data["to"]]
            if not had or any(row.status not in missed for row in had):
                return None
            details = {"year": str(year), "status": had[-1].status}
            return Held(str(year), "high", (target, had[-1].by), details)

        days = {opens, *(day for day in turns if opens < day)}
        yield from runs(("household", household_id, str(year)), None, days, judge)


def sponsor_absent(
    facts: Sequence[Fact], limits: Mapping[str, int], household_id: str
) -> Iterator[Finding]:
    """Find a sponsor who has not been there for longer than was agreed."""
    household = own(facts, household_id)
    for each in assignments(facts):
        made = each.of(ASSIGNED)
        if not made:
            continue
        every = made[-1].data["visit_every_days"]
        bounds = (every + 1, every * limits["high_from_intervals"])
        starts = [f for f in each.facts if f.type in (ASSIGNED, VISITED, TAKEN_OVER)]
        days = {day for f in starts for day in (f.on, *(plus(f.on, more) for more in bounds))}
        days |= each.days("AssignmentEnded") | household.days(CLOSED)
        days |= {fact.data["ends_on"] for fact in made if fact.data.get("ends_on")}

        def judge(
            day: str,
            each: Case = each,
            starts: Sequence[Fact] = starts,
            bounds: tuple[int, int] = bounds,
        ) -> Held | None:
            last, closed = until(starts, day)[-1:], until(household.of(CLOSED), day)
            if not last or closed or not _is_active(each, day):
                return None
            if day < plus(last[0].on, bounds[0]):
                return None
            severity = "high" if plus(last[0].on, bounds[1]) <= day else "medium"
            taker = last_of(until([f for f in starts if f.type != VISITED], day))
            details = {
                "since": last[0].on,
                "every": bounds[0] - 1,
                "sponsor_id": taker.data["sponsor_id"],
            }
            return Held(last[0].id, severity, (each.of(ASSIGNED)[-1], *last), details)

        yield from runs(("assignment", each.id), None, days, judge)


def pledge_overdue(
    facts: Sequence[Fact], limits: Mapping[str, int], household_id: str
) -> Iterator[Finding]:
    """Find what a sponsor promised by a date and the household does not have."""
    closed = own(facts, household_id).days(CLOSED)
    for each in assignments(facts):
        for pledge in each.of("SupportPledged"):
            which, came = pledge.data["commitment_id"], 0
            ends = closed | {f.on for f in each.of("PledgeWithdrawn", commitment_id=which)}
            for fact in each.of("PledgeFulfilled", commitment_id=which):
                came += fact.data["value"]
                if came * 100 >= limits["percent"] * pledge.data["value"]:
                    ends.add(fact.on)
            details = {"due_on": pledge.data["due_on"], "value": pledge.data["value"]}
            yield from waiting(
                Wait(
                    subject=("pledge", which),
                    by=pledge,
                    since=pledge.data["due_on"],
                    days=limits["days"],
                    ends=ends,
                    levels=((0, "medium"),),
                    details=details,
                    later=sponsors(each),
                )
            )


def sponsors(assignment: Case) -> list[tuple[str, dict[str, Any]]]:
    """Say whose an assignment is, from which days on."""
    takers = [fact for fact in assignment.facts if fact.type in (ASSIGNED, TAKEN_OVER)]
    return [(fact.on, {"sponsor_id": fact.data["sponsor_id"]}) for fact in takers]


def difficulty_unanswered(
    facts: Sequence[Fact], limits: Mapping[str, int], household_id: str
) -> Iterator[Finding]:
    """Find a difficulty that nobody has answered."""
    closed = own(facts, household_id).days(CLOSED)
    for each in assignments(facts):
        for raised in each.of("DifficultyRaised"):
            which = raised.data["difficulty_id"]
            solved = {f.on for f in each.of("DifficultyResolved", difficulty_id=which)}
            yield from waiting(
                Wait(
                    subject=("difficulty", which),
                    by=raised,
                    since=raised.on,
                    days=limits["days"],
                    ends=closed | solved,
                    levels=((0, "medium"), (limits["high_from_days"], "high")),
                    details={"raised_on": raised.on},
                    later=sponsors(each),
                )
            )


def handover_waiting(
    facts: Sequence[Fact], limits: Mapping[str, int], household_id: str
) -> Iterator[Finding]:
    """Find an offer to take a household over that nobody has answered."""
    closed = own(facts, household_id).days(CLOSED)
    for each in assignments(facts):
        ends = closed | each.days("AssignmentEnded")
        ends |= {fact.data["ends_on"] for fact in each.of(ASSIGNED) if fact.data.get("ends_on")}
        for offer, answered in _offers(each):
            yield from waiting(
                Wait(
                    subject=("assignment", each.id),
                    by=offer,
                    since=offer.on,
                    days=limits["days"],
                    ends=ends | answered,
                    levels=((0, "medium"),),
                    details={"offered_on": offer.on},
                    later=sponsors(each),
                )
            )


def _offers(assignment: Case) -> Iterator[tuple[Fact, set[str]]]:
    """Give each offer that was the oldest one unanswered, and when it was answered."""
    oldest: Fact | None = None
    for fact in assignment.facts:
        if fact.type == OFFERED:
            oldest = oldest or fact
        elif oldest is not None and fact.type in (TAKEN_OVER, REFUSED):
            yield oldest, {fact.on}
            oldest = None
    if oldest is not None:
        yield oldest, set()


def model_unassessed(
    facts: Sequence[Fact], limits: Mapping[str, int], household_id: str
) -> Iterator[Finding]:
    """Find a household in a production model of which nobody has seen what it brought."""
    household = own(facts, household_id)
    for enrolled in household.of(ENROLLED):
        model = enrolled.data["model_id"]
        seen = {f.on for f in household.of(ASSESSED, model_id=model) if enrolled.on <= f.on}
        subject, details = ("enrolment", model, household_id), {"enrolled_on": enrolled.on}
        ends, levels = seen | household.days(CLOSED), ((0, "low"),)
        wait = Wait(subject, enrolled, enrolled.on, limits["days"], ends, levels, details)
        yield from waiting(wait)


# --- All of them ----------------------------------------------------------------------------------


class Rule(NamedTuple):
    """A rule that this file runs: the services whose events it reads, the types, and itself."""

    sources: tuple[str, ...]
    reads: tuple[str, ...]
    check: Callable[[Sequence[Fact], Mapping[str, int], str], Iterator[Finding]]
    clocked: bool = False
    """Whether days of a pause would not count: that there was none is attested, not proved."""


_L, _H = ("loans",), ("households",)
_HL, _HS = (*_H, *_L), (*_H, "sponsorship")
_ASKED = (APPLIED, CONFIRMED, *DECIDED)
_PAYMENTS, _PEOPLE = (APPLIED, PAID, BACK), (REGISTERED, JOINED, LEFT, CLOSED)
_AIMS = (TARGET, FREED, GROUPS, CLOSED)
_HELP = (ASSIGNED, TAKEN_OVER, "AssignmentEnded", CLOSED)
_PLEDGES = ("SupportPledged", "PledgeFulfilled", "PledgeWithdrawn", *_HELP)
_TROUBLES = ("DifficultyRaised", "DifficultyResolved", *_HELP)
_ITEMS = (AGREED, "PlanItemCompleted", WITHDRAWN)
_SUPPORT = ("SupportEntitled", "SupportDelivered", "SupportWithdrawn", CLOSED)
_TIMELY = (CLASSIFIED, *_PAYMENTS, AGREED, VISITED, ASSIGNED)
RULES = {
    "WRONG_PURPOSE": Rule(_L, (CHECK, BACK, COLLECTED), wrong_purpose),
    "PIGGYBACK": Rule(_L, (PAID, BACK, CHECK), piggyback),
    "NOT_USED": Rule(_L, (PAID, BACK, CHECK), not_used),
    "LEDGER_MISMATCH": Rule(_L, (CHECK, *MOVES), ledger_mismatch),
    "WRONG_BENEFICIARY": Rule(_HL, (CLASSIFIED, *_ASKED, *MOVES), wrong_beneficiary),
    "UNKNOWN_BORROWER": Rule(_HL, (*_PEOPLE, *_PAYMENTS), unknown_borrower),
    "AFTER_DEPARTURE": Rule(_HL, (*_PEOPLE, *_PAYMENTS), after_departure),
    "OVER_CEILING": Rule(_L, MONEY, over_ceiling),
    "EXCLUSIVE_LOANS": Rule(_L, MONEY, exclusive_loans),
    "NOT_APPROVED": Rule(_L, (APPROVED, PAID, BACK), not_approved),
    "THIRD_PARTY_PAYEE": Rule(_L, (PAID, BACK), third_party_payee),
    "ROLLOVER": Rule(_L, (PAID, BACK, REPAID), rollover),
    "TIMELY_POVERTY": Rule((*_HL, "sponsorship"), _TIMELY, timely_poverty),
    "SCORE_CONTRADICTION": Rule(_H, (CLASSIFIED, SCORED, REVERIFIED), score_contradiction),
    "NO_MEETING": Rule(_H, (CLASSIFIED, SCORED, MET), no_meeting),
    "POSTING_SHORT": Rule(_H, (CLASSIFIED, SCORED, POSTED), posting_short),
    "INCAPABLE_TARGETED": Rule(_H, (TARGET, FREED, GROUPS), incapable_targeted),
    "STATUS_FLIP": Rule(_H, (CLASSIFIED,), status_flip),
    "LATE_RECORDING": Rule(_HL, (CLASSIFIED, PAID), late_recording),
    "REVIEW_MISSING": Rule(_H, (CLASSIFIED, CLOSED), review_missing, clocked=True),
    "REVIEW_STUCK": Rule(_H, (SCORED, CLASSIFIED, CLOSED), review_stuck, clocked=True),
    "COMPLAINT_WAITING": Rule(
        _H, (COMPLAINED, REVERIFIED, CLOSED), complaint_waiting, clocked=True
    ),
    "TARGET_WITHOUT_SPONSOR": Rule(_HS, (*_AIMS, *_HELP), target_without_sponsor, clocked=True),
    "TARGET_WITHOUT_PLAN": Rule(_H, (*_AIMS, *_ITEMS), target_without_plan, clocked=True),
    "TARGET_MISSED": Rule(_H, (*_AIMS, CLASSIFIED), target_missed, clocked=True),
    "PLAN_ITEM_OVERDUE": Rule(_H, (*_ITEMS, CLOSED), plan_item_overdue, clocked=True),
    "SUPPORT_OVERDUE": Rule(_H, _SUPPORT, support_overdue, clocked=True),
    "SPONSOR_ABSENT": Rule(_HS, (*_HELP, VISITED), sponsor_absent, clocked=True),
    "PLEDGE_OVERDUE": Rule(_HS, _PLEDGES, pledge_overdue, clocked=True),
    "DIFFICULTY_UNANSWERED": Rule(_HS, _TROUBLES, difficulty_unanswered, clocked=True),
    "HANDOVER_WAITING": Rule(_HS, (*_HELP, OFFERED, REFUSED), handover_waiting, clocked=True),
    "CONFIRMATION_OVERDUE": Rule(_L, _ASKED, confirmation_overdue, clocked=True),
    "DECISION_OVERDUE": Rule(_L, _ASKED, decision_overdue, clocked=True),
    "DISBURSEMENT_OVERDUE": Rule(
        _L, (APPROVED, PAID, BACK, "LoanWithdrawn"), disbursement_overdue, clocked=True
    ),
    "USE_CHECK_OVERDUE": Rule(_L, (PAID, BACK, CHECK), use_check_overdue, clocked=True),
    "LOAN_INACTIVE": Rule(_L, (*MONEY, FROZEN), loan_inactive, clocked=True),
    "OVERDUE_UNWORKED": Rule(
        _L,
        (OVERDUE, CURRENT, CONTACTED, EXTENDED, FROZEN, RECALLED, *MOVES),
        overdue_unworked,
        clocked=True,
    ),
    "FREEZE_ENDING": Rule(_L, (FROZEN, EXTENDED, *MOVES), freeze_ending),
    "RECALL_UNPAID": Rule(_L, (RECALLED, *MOVES), recall_unpaid, clocked=True),
    "MODEL_UNASSESSED": Rule(_HS, (ENROLLED, ASSESSED, CLOSED), model_unassessed, clocked=True),
}
"""What is proved; findings of every other rule are attested."""


def derived(
    code: str, household: str, events: Iterable[Event], limits: Mapping[str, int]
) -> dict[str, Finding]:
    """Run a rule over some events, and give its findings by their ids."""
    found = RULES[code].check(facts_of(events), limits, household)
    return {id_of(code, each): each for each in found}


def minimal(
    code: str, household: str, events: Sequence[Event], limits: Mapping[str, int], wanted: str
) -> list[Event]:
    """Give events, the latest left out first, of which none can go without the finding going."""
    needed, before = list(events), len(events) + 1
    while len(needed) < before:  # what was needed may no longer be once another one has gone
        before = len(needed)
        for event in list(reversed(needed)):
            rest = [each for each in needed if each is not event]
            if wanted in derived(code, household, rest, limits):
                needed = rest
    return needed


# --- The file ------------------------------------------------------------------------------------

_BUNDLE = {
    *("format", "claim", "finding", "rulebook", "keys", "checkpoints", "hashes", "histories"),
    *("minimal", "sha256"),
}
_FINDING = {
    *("finding_id", "code", "household_ids", "loan_id", "subject", "opened_on", "closed_on"),
    *("from_on", "severity", "details", "evidence"),
}


class Verdict(NamedTuple):
    """What a file proves."""

    level: str
    finding: dict[str, Any]
    lines: tuple[str, ...]


def packed(document: Mapping[str, Any]) -> bytes:
    """Give the one form in which a file is written."""
    form = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return form.encode()


def sealed(document: Mapping[str, Any]) -> bytes:
    """Give a file with the hash of the rest in it."""
    rest = packed({name: document[name] for name in document if name != "sha256"})
    # the last of the names, in the order of the form
    return rest[:-1] + b',"sha256":"' + hashlib.sha256(rest).hexdigest().encode() + b'"}'


def folded(raw: bytes) -> bytes:
    """Give a long file in its short form: whole, but compressed."""
    inside = base64.b64encode(zlib.compress(raw, 9)).decode()
    return sealed({"format": FOLDED, "file": inside})


def unfolded(inside: str) -> bytes:
    """Give the long form again; what is folded must be one whole file and nothing more."""
    unpacking = zlib.decompressobj()
    found = unpacking.decompress(unpacked(inside, None), MOST_UNFOLDED)
    need(
        unpacking.eof and not unpacking.unused_data,
        "phần nén không đúng dạng hoặc quá dài",
        "what is compressed has not the form, or is too long",
    )
    return found


def verify(raw: bytes, trusted: Sequence[str] = ()) -> Verdict:
    """Verify a file; Rejected says what is wrong with it. `trusted`: keys taken home before."""
    try:
        return _Verifying(read_file(raw), trusted).verdict()
    except MALFORMED as problem:
        reason = f"{type(problem).__name__}: {problem}"
        raise Rejected(f"tệp không đúng dạng / the file has not the form: {reason}") from None
    except RecursionError:
        raise Rejected("tệp không đúng dạng / the file has not the form") from None


def read_file(raw: bytes) -> dict[str, Any]:
    """Read a file in either form; refused where a byte of it was changed."""
    document: dict[str, Any] = _sealed(raw)
    if document["format"] == FOLDED:
        fields(document, {"format", "file", "sha256"})
        document = _sealed(unfolded(document["file"]))
    fields(document, _BUNDLE)
    need(document["format"] in (FORMAT, FORMER), "dạng tệp lạ", "a form of file that is not known")
    return document


def _sealed(raw: bytes) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(raw.decode())
    same = sealed(document) == raw
    need(same, "tệp đã bị sửa hoặc không đúng dạng", "the file was changed, or is in another form")
    return document


def fields(document: Mapping[str, Any], names: set[str], may: Iterable[str] = ()) -> None:
    """Refuse what lacks a field or has one that nothing vouches for."""
    found = set(document)
    need(
        names <= found <= names.union(may),
        f"trường thiếu hoặc lạ: {sorted(found ^ names)}",
        "a field that is missing or unknown",
    )


class _Verifying:
    """One file on its way through all that is asked of it."""

    def __init__(self, document: dict[str, Any], trusted: Sequence[str]) -> None:
        self.document, self.finding = document, document["finding"]
        self.hashes = [unpacked(each) for each in document["hashes"]]
        self.used: set[int] = set()
        self.logs: dict[str, Checkpoint] = {}
        self.events: dict[str, Event] = {}
        self.included: set[str] = set()
        self.whole: set[tuple[str, str]] = set()
        self.headed: set[str] = set()
        self.closed = 0
        fields(self.finding, _FINDING)
        signed: dict[str, tuple[bytes, bytes, bytes]] = {}
        for source, note in document["checkpoints"].items():
            vkey = document["keys"][source]
            need(
                not trusted or vkey in trusted,
                f"khóa của {source} không phải khóa bạn tin",
                "that log's key is none of those you trust",
            )
            self.logs[source], signed[source] = parse_checkpoint(note, read_key(vkey))
            origin = self.logs[source].origin
            need(
                origin.endswith("/" + source),
                f"điểm kiểm {origin} không phải của {source}",
                "that checkpoint is another log's",
            )
        fields(document["keys"], set(self.logs))
        if len(signed) == 1 or not all_signed(list(signed.values())):
            for source, said in self.logs.items():
                check_signature(said, signed[source])

    def verdict(self) -> Verdict:
        """Go through all of it."""
        for history in self.document["histories"]:
            self.history(history)
        need(
            self.used == set(range(len(self.hashes))),
            "có mã băm không dùng tới",
            "a hash that nothing needs",
        )
        book = self.document["rulebook"]
        fields(book, {"content", "sha256"})
        need(
            hashlib.sha256(packed(book["content"])).hexdigest() == book["sha256"],
            "bộ quy tắc không khớp mã băm",
            "the rulebook is not the one of its hash",
        )
        least = self.document["minimal"]
        need(
            self.included.issuperset(least),
            "chứng cứ tối thiểu không có trong nhật ký",
            "the least evidence is not proved to be in the log",
        )
        for event in self.finding["evidence"]:
            need(
                event in self.included or event in self.headed,
                f"thiếu chứng cứ {event}",
                "that event of the evidence is not shown, or not proved to be in the log",
            )
        level = self.rerun(book["content"]["parameters"])
        need(
            level == self.document["claim"],
            f"tệp nói {self.document['claim']}, nhưng chỉ được {level}",
            "the file claims one and shows the other",
        )
        return Verdict(level, self.finding, tuple(self.lines(level)))

    def siblings(self, numbers: Sequence[int]) -> list[bytes]:
        """Give the hashes that a proof names."""
        self.used.update(numbers)
        return [self.hashes[number] for number in numbers if number >= 0]

    def history(self, history: dict[str, Any]) -> None:
        """Verify the events of a household in one service, and where they end."""
        fields(history, {"source", "key", "head", "events"})
        source, key = history["source"], uuid.UUID(history["key"])
        said, chain = self.logs[source], bytes(HASH_BYTES)
        ends: dict[str, tuple[int, bytes]] = {}
        last = closed = 0
        shown = []
        for each in history["events"]:
            if "leaf" in each:
                fields(each, {"leaf"})
                leaf = unpacked(each["leaf"])
                closed += 1
            else:
                event, leaf = self.event(each, source, str(key), ends)
                need(
                    event.position > last,
                    f"sự kiện không theo thứ tự: {event.position}",
                    "events out of order",
                )
                last = event.position
                shown.append(event.id)
            chain = sha256(b"\x04", chain, leaf)
        self.closed += closed
        need(
            str(key) == history["key"] and bool(history["head"] or not closed),
            "lịch sử không có đầu",
            "a history without its head",
        )
        if history["head"]:
            count = len(history["events"])
            self.head(said, key, history["head"], (last, count, chain))
            if not closed:
                self.whole.add((source, str(key)))
                self.headed.update(shown)

    def event(
        self,
        given: dict[str, Any],
        source: str,
        key: str,
        ends: dict[str, tuple[int, bytes]],
    ) -> tuple[Event, bytes]:
        """Verify one event that is shown, and give the hash of its leaf."""
        fields(given, {"position", "meta", "data"}, ("previous", "siblings"))
        position, meta, said = given["position"], json.loads(given["meta"]), self.logs[source]
        stream, version = meta["stream_id"], meta["version"]
        before = (0, bytes(HASH_BYTES)) if version == 1 else ends.get(stream, (0, b""))
        previous = unpacked(given["previous"]) if "previous" in given else before[1]
        need(
            (meta["source"], meta["key"]) == (source, key)
            and ("previous" in given or before[0] == version - 1),
            f"sự kiện {meta['event_id']} không thuộc lịch sử này",
            "that event is not of this history",
        )
        first, content = given["meta"].encode(), given["data"].encode()
        size = len(first).to_bytes(4, "big")
        digest = sha256(b"giamngheo/event/1\n", previous, size, first, content)
        ends[stream] = (version, digest)
        leaf = sha256(b"\x00giamngheo/leaf/1\n", position.to_bytes(8, "big"), digest)
        if "siblings" in given:
            proof = self.siblings(given["siblings"])
            need(
                included(leaf, position - 1, said.size, proof, said.root),
                f"sự kiện {meta['event_id']} không có trong nhật ký đã ký",
                "that event is not in the log that was signed",
            )
            self.included.add(meta["event_id"])
        event = Event(meta["event_id"], source, position, meta, json.loads(given["data"]))
        self.events[event.id] = event
        return event, leaf

    def head(
        self, said: Checkpoint, key: uuid.UUID, head: dict[str, Any], end: tuple[int, int, bytes]
    ) -> None:
        """Verify that a household's events end where the file says, or that there are none."""
        fields(head, {"siblings"}, ("position", "other"))
        proof, path = self.siblings(head["siblings"]), path_of(key)
        position, count, chain = end
        position = head.get("position", position)
        found = head_hash(path, position, count, chain)
        if not count:
            found = bytes(HASH_BYTES)
            if "other" in head:
                other = head["other"]
                fields(other, {"path", "position", "count", "chain"})
                there, numbers = unpacked(other["path"]), (other["position"], other["count"])
                near = all(bit(there, n) == bit(path, n) for n in range(len(proof)))
                need(near and there != path, "đầu của hộ khác", "the head is another's")
                found = head_hash(there, *numbers, unpacked(other["chain"]))
        need(
            stands(key, found, proof, said.heads) and position <= said.size,
            f"lịch sử của hộ {key} không phải như đã ký: thiếu, thừa hoặc bị sửa",
            "the household's events are not those that were signed: one is missing or changed",
        )

    def rerun(self, parameters: Mapping[str, Mapping[str, int]]) -> str:
        """Run the rule again where it can be, and say how much that proves."""
        code, wanted = self.finding["code"], self.finding["finding_id"]
        if self.document["claim"] == ATTESTED and not self.closed:
            return ATTESTED
        rule, [household] = RULES[code], self.finding["household_ids"]
        events = sorted(self.events.values(), key=lambda each: (each.source, each.position))
        need(
            all(each.meta["schema_version"] == 1 for each in events),
            "sự kiện theo lược đồ khác",
            "an event of another schema",
        )
        found = derived(code, household, events, parameters[code]).get(wanted)
        shown = self.finding["from_on"]
        steps = [step for step in found.steps if step.on == shown] if found else []
        need(
            found is not None
            and [shown_as(code, household, found, step) for step in steps] == [self.finding],
            f"chạy lại quy tắc {code} không ra phát hiện này",
            "running the rule again does not give this finding",
        )
        least = [each for each in events if each.id in self.document["minimal"]]
        without = [[each for each in least if each is not one] for one in least]
        need(
            len(least) == len(self.document["minimal"])
            and wanted in derived(code, household, least, parameters[code])
            and not any(
                wanted in derived(code, household, rest, parameters[code]) for rest in without
            ),
            "chứng cứ tối thiểu không đúng",
            "the least evidence is not enough, or too much",
        )
        whole = all((source, household) in self.whole for source in rule.sources)
        return PROVED if whole else ATTESTED

    def lines(self, level: str) -> Iterator[str]:
        """Tell people what it means."""
        code, book = self.finding["code"], self.document["rulebook"]
        if level == PROVED:
            yield f"ĐÃ CHỨNG MINH / PROVED: {code} {self.finding['finding_id']}"
            yield (
                "chứng cứ có trong nhật ký đã ký, hộ không có sự kiện nào khác đến lúc đó, chạy "
                "lại quy tắc ra đúng phát hiện / the evidence is in the signed log, the household "
                "had no other events by then, and running the rule again gives this finding"
            )
        else:
            yield f"CHỈ ĐƯỢC XÁC NHẬN / ATTESTED only: {code} {self.finding['finding_id']}"
            yield (
                "chứng cứ có trong nhật ký đã ký; kết luận là lời của hệ thống / the evidence is "
                "in the signed log; what follows from it is the system's word"
            )
        if code in RULES and RULES[code].clocked and level == PROVED:
            yield (
                "không có ngày tạm dừng nào: chỉ được xác nhận / that no pause of clocks was in "
                "force is attested, not proved"
            )
        if self.closed:
            yield f"{self.closed} sự kiện của hộ không được mở / events of it are not opened"
        yield f"bộ quy tắc / rulebook {book['content']['version']}, SHA-256 {book['sha256']}"
        for source, said in self.logs.items():
            yield f"{said.origin}: {said.size} sự kiện / events, {said.time}"
            yield f"  khóa / key {self.document['keys'][source]}"


def shown_as(code: str, household: str, finding: Finding, step: Step) -> dict[str, Any]:
    """Write a finding as a file has it."""
    return {
        "finding_id": id_of(code, finding),
        "code": code,
        "household_ids": [household],
        "loan_id": finding.loan_id,
        "subject": list(finding.subject),
        "opened_on": finding.opened_on,
        "closed_on": finding.closed_on,
        "from_on": step.on,
        "severity": step.severity,
        "details": step.details,
        "evidence": list(step.evidence),
    }


# --- What was taken home earlier: checkpoints, and codes of notice boards ------------------------

NOTICE = "giamngheo/notice/1"
SAME, CHANGED, FORKED = "same", "changed", "forked"


class Kept(NamedTuple):
    """A checkpoint, or what the code on a posted list says: of which list, and of the log."""

    origin: str
    size: int
    root: bytes
    time: str
    speaks_of: str = ""
    list_hash: bytes = b""


def read_kept(text: str, keys: Sequence[Key]) -> Kept:
    """Verify the code on a paper, or a checkpoint, and read what it says."""
    if not text.lstrip().startswith(NOTICE):
        said = read_signed(text, keys)
        return Kept(said.origin, said.size, said.root, said.time)
    lines = [line.strip() for line in text.strip().splitlines()]
    need(len(lines) == 7, "mã niêm yết phải có bảy dòng", "a code has seven lines")  # noqa: PLR2004
    _, origin, speaks_of, list_hash, log, time, sealed_by = lines
    size, root = log.split(" ")
    raw = unpacked(sealed_by, 4 + 2 * HASH_BYTES)
    signed = "".join(f"{line}\n" for line in lines[:-1]).encode()
    need(
        any(
            (key.name, key.id) == (origin, raw[:4]) and ed25519(key.public, raw[4:], signed)
            for key in keys
        ),
        f"mã của {speaks_of} không do khóa bạn tin ký, hoặc chép sai",
        "that code is not signed by a key you trust, or was not copied to the letter",
    )
    return Kept(origin, int(size), unpacked(root), time, speaks_of, unpacked(list_hash))


def read_signed(note: str, keys: Sequence[Key]) -> Checkpoint:
    """Verify a checkpoint that others may have signed too, by one of the keys."""
    text, _, below = note.replace("\r\n", "\n").partition("\n\n")
    for line in below.splitlines():
        _, name, signature = line.split(" ")
        for key in keys:
            if (key.name, key.id) == (name, base64.b64decode(signature)[:4]):
                return read_checkpoint(f"{text}\n\n{line}\n", key)
    origin = text.partition("\n")[0]
    raise Rejected(
        f"{origin}: điểm kiểm không do khóa bạn tin ký / that checkpoint is not signed by a key "
        "you trust"
    )


def grown_from(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Say whether a proof shows that the tree of `new` begins with that of `old`."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    if not path:
        return False
    former = latter = path[0]
    for other in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            former, latter = sha256(b"\x01", other, former), sha256(b"\x01", other, latter)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            latter = sha256(b"\x01", latter, other)
        place, last = place >> 1, last >> 1
    return last == 0 and former == old_root and latter == new_root


def read_growth(raw: str, keys: Sequence[Key]) -> Roots:
    """Verify what `…/audit/log/{service}/consistency` gave: roots that belong to one log."""
    document = json.loads(raw)
    said, old = read_signed(document["checkpoint"], keys), document["from"]["size"]
    root, proof = unpacked(document["from"]["root"]), [unpacked(e) for e in document["siblings"]]
    need(
        grown_from(old, said.size, root, said.root, proof),
        f"{said.origin}: {said.size} sự kiện không nối tiếp {old} sự kiện đầu",
        "the proof does not show that the log grew out of its first events",
    )
    return {(said.origin, old): root, (said.origin, said.size): said.root}


def read_export(lines: Iterable[bytes], kept: Sequence[Kept]) -> Roots:
    """Hash every event of a whole export anew; give the logs' roots at the sizes that matter."""
    origins = {each.origin.rpartition("/")[2]: each.origin for each in kept}
    wanted = {(each.origin, each.size) for each in kept}
    found: Roots = {}
    ends: dict[tuple[str, str], bytes] = {}
    trees: dict[str, tuple[int, list[tuple[int, bytes]]]] = {}
    for line in lines:
        if line.startswith(b'{"manifest":'):
            break
        first, _, rest = line.partition(b',"data":')
        data, _, tail = rest.rpartition(b',"hash":"')
        meta, position = json.loads(first + b"}"), json.loads(b'{"hash":"' + tail)["position"]
        source, stream = meta["source"], (meta["source"], meta["stream_id"])
        length = (len(first) + 1).to_bytes(4, "big")
        before = ends.get(stream, bytes(HASH_BYTES))
        ends[stream] = sha256(b"giamngheo/event/1\n", before, length, first, b"}", data)
        size, row = trees.setdefault(source, (0, []))
        need(
            position == size + 1,
            f"{source}: thiếu sự kiện {size + 1}",
            "that event is missing: export everything, with an area of the whole province",
        )
        entry = b"giamngheo/leaf/1\n" + position.to_bytes(8, "big") + ends[stream]
        level, node = 0, sha256(b"\x00", entry)
        while row and row[-1][0] == level:
            level, node = level + 1, sha256(b"\x01", row.pop()[1], node)
        row.append((level, node))
        trees[source] = (position, row)
        place = (origins.get(source, ""), position)
        if place in wanted:
            root = row[-1][1]
            for _, left in reversed(row[:-1]):
                root = sha256(b"\x01", left, root)
            found[place] = root
    return found


def compare(
    texts: Sequence[str],
    growths: Sequence[str],
    export: Iterable[bytes],
    trusted: Sequence[str],
) -> Verdict:
    """Say what was taken home shows of the log; Rejected where it is not what it should be.

    `growths` are answers about the sizes of `texts`, `export` the lines of a whole export. The
    level is SAME, CHANGED (a posted list was, later) or FORKED (the log is another one).
    """
    need(bool(trusted), "cần khóa công khai bạn đã giữ (--key)", "a key you took home is needed")
    try:
        keys = [read_key(vkey) for vkey in trusted]
        kept = sorted((read_kept(text, keys) for text in texts), key=lambda each: each.time)
        roots: dict[tuple[str, int], set[bytes]] = {}
        for each in [*(read_growth(raw, keys) for raw in growths), read_export(export, kept)]:
            for place, root in each.items():
                roots.setdefault(place, set()).add(root)
    except MALFORMED as problem:
        reason = f"{type(problem).__name__}: {problem}"
        raise Rejected(f"không đúng dạng / not in its form: {reason}") from None
    levels, lines = [SAME], []
    for number, one in enumerate(kept):
        shown = f"{one.origin} {one.size} sự kiện / events, {one.time}"
        lines.append(f"{shown}: {one.speaks_of} {one.list_hash.hex()}".rstrip(" :"))
        known = roots.get((one.origin, one.size), set())
        if not known:
            lines.append(
                "  chưa so với nhật ký nay / not compared with today's: --growth, --export"
            )
        elif known == {one.root}:
            lines.append("  nhật ký nay bắt đầu đúng như vậy / today's log begins with just this")
        else:
            levels.append(FORKED)
            lines.append("  LỊCH SỬ ĐÃ BỊ VIẾT LẠI / HISTORY WAS REWRITTEN since then")
        for other in kept[:number]:
            if (one.origin, one.size) == (other.origin, other.size) and one.root != other.root:
                levels.append(FORKED)
                lines.append(f"  HAI LỊCH SỬ / TWO HISTORIES: {other.speaks_of} {other.time}")
            same = one.speaks_of and one.speaks_of == other.speaks_of
            if same and one.list_hash != other.list_hash:
                levels.append(CHANGED)
                lines.append(f"  DANH SÁCH ĐÃ ĐỔI / THE LIST WAS CHANGED since {other.time}")
    return Verdict(min(levels, key=[FORKED, CHANGED, SAME].index), {}, tuple(lines))


def taken(given: list[str], option: str) -> list[str]:
    """Take an option's values out of the arguments."""
    found = []
    while option in given[:-1]:
        place = given.index(option)
        found.append(given[place + 1])
        del given[place : place + 2]
    return found


def read_text(path: str) -> str:
    """Read a file of text as it is."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        return file.read()


def main(arguments: Sequence[str]) -> int:
    """Verify what is named, and say so; exit code 1 where it is refused or history was changed."""
    given = list(arguments)
    trusted, notices, growths, exports = (
        taken(given, option) for option in ("--key", "--notice", "--growth", "--export")
    )
    is_shown = "--open" in given
    given = [each for each in given if each != "--open"]
    if len(given) != (not notices) or given[0:1] == ["--help"] or len(exports) > 1:
        print(__doc__)
        return 2
    try:
        if notices:
            with ExitStack() as opened:
                export = [opened.enter_context(Path(each).open("rb")) for each in exports]
                texts = [each if NOTICE in each else read_text(each) for each in notices]
                lines = chain.from_iterable(export)
                verdict = compare(texts, [read_text(each) for each in growths], lines, trusted)
        else:
            raw = Path(given[0]).read_bytes()
            verdict = verify(raw, trusted)
            if is_shown:
                print(json.dumps(read_file(raw), ensure_ascii=False, indent=1))
    except Rejected as problem:
        print(f"BÁC BỎ / REJECTED: {problem}")
        return 1
    except OSError as problem:
        print(f"không đọc được / cannot be read: {problem}")
        return 2
    for line in verdict.lines:
        print(line)
    if not trusted:
        print("hãy so khóa với khóa bạn đã giữ (--key) / compare the keys with those you took home")
    return 1 if verdict.level in (CHANGED, FORKED) else 0


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    sys.exit(main(sys.argv[1:]))
