"""Loans whose case turns on a date: of a status, a ceiling, a correction, a reversal."""

from collections.abc import Callable
from datetime import date, timedelta

from shared.calendar import first_day_beyond, is_working_day
from shared.policy.eligibility import PRECHECKED
from simulation.lending import MILLION, Loan, lend
from simulation.stage import Stage

AMOUNT = 50 * MILLION
_SIDES = ((1, True), (0, False))


def escape_lapses(stage: Stage) -> None:
    """Play: three years out of poverty the loan for those newly out is for them no more."""
    lapsed = date(stage.years.first + 3, 2, 6)
    for days, fires in ((0, True), (-1, False)):
        home = stage.home("newly_escaped")
        paid = lapsed + timedelta(7 + days)
        loan = lend(home, "HMTN", AMOUNT, paid, acknowledge=PRECHECKED)
        loan.check(paid + timedelta(14))
        settled = loan.tend(paid)
        stage.judge("WRONG_BENEFICIARY", home, fires=fires, opened=paid, closed=settled)


def ceilings_by_date(stage: Stage) -> None:
    """Play: fifty millions for water are too much the day before the ceiling rises; or not."""
    for paid, fires in ((date(2024, 9, 1), True), (date(2024, 9, 2), False)):
        home = stage.home()
        loan = lend(home, "NSVS", AMOUNT, paid, acknowledge=PRECHECKED)
        loan.check(paid + timedelta(14))
        loan.tend(paid)
        below = paid + timedelta(180)
        stage.judge("OVER_CEILING", home, fires=fires, opened=paid, closed=below)


def not_judged_yet(stage: Stage) -> None:
    """Play: before a programme has a ceiling nobody can say that it was passed."""
    if stage.years.first > 2022:  # noqa: PLR2004 - the ceiling is of 8 August 2023
        return
    for paid, fires in ((date(2023, 8, 8), True), (date(2023, 8, 7), False)):
        home = stage.home("not_poor")
        loan = lend(home, "SXKD", 100 * MILLION + 1, paid, acknowledge=PRECHECKED)
        loan.check(paid + timedelta(14))
        loan.tend(paid)
        stage.judge("OVER_CEILING", home, fires=fires, opened=paid, closed=paid + timedelta(60))


def exclusive_programmes(stage: Stage) -> None:
    """Play: with a poor household's loan unpaid it takes that of a near-poor one; two kinds."""
    home = stage.home()
    old = lend(home, "HN", AMOUNT, stage.day(-60), "old")
    old.check(stage.day(-46))
    settled = old.tend(stage.day(-60))
    home.classify(stage.day(20), "near_poor")
    new = lend(home, "HCN", AMOUNT, stage.day(50), "new", acknowledge=PRECHECKED)
    new.check(stage.day(64))
    new.tend(stage.day(50))
    stage.expect("EXCLUSIVE_LOANS", home, opened=stage.day(50), closed=settled)
    for borrower, fires in ((1, True), (0, False)):
        water = stage.home()
        first = lend(water, "NSVS", 10 * MILLION, stage.day(0), "a")
        first.check(stage.day(14))
        settled = first.tend(stage.day(0))
        on = stage.day(10)
        second = lend(
            water, "NSVS", 10 * MILLION, on, "b", borrower=borrower, acknowledge=PRECHECKED
        )
        second.check(stage.day(24))
        second.tend(on)
        stage.judge("EXCLUSIVE_LOANS", water, fires=fires, opened=on, closed=settled)


def paid_before_approval(stage: Stage) -> None:
    """Play: the money is gone two weeks before anybody decides on the loan."""
    home = stage.home()
    loan = Loan(home, "1", "HN", AMOUNT)
    loan.apply(stage.day(-10))
    loan.confirm(stage.day(-7))
    loan.pay(stage.day(0), acknowledge=PRECHECKED)
    loan.check(stage.day(10))
    loan.approve(stage.day(14))
    loan.reverse(stage.day(50))
    late = first_day_beyond(stage.day(-7), 3, is_working_day)
    stage.expect("DECISION_OVERDUE", home, opened=late, closed=stage.day(14))
    stage.expect("NOT_APPROVED", home, opened=stage.day(0), closed=stage.day(50))


def payee_reversed(stage: Stage) -> None:
    """Play: the first of two payments to one payee was taken back before the second, or after."""
    for back, fires in ((40, True), (20, False)):
        pair = [stage.home(), stage.home()]
        account = f"9798 {pair[0].book.index:09d}"
        for number, home in enumerate(pair):
            on = stage.day(30 * number)
            loan = lend(home, "HN", AMOUNT, on, account=account, acknowledge=PRECHECKED)
            loan.check(on + timedelta(9))
            if number:
                loan.tend(on)
            else:
                loan.reverse(stage.day(back))
        if fires:
            stage.expect("SHARED_PAYEE", *pair, opened=stage.day(30), closed=stage.day(40))
        else:
            stage.silent("SHARED_PAYEE", *pair)


def cluster_by_payee(stage: Stage) -> None:
    """Play: of five loans of a group two went elsewhere and two to one payee."""
    homes = [stage.home() for _ in range(5)]
    group, account = homes[0].book.id("group"), f"9797 {homes[0].book.index:09d}"
    for number, home in enumerate(homes):
        shared = number in (2, 3)
        on = stage.day(3 if number == 3 else 0)  # noqa: PLR2004 - the fourth household
        more = {"account": account} if shared else {}
        loan = lend(home, "HN", AMOUNT, on, group=group, acknowledge=PRECHECKED, **more)
        bad = number < 2  # noqa: PLR2004 - the first two
        loan.check(stage.day(10 + number), MILLION if bad else 0)
        if number == 0:
            loan.form_group(stage.day(-60))
        loan.tend(on)
        if bad:
            stage.expect("WRONG_PURPOSE", home, opened=stage.day(10 + number))
    stage.expect("SHARED_PAYEE", homes[2], homes[3], opened=stage.day(3))
    opened, closed = stage.day(10), stage.day(366)
    stage.expect("GROUP_CLUSTER", opened=opened, closed=closed, subject=(group,))


def late_disbursement(stage: Stage) -> None:
    """Play: a disbursement is written down thirty-one days later, or thirty."""
    for days, fires in ((31, True), (30, False)):
        home = stage.home()
        recorded = stage.day(days)
        loan = lend(home, "HN", AMOUNT, stage.day(0), recorded=recorded)
        loan.check(stage.day(20), recorded=recorded)
        loan.tend(stage.day(0))
        stage.judge("LATE_RECORDING", home, fires=fires, opened=recorded)


def corrected_dates(stage: Stage) -> None:
    """Play: a check was in time but for a slip of the pen; or was not, and seemed to be."""
    for told, true, fires in ((40, 20, False), (20, 40, True)):
        home = stage.home()
        loan = lend(home, "HN", AMOUNT, stage.day(0))
        ref = f"check-{home.book.index}"
        loan.check(stage.day(told), ref=ref, recorded=stage.day(45))
        changes = {"inspected_on": stage.day(true)}
        stage.correct(home, "loans", loan.id, ref, stage.day(50), fields=changes)
        loan.tend(stage.day(0))
        stage.judge(
            "USE_CHECK_OVERDUE", home, fires=fires, opened=stage.day(31), closed=stage.day(40)
        )


def corrected_to_worse(stage: Stage) -> None:
    """Play: one đồng was overlooked and told later; or a check never was, and is annulled."""
    for annul in (False, True):
        home = stage.home()
        loan = lend(home, "HN", AMOUNT, stage.day(0))
        ref = f"check-{home.book.index}"
        loan.check(stage.day(10), MILLION if annul else 0, ref=ref)
        loan.check(stage.day(30))
        if annul:
            stage.correct(home, "loans", loan.id, ref, stage.day(60), annul=True)
        else:
            changes = {"right_purpose_amount": AMOUNT - 1, "wrong_purpose_amount": 1}
            stage.correct(home, "loans", loan.id, ref, stage.day(60), fields=changes)
        loan.tend(stage.day(0))
        stage.judge(
            "WRONG_PURPOSE", home, fires=not annul, opened=stage.day(10), closed=stage.day(30)
        )


def corrected_status(stage: Stage) -> None:
    """Play: the household only seemed to be poor when it borrowed as one."""
    home = stage.home("near_poor")
    ref, on = f"status-{home.book.index}", stage.day(-30)
    home.classify(on, "poor", ref=ref)
    home.turns[-1] = (on, "near_poor")
    loan = lend(home, "HN", AMOUNT, stage.day(0), acknowledge=PRECHECKED)
    loan.check(stage.day(14))
    changes = {"status": "near_poor"}
    stage.correct(home, "households", home.id, ref, stage.day(20), fields=changes)
    settled = loan.tend(stage.day(0))
    stage.expect("WRONG_BENEFICIARY", home, opened=stage.day(0), closed=settled)


def interest_counts(stage: Stage) -> None:
    """Play: interest alone is a repayment; so is what comes back on a recall."""
    paid, recalled = stage.home(), stage.home()
    loan = lend(paid, "HN", AMOUNT, stage.day(0))
    loan.check(stage.day(14))
    loan.repay(stage.day(91), 0)
    loan.tend(stage.day(91))
    stage.silent("LOAN_INACTIVE", paid)
    loan = lend(recalled, "HN", AMOUNT, stage.day(0))
    loan.check(stage.day(14))
    recall = loan.recall(stage.day(20), stage.day(95), MILLION)
    loan.collect(recall, stage.day(91), MILLION)
    loan.tend(stage.day(91))
    stage.silent("LOAN_INACTIVE", recalled)


def overdue_settled(stage: Stage) -> None:
    """Play: arrears are over, or more time is given, on the first late day; or a day after."""
    for path, dated_by in (("/overdue-end", "ended_on"), ("/extension", "granted_on")):
        for late, fires in _SIDES:
            home = stage.home()
            loan = lend(home, "HN", AMOUNT, stage.day(0))
            loan.check(stage.day(14))
            loan.repay(stage.day(60), 10 * MILLION)
            loan.tell(loan.controller, "/overdue", "since", stage.day(90))
            on = stage.day(121 + late)
            more = {"until": stage.day(500)} if path == "/extension" else {}
            loan.tell(loan.controller, path, dated_by, on, **more)
            loan.tend(stage.day(80))
            opened = stage.day(121)
            stage.judge("OVERDUE_UNWORKED", home, fires=fires, opened=opened, closed=on)


STORIES: dict[str, Callable[[Stage], None]] = {
    "escape_lapses": escape_lapses,
    "ceilings_by_date": ceilings_by_date,
    "not_judged_yet": not_judged_yet,
    "exclusive_programmes": exclusive_programmes,
    "paid_before_approval": paid_before_approval,
    "payee_reversed": payee_reversed,
    "cluster_by_payee": cluster_by_payee,
    "late_disbursement": late_disbursement,
    "corrected_dates": corrected_dates,
    "corrected_to_worse": corrected_to_worse,
    "corrected_status": corrected_status,
    "interest_counts": interest_counts,
    "overdue_settled": overdue_settled,
}
