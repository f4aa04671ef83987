"""The file that convinces alone: its signatures and its rules are those of the system."""

import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import verify
from services.loans.events import LoanDisbursed, LoanWithdrawn, RecallCollected, RecallOrdered
from services.reporting.detection import findings
from services.reporting.dossier import fold
from services.reporting.intervals import Interval
from services.reporting.rules import RULES
from services.sponsorship.events import SponsorAssigned
from shared.corrections import EventCorrected
from shared.money import vnd
from shared.recorded import Recorded
from tests.support.facts import (
    HOME,
    LOAN,
    PAID,
    SEALED,
    Recorder,
    approved,
    assigned,
    closed,
    day,
    disbursed,
    ended,
    groups,
    inspected,
    repaid,
    taken_back,
    target,
    target_withdrawn,
    uid,
)
from tests.support.findings import BOOK

M = 1_000_000
SECOND = uid("second disbursement")
OTHER = uid("other loan")
OURS = [rule for rule in RULES if rule.code in verify.RULES]
days = st.integers(0, 60).map(day)
money = st.sampled_from([0, 10, 20, 40, 50]).map(lambda n: n * M)
some = money.filter(bool)
payments = st.sampled_from([PAID, SECOND])
helps = st.sampled_from([uid("assignment"), uid("other assignment")])
recalls = st.sampled_from([uid("recall"), uid("second recall")])


def _recalled(on: Any, amount: int, recall: Any) -> RecallOrdered:
    return RecallOrdered(
        loan_id=LOAN,
        household_id=HOME,
        recall_id=recall,
        ordered_on=on,
        due_on=on + timedelta(days=10),
        amount=vnd(amount),
        reason=SEALED,
    )


def _collected(on: Any, amount: int, recall: Any) -> RecallCollected:
    return RecallCollected(
        loan_id=LOAN, household_id=HOME, recall_id=recall, collected_on=on, amount=vnd(amount)
    )


def _withdrawn(on: Any) -> LoanWithdrawn:
    return LoanWithdrawn(loan_id=LOAN, household_id=HOME, withdrawn_on=on, reason=SEALED)


facts = st.one_of(
    st.builds(disbursed, days, some, payments),
    st.builds(disbursed, days, some, payments, payee=st.just("third_party")),
    st.builds(disbursed, days, some, st.just(uid("third")), st.just(OTHER)),
    st.builds(taken_back, days, payments),
    st.builds(inspected, days, money, right=money, paid=payments, received=some),
    st.builds(inspected, days, st.just(0), right=money, paid=payments, received=some),
    st.builds(inspected, days, st.just(0), paid=payments, stated=money),
    st.builds(approved, days, amount=some, until=st.none() | days),
    st.builds(_recalled, days, some, recalls),
    st.builds(_collected, days, some, recalls),
    st.builds(_withdrawn, days),
    st.builds(repaid, days, some),
    st.builds(assigned, days, st.just(90), st.none() | days, helps),
    st.builds(ended, days, helps),
    st.builds(closed, st.integers(40, 60).map(day)),
    st.builds(target, days, st.sampled_from([2026, 2027])),
    st.builds(target_withdrawn, days, st.sampled_from([2026, 2027])),
    st.builds(
        lambda on, unable: groups(*unable, on=on),
        days,
        st.sampled_from([(), ("no_working_capacity",)]),
    ),
)
corrections = st.lists(st.tuples(st.integers(0, 9), st.booleans(), days), max_size=2)


def recorded(events: list[Any], wrong: list[tuple[int, bool, Any]]) -> list[Recorded]:
    """Record facts, and corrections of some: annulled, or moved to another day."""
    recorder, once = Recorder(), dict[Any, Any]()
    for number, event in enumerate(events):
        # a payment is made, and a recall ordered, once
        which = getattr(event, "disbursement_id", getattr(event, "recall_id", None))
        which = getattr(event, "assignment_id", which)
        is_once = isinstance(event, LoanDisbursed | RecallOrdered | SponsorAssigned)
        once.setdefault((type(event), which) if is_once else number, event)
    found = [recorder.record(event) for event in once.values()]
    for number, annul, on in wrong:
        if number >= len(once):
            continue
        meta = found[number].meta
        dated = verify.DATED_BY.get(meta.type, "occurred_on")
        correction = EventCorrected(
            key=meta.key,
            event_id=meta.event_id,
            reason=SEALED,
            annul=annul,
            fields=None if annul else {dated: on.isoformat()},
            occurred_on=on,
        )
        made = recorder.record(correction, source=meta.source, stream=meta.stream_id)
        found.append(made)
    return found


def told(history: list[Recorded]) -> list[verify.Event]:
    """Give events as a file has them."""
    return [
        verify.Event(
            str(each.meta.event_id),
            each.meta.source,
            each.position or 0,
            json.loads(each.meta_bytes),
            json.loads(each.data),
        )
        for each in history
    ]


def own(interval: Interval) -> list[dict[str, Any]]:
    """Write a finding of the system as a file has it, step by step."""
    about, run = interval.about, interval.run
    return [
        {
            "finding_id": str(interval.finding_id),
            "code": interval.code,
            "household_ids": [str(HOME)],
            "loan_id": str(about.loan_id) if about.loan_id else None,
            "subject": [about.subject.type, *about.subject.ids],
            "opened_on": run.opened_on.isoformat(),
            "closed_on": run.closed_on.isoformat() if run.closed_on else None,
            "from_on": step.on.isoformat(),
            "severity": step.severity.word,
            "details": step.details,
            "evidence": [str(each) for each in step.evidence],
        }
        for step in run.steps
    ]


def theirs(code: str, events: list[verify.Event]) -> list[dict[str, Any]]:
    found = verify.derived(code, str(HOME), events, BOOK[code]).values()
    return [verify.shown_as(code, str(HOME), each, step) for each in found for step in each.steps]


@settings(max_examples=50, deadline=None)
@given(st.lists(facts, min_size=1, max_size=9), corrections)
def test_the_rules_of_the_file_give_what_those_of_the_system_give(
    events: list[Any], wrong: list[tuple[int, bool, Any]]
) -> None:
    history = recorded(events, wrong)
    intervals = findings(fold(HOME, history), BOOK, rules=OURS, follow_ups=())
    for code in verify.RULES:
        ours = [step for each in intervals if each.code == code for step in own(each)]
        mine = theirs(code, told(history))
        by_step = [(each["finding_id"], each["from_on"]) for each in ours]
        assert sorted(by_step) == sorted((each["finding_id"], each["from_on"]) for each in mine)
        assert all(each in ours for each in mine), code


@settings(max_examples=50, deadline=None)
@given(st.lists(facts, min_size=1, max_size=9), corrections)
def test_without_any_of_the_least_evidence_the_rule_is_silent(
    events: list[Any], wrong: list[tuple[int, bool, Any]]
) -> None:
    shown = told(recorded(events, wrong))
    for code in verify.RULES:
        limits = BOOK[code]
        for finding in verify.derived(code, str(HOME), shown, limits):
            least = verify.minimal(code, str(HOME), shown, limits, finding)
            assert finding in verify.derived(code, str(HOME), least, limits)
            for one in least:
                rest = [each for each in least if each is not one]
                assert finding not in verify.derived(code, str(HOME), rest, limits)


@settings(max_examples=10, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80), st.integers(0, 511))
def test_a_signature_is_right_or_wrong_as_the_library_says(
    seed: bytes, message: bytes, place: int
) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert verify.ed25519(public, signature, message)
    touched = bytearray(signature)
    touched[place // 8] ^= 1 << place % 8
    assert not verify.ed25519(public, bytes(touched), message)
    assert not verify.ed25519(public, signature, message + b".")


@pytest.mark.parametrize(
    ("secret", "public", "message", "signature"),
    [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            (
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
            ),
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            (
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            ),
        ),
    ],
    ids=["empty", "one byte"],
)
def test_the_signatures_of_the_standard_are_right(
    secret: str, public: str, message: str, signature: str
) -> None:
    assert secret != public
    key, said, signed = (bytes.fromhex(each) for each in (public, message, signature))
    assert verify.ed25519(key, signed, said)
    # the same scalar written larger is another signature, which nobody made
    scalar = int.from_bytes(signed[32:], "little") + verify.ORDER
    assert not verify.ed25519(key, signed[:32] + scalar.to_bytes(32, "little"), said)


def test_a_key_that_is_no_point_signs_nothing() -> None:
    assert not verify.ed25519(b"\x02" + bytes(31), bytes(64), b"")
    assert not verify.ed25519(b"\xff" * 32, bytes(64), b"")
    assert not verify.ed25519(bytes(31), bytes(64), b"")


def test_instants_sort_as_they_came() -> None:
    said = ["2026-06-01T05:00:00Z", "2026-06-01T05:00:00.000001Z", "2026-06-01T05:00:00.1Z"]
    assert sorted(said, key=verify.instant) == said
