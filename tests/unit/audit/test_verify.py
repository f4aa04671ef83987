"""The file that convinces alone: its signatures and its rules are those of the system."""

import json
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import verify
from services.reporting.detection.detect import findings
from services.reporting.domain.dossier import fold
from services.reporting.domain.intervals import Interval
from services.reporting.rules import RULES
from shared.calendar import is_working_day
from shared.policy.programmes import BY_CODE, EXCLUSIVE, ONE_PER_HOUSEHOLD
from shared.policy.standards import STANDARDS, Limits
from shared.recorded import Recorded
from tests.support.facts import HOME, REGISTRIES
from tests.support.findings import BOOK
from tests.support.happening import history

OURS = [rule for rule in RULES if rule.code in verify.RULES]
HISTORIES = 40


def told(recorded: list[Recorded]) -> list[verify.Event]:
    """Give events as a file has them."""
    return [
        verify.Event(
            str(each.meta.event_id),
            each.meta.source,
            each.position or 0,
            json.loads(each.meta_bytes),
            json.loads(each.data),
        )
        for each in recorded
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


def test_the_rules_of_the_file_give_what_those_of_the_system_give() -> None:
    by = Random(1)
    for _ in range(HISTORIES):
        recorded = history(by)
        intervals = findings(fold(HOME, recorded), BOOK, rules=OURS, follow_ups=())
        shown = told(recorded)
        for code in verify.RULES:
            ours = [step for each in intervals if each.code == code for step in own(each)]
            mine = [step for step in theirs(code, shown) if _is_looked_at(step)]
            assert sorted(ours, key=_place) == sorted(mine, key=_place), code


def _place(step: dict[str, Any]) -> tuple[str, str]:
    return step["finding_id"], step["from_on"]


def _is_looked_at(step: dict[str, Any]) -> bool:
    """Rules of every year look as far as the rulebook; the file, thirty years."""
    return step["code"] != "REVIEW_MISSING" or int(step["subject"][2]) <= BOOK.horizon.year


def test_events_are_dated_as_they_are_declared() -> None:
    for registry in REGISTRIES:
        for kind in registry.types():
            if kind.keyed_by == "household_id":
                assert verify.DATED_BY.get(kind.name, "occurred_on") == kind.dated_by, kind.name


def test_the_tables_of_the_file_are_those_of_the_system() -> None:
    assert {code: tuple(sorted(each.eligible or ())) for code, each in BY_CODE.items()} == {
        code: each.eligible for code, each in verify.PROGRAMMES.items()
    }
    for code, programme in BY_CODE.items():
        rows = tuple((row.valid_from.isoformat(), row.amount) for row in programme.ceilings)
        assert rows == verify.PROGRAMMES[code].ceilings, code
    assert (verify.EXCLUSIVE, verify.ONE_PER_HOUSEHOLD) == (EXCLUSIVE, ONE_PER_HOUSEHOLD)
    [judged] = [each for each in STANDARDS if each.limits is not None]
    first, last, most, poor = verify.STANDARD
    assert (judged.valid_from.isoformat(), judged.valid_to.isoformat()) == (first, last)
    assert judged.limits == {
        area: Limits(b1_max=limit, b2_poor=poor) for area, limit in most.items()
    }


@pytest.mark.parametrize("year", [2000, 2024, 2026, 2049])
def test_the_file_knows_the_days_off(year: int) -> None:
    for number in range(365):
        each = date(year, 1, 1) + timedelta(days=number)
        assert verify.is_worked(each.isoformat()) == is_working_day(each), each


def test_outside_the_calendar_of_the_file_nothing_is_judged() -> None:
    with pytest.raises(verify.Rejected, match="holidays are not known"):
        verify.is_worked("2050-01-03")
    with pytest.raises(verify.Rejected, match="holidays are not known"):
        verify.is_worked("1999-12-31")


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


@settings(max_examples=8, deadline=None)
@given(st.lists(st.binary(max_size=80), min_size=2, max_size=3), st.data())
def test_several_signatures_are_right_together_where_each_of_them_is(
    messages: list[bytes], data: st.DataObject
) -> None:
    signed = []
    for number, message in enumerate(messages):
        private = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
        signed.append((private.public_key().public_bytes_raw(), private.sign(message), message))
    assert verify.all_signed(signed)
    number, part = data.draw(st.integers(0, len(signed) - 1)), data.draw(st.integers(0, 1))
    touched = [bytearray(each) for each in signed[number][:2]]
    place = data.draw(st.integers(0, 8 * len(touched[part]) - 1))
    touched[part][place // 8] ^= 1 << place % 8
    wrong = (bytes(touched[0]), bytes(touched[1]), signed[number][2])
    assert not verify.all_signed([*signed[:number], wrong, *signed[number + 1 :]])
    assert not verify.all_signed([*signed[:number], (*signed[number][:2], b"?"), *signed[number:]])


def test_two_wrong_signatures_do_not_make_up_for_each_other() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public, signed = private.public_key().public_bytes_raw(), []
    for message, more in ((b"one", 1), (b"two", -1)):
        right = private.sign(message)
        scalar = (int.from_bytes(right[32:], "little") + more) % verify.ORDER
        signed.append((public, right[:32] + scalar.to_bytes(32, "little"), message))
    assert not verify.all_signed(signed)


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
