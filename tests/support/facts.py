"""Builders of facts for reporting's tests: readable, with defaults, recorded in the order given."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from services.households.events import (
    REGISTRY as HOUSEHOLDS,
)
from services.households.events import (
    ExitTargetSet,
    ExitTargetWithdrawn,
    HouseholdClassified,
    HouseholdClosed,
    HouseholdGroupsSet,
    HouseholdRegistered,
    Member,
)
from services.loans.events import (
    REGISTRY as LOANS,
)
from services.loans.events import (
    DisbursementReversed,
    Evidence,
    LoanApplied,
    LoanApproved,
    LoanConfirmed,
    LoanDisbursed,
    LoanUseInspected,
    Payee,
    RecallCollected,
    RepaymentRecorded,
)
from services.loans.events.money import PayeeKind
from services.sponsorship.events import REGISTRY as SPONSORSHIP
from services.sponsorship.events import (
    AssignmentEnded,
    HandoverAccepted,
    SponsorAssigned,
    SponsorDissolved,
    VisitRecorded,
)
from services.sponsorship.events import Evidence as Shown
from shared.areas import Commune, commune_on
from shared.codec import GENESIS, Registry, canonical, chain
from shared.event import event_type, key_of, occurred_on
from shared.ids import NAMESPACE
from shared.money import vnd
from shared.recorded import Actor, Meta, Recorded

DAY = date(2026, 3, 2)
LAST_YEAR = DAY - timedelta(days=400)
LAST_SPRING = DAY - timedelta(days=300)
LAST_MONTH = DAY - timedelta(days=30)
REGISTRIES = (HOUSEHOLDS, LOANS, SPONSORSHIP)
SEALED = "s1:none"


def uid(name: object) -> UUID:
    return uuid5(NAMESPACE, f"test {name}")


HOME = uid("household")
LOAN = uid("loan")
PAID = uid("disbursement")
HELP = uid("assignment")
PERSON = uid("member")


def day(number: int) -> date:
    return DAY + timedelta(days=number)


def _registry(event: object) -> Registry:
    name = type(event).__module__.split(".")[1]
    return next(registry for registry in REGISTRIES if registry.source == name)


def _stream(event: Any) -> str:
    for field in ("loan_id", "assignment_id", "model_id", "household_id", "sponsor_id", "group_id"):
        if (found := getattr(event, field, None)) is not None:
            return f"{field.removesuffix('_id')}-{found}"
    raise AssertionError(event)


class Recorder:
    """Records events one second after another, chained and positioned per store."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self.now = start
        self.positions: dict[str, int] = {}
        self.streams: dict[str, tuple[int, bytes]] = {}
        self.count = 0

    def record(
        self, event: Any, *, source: str | None = None, stream: str | None = None
    ) -> Recorded:
        declared = event_type(event)
        source = source or _registry(event).source
        stream = stream or _stream(event)
        version, previous = self.streams.get(stream, (0, GENESIS))
        self.count += 1
        self.now += timedelta(seconds=1)
        position = self.positions.get(source, 0) + 1
        self.positions[source] = position
        meta = Meta(
            source=source,
            stream_id=stream,
            version=version + 1,
            event_id=uid(f"event {self.count}"),
            type=declared.name,
            schema_version=declared.version,
            key=key_of(event),
            occurred_on=occurred_on(event),
            recorded_at=self.now,
            actor=Actor(sub="tester"),
        )
        data, meta_bytes = canonical(event), canonical(meta)
        digest = chain(previous, meta_bytes, data)
        self.streams[stream] = (version + 1, digest)
        return Recorded(meta, event, data, meta_bytes, digest, position)


def history(*events: Any) -> list[Recorded]:
    recorder = Recorder()
    return [recorder.record(event) for event in events]


def by_day(recorded: Iterable[Recorded], last: date) -> list[Recorded]:
    return [each for each in recorded if occurred_on(each.event) <= last]


def registered(on: date = LAST_YEAR, code: str = "01864", home: UUID = HOME) -> HouseholdRegistered:
    commune = commune_on(code, on)
    assert isinstance(commune, Commune)
    return HouseholdRegistered(
        household_id=home,
        commune=commune,
        village="Nà Nghè",
        area_type="rural",
        head=Member(member_id=PERSON, full_name=SEALED, relation="head", able_to_work=True),
        registered_on=on,
    )


def classified(
    status: str,
    on: date = LAST_SPRING,
    effective: date | None = None,
    home: UUID = HOME,
    review: UUID | None = None,
    departure: str | None = None,
) -> HouseholdClassified:
    return HouseholdClassified(
        household_id=home,
        decided_on=on,
        status=status,
        decision_no="12/QĐ",
        effective_from=effective or on,
        decided_by="chair",
        review_id=review,
        departure_reason=departure,
    )


def closed(on: date, home: UUID = HOME) -> HouseholdClosed:
    return HouseholdClosed(household_id=home, closed_on=on, reason="left_province")


def groups(*names: str, on: date, home: UUID = HOME) -> HouseholdGroupsSet:
    return HouseholdGroupsSet(household_id=home, groups=names, occurred_on=on)


def target(on: date = DAY, year: int | None = None, home: UUID = HOME) -> ExitTargetSet:
    return ExitTargetSet(household_id=home, set_on=on, year=year or on.year, to="out")


def target_withdrawn(on: date, year: int = DAY.year, home: UUID = HOME) -> ExitTargetWithdrawn:
    return ExitTargetWithdrawn(household_id=home, year=year, withdrawn_on=on, reason=SEALED)


def applied(
    programme: str = "HN",
    on: date = LAST_MONTH,
    loan: UUID = LOAN,
    home: UUID = HOME,
    member: UUID = PERSON,
    group: UUID | None = None,
) -> LoanApplied:
    return LoanApplied(
        loan_id=loan,
        household_id=home,
        applied_on=on,
        borrower_member_id=member,
        group_id=group,
        programme=programme,
        purpose="cattle",
        amount=vnd(50_000_000),
        term_months=36,
    )


def confirmed(on: date, loan: UUID = LOAN, home: UUID = HOME) -> LoanConfirmed:
    return LoanConfirmed(loan_id=loan, household_id=home, confirmed_on=on, confirmed_by="official")


def approved(
    on: date,
    loan: UUID = LOAN,
    home: UUID = HOME,
    amount: int = 50_000_000,
    until: date | None = None,
    by: str = "director",
) -> LoanApproved:
    return LoanApproved(
        loan_id=loan,
        household_id=home,
        approved_on=on,
        approved_by=by,
        amount=vnd(amount),
        rate_bp=660,
        term_months=36,
        valid_until=until or on + timedelta(days=90),
        decision_no="7/QĐ",
    )


def disbursed(
    on: date = DAY,
    amount: int = 50_000_000,
    paid: UUID = PAID,
    loan: UUID = LOAN,
    home: UUID = HOME,
    account: str | None = None,
    citizen: str | None = None,
    payee: PayeeKind = "borrower",
) -> LoanDisbursed:
    return LoanDisbursed(
        loan_id=loan,
        household_id=home,
        disbursement_id=paid,
        disbursed_on=on,
        amount=vnd(amount),
        method="cash",
        payee=Payee(kind=payee, account_ref=account, citizen_ref=citizen),
        voucher_no=f"V{paid}",
    )


def taken_back(
    on: date, paid: UUID = PAID, loan: UUID = LOAN, home: UUID = HOME
) -> DisbursementReversed:
    return DisbursementReversed(
        loan_id=loan, household_id=home, disbursement_id=paid, reversed_on=on, reason=SEALED
    )


def inspected(
    on: date,
    wrong: int = 0,
    right: int | None = None,
    received: int = 50_000_000,
    paid: UUID = PAID,
    loan: UUID = LOAN,
    home: UUID = HOME,
    stated: int | None = None,
    files: Sequence[str] = (),
) -> LoanUseInspected:
    return LoanUseInspected(
        loan_id=loan,
        household_id=home,
        inspection_id=uid(f"inspection {on} {wrong}"),
        disbursement_id=paid,
        inspected_on=on,
        inspector="inspector",
        amount_received=vnd(received),
        right_purpose_amount=vnd(received - wrong if right is None else right),
        wrong_purpose_amount=vnd(wrong),
        actual_use=SEALED,
        stated_outstanding=None if stated is None else vnd(stated),
        evidence=tuple(Evidence(sha256=each, kind="photo") for each in files),
    )


def repaid(on: date, principal: int, loan: UUID = LOAN, home: UUID = HOME) -> RepaymentRecorded:
    return RepaymentRecorded(
        loan_id=loan,
        household_id=home,
        repayment_id=uid(f"repayment {on} {principal}"),
        paid_on=on,
        principal=vnd(principal),
        interest=vnd(0),
    )


def collected(on: date, amount: int, loan: UUID = LOAN, home: UUID = HOME) -> RecallCollected:
    return RecallCollected(
        loan_id=loan,
        household_id=home,
        recall_id=uid("recall"),
        collected_on=on,
        amount=vnd(amount),
    )


def assigned(
    on: date = DAY,
    every: int = 90,
    until: date | None = None,
    help_: UUID = HELP,
    home: UUID = HOME,
) -> SponsorAssigned:
    return SponsorAssigned(
        assignment_id=help_,
        household_id=home,
        sponsor_id=uid("sponsor"),
        starts_on=on,
        person_in_charge="helper",
        ends_on=until,
        visit_every_days=every,
        goal=SEALED,
    )


def visited(
    on: date,
    help_: UUID = HELP,
    home: UUID = HOME,
    visitor: str = "helper",
    note: str | None = None,
    files: Sequence[str] = (),
) -> VisitRecorded:
    return VisitRecorded(
        assignment_id=help_,
        household_id=home,
        visit_id=uid(f"visit {on}"),
        visited_on=on,
        visitor=visitor,
        progress="unchanged",
        note_ref=note,
        evidence=tuple(Shown(sha256=each, kind="photo") for each in files),
    )


def taken_over(on: date, help_: UUID = HELP, home: UUID = HOME) -> HandoverAccepted:
    return HandoverAccepted(
        assignment_id=help_,
        household_id=home,
        accepted_on=on,
        sponsor_id=uid("another sponsor"),
        person_in_charge="another helper",
    )


def ended(on: date, help_: UUID = HELP, home: UUID = HOME) -> AssignmentEnded:
    return AssignmentEnded(assignment_id=help_, household_id=home, ended_on=on, reason=SEALED)


def dissolved(on: date, sponsor: str = "sponsor") -> SponsorDissolved:
    return SponsorDissolved(sponsor_id=uid(sponsor), dissolved_on=on, reason=SEALED)
