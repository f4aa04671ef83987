"""Which loans are marked by what people said about findings."""

from __future__ import annotations

from dataclasses import replace

from services.loans.policies import confirmed_misuse
from services.reporting.events import FindingConfirmed, FindingReopened
from shared.recorded import Recorded
from tests.support.facts import Recorder, day, uid
from tests.support.findings import misuse_of

ONE, OTHER, FINDING, GROUP = uid("one loan"), uid("other loan"), uid("finding"), uid("group")
SEEN = misuse_of(ONE, OTHER)


def confirmed(code: str = "SHARED_PAYEE", **more: object) -> FindingConfirmed:
    fields = {"finding_id": FINDING, "key": FINDING, "code": code, "occurred_on": day(1), **more}
    return FindingConfirmed(**fields)  # type: ignore[arg-type] # the fields are named above


def recorded(*events: object) -> list[Recorded]:
    recorder = Recorder()
    stream = f"finding-{FINDING}"
    return [recorder.record(each, source="reporting", stream=stream) for each in events]


def marked(*events: object) -> set[object]:
    return {each.loan_id for each in confirmed_misuse(recorded(*events))}


def test_a_finding_about_several_loans_marks_each_of_them() -> None:
    assert marked(confirmed(seen=SEEN)) == {ONE, OTHER}


def test_a_finding_on_one_loan_marks_that_one() -> None:
    assert marked(confirmed("WRONG_PURPOSE", loan_id=ONE, seen=SEEN)) == {ONE}


def test_a_suspect_group_marks_none_of_its_loans() -> None:
    group = replace(SEEN, subject_type="group", subject_ids=(str(GROUP),), group_id=GROUP)
    assert marked(confirmed("GROUP_CLUSTER", seen=group)) == set()


def test_a_loan_of_a_suspect_group_is_marked_by_its_own_finding_alone() -> None:
    group = replace(SEEN, subject_type="group", subject_ids=(str(GROUP),), group_id=GROUP)
    cluster = confirmed("GROUP_CLUSTER", finding_id=uid("cluster"), key=uid("cluster"), seen=group)
    own = confirmed("WRONG_PURPOSE", loan_id=ONE, seen=replace(SEEN, loan_ids=(ONE,)))
    assert marked(cluster, own) == {ONE}


def test_only_misuse_marks_and_only_while_it_stands() -> None:
    stalled = replace(SEEN, kind="stalled", loan_ids=(ONE,))
    assert marked(confirmed("LOAN_INACTIVE", loan_id=ONE, seen=stalled)) == set()
    reopened = FindingReopened(
        finding_id=FINDING, key=FINDING, code="SHARED_PAYEE", occurred_on=day(2)
    )
    assert marked(confirmed(seen=SEEN), reopened) == set()
