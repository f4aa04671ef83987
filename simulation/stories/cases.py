"""Loans and findings that nobody works on: each limit from both sides."""

from collections.abc import Callable
from datetime import date, timedelta

from shared.calendar import first_day_beyond, is_working_day
from simulation.lending import MILLION, Loan, ask, lend
from simulation.stage import Stage

AMOUNT = 50 * MILLION
_SIDES = ((1, True), (0, False))
"""What should end it comes a day after the first day on which it is open, or on that day."""


def _beyond(start: date, working: int) -> date:
    return first_day_beyond(start, working, is_working_day)


def _paid(loan: Loan, on: date) -> None:
    loan.pay(on)
    loan.check(on + timedelta(14))
    loan.tend(on)


def confirmation_overdue(stage: Stage) -> None:
    """Play: the commune confirms after five working days; or on its first late day."""
    for late, fires in _SIDES:
        home = stage.home()
        loan = Loan(home, "1", "HN", AMOUNT)
        loan.apply(stage.day(0))
        opened = _beyond(stage.day(0), 5)
        on = opened + timedelta(late)
        loan.confirm(on)
        loan.approve(on + timedelta(1))
        _paid(loan, on + timedelta(5))
        stage.judge("CONFIRMATION_OVERDUE", home, fires=fires, opened=opened, closed=on)


def decision_overdue(stage: Stage) -> None:
    """Play: the bank decides after three working days; or on its first late day."""
    for late, fires in _SIDES:
        home = stage.home()
        loan = Loan(home, "1", "HN", AMOUNT)
        loan.apply(stage.day(-2))
        loan.confirm(stage.day(0))
        opened = _beyond(stage.day(0), 3)
        on = opened + timedelta(late)
        loan.approve(on)
        _paid(loan, on + timedelta(5))
        stage.judge("DECISION_OVERDUE", home, fires=fires, opened=opened, closed=on)


def disbursement_overdue(stage: Stage) -> None:
    """Play: the money comes after thirty days; or on its first late day."""
    for late, fires in _SIDES:
        home = stage.home()
        loan = Loan(home, "1", "HN", AMOUNT)
        loan.apply(stage.day(-5))
        loan.confirm(stage.day(-2))
        loan.approve(stage.day(0), valid_until=stage.day(90))
        on = stage.day(31 + late)
        _paid(loan, on)
        stage.judge("DISBURSEMENT_OVERDUE", home, fires=fires, opened=stage.day(31), closed=on)


def use_check_overdue(stage: Stage) -> None:
    """Play: the use is checked after thirty days; on its first late day; or no need."""
    for late, fires in _SIDES:
        home = stage.home()
        loan = lend(home, "HN", AMOUNT, stage.day(0))
        loan.check(stage.day(31 + late))
        loan.tend(stage.day(0))
        stage.judge(
            "USE_CHECK_OVERDUE",
            home,
            fires=fires,
            opened=stage.day(31),
            closed=stage.day(31 + late),
        )
    taken_back = stage.home()
    loan = lend(taken_back, "HN", AMOUNT, stage.day(0))
    loan.reverse(stage.day(31))
    stage.silent("USE_CHECK_OVERDUE", taken_back)


def loan_inactive(stage: Stage) -> None:
    """Play: nothing is paid for ninety days, a student's loan for 455; or a day less."""
    for programme, days in (("HN", 90), ("HSSV", 455)):
        for late, fires in _SIDES:
            home = stage.home()
            loan = lend(home, programme, 20 * MILLION, stage.day(0))
            loan.check(stage.day(14))
            on = stage.day(days + 1 + late)
            loan.repay(on, 5 * MILLION)
            loan.tend(on)
            opened = stage.day(days + 1)
            stage.judge("LOAN_INACTIVE", home, fires=fires, opened=opened, closed=on)


def overdue_unworked(stage: Stage) -> None:
    """Play: nobody talks to a borrower in arrears for thirty days; or somebody does in time."""
    for late, fires in _SIDES:
        home = stage.home()
        loan = lend(home, "HN", AMOUNT, stage.day(0))
        loan.check(stage.day(14))
        loan.repay(stage.day(60), 10 * MILLION)
        loan.tell(loan.controller, "/overdue", "since", stage.day(90))
        on = stage.day(121 + late)
        contact = home.book.id("contact")
        more = {"contact_id": contact, "outcome": "promised"}
        loan.tell(loan.teller, "/contacts", "contacted_on", on, **more)
        loan.tell(loan.controller, "/overdue-end", "ended_on", stage.day(140))
        loan.tend(stage.day(80))
        opened = stage.day(121)
        stage.judge("OVERDUE_UNWORKED", home, fires=fires, opened=opened, closed=on)


def freeze_ending(stage: Stage) -> None:
    """Play: a freeze ends in 180 days and nothing was decided; or it was extended on that day."""
    for late, fires in _SIDES:
        home = stage.home()
        loan = lend(home, "HN", AMOUNT, stage.day(0))
        loan.check(stage.day(14))
        loan.tell(loan.controller, "/freeze", "from", stage.day(30), until=stage.day(430))
        on = stage.day(250 + late)
        loan.tell(loan.controller, "/extension", "granted_on", on, until=stage.day(800))
        loan.tend(stage.day(400))
        opened = stage.day(250)
        stage.judge("FREEZE_ENDING", home, fires=fires, opened=opened, closed=on)


def recall_unpaid(stage: Stage) -> None:
    """Play: a recall is paid a day after its first late day; or on that day."""
    for late, fires in _SIDES:
        home = stage.home()
        loan = lend(home, "HN", AMOUNT, stage.day(0))
        loan.check(stage.day(14))
        recall = loan.recall(stage.day(20), stage.day(50), 10 * MILLION)
        on = stage.day(51 + late)
        loan.collect(recall, on, 10 * MILLION)
        loan.tend(on)
        opened = stage.day(51)
        stage.judge("RECALL_UNPAID", home, fires=fires, opened=opened, closed=on)


def misuse_unworked(stage: Stage) -> None:
    """Play: a misuse is confirmed and nothing is done for fifteen days; or just in time."""
    for late, fires in _SIDES:
        home = stage.home()
        loan = lend(home, "HN", AMOUNT, stage.day(0))
        loan.check(stage.day(10), 10 * MILLION)
        index = home.book.index
        code, assignee = "WRONG_PURPOSE", f"tt-{index}"
        stage.decide(home, code, "assign", stage.day(11), f"tp-{index}", assignee=assignee)
        stage.decide(home, code, "confirm", stage.day(12), f"ld-{index}")
        opened, on = stage.day(28), stage.day(28 + late)
        recall = loan.recall(on, stage.day(90), 10 * MILLION)
        loan.collect(recall, stage.day(40), 10 * MILLION)
        loan.tend(stage.day(40))
        stage.expect(code, home, opened=stage.day(10), closed=stage.day(40))
        stage.judge("MISUSE_UNWORKED", home, fires=fires, opened=opened, closed=on)


def finding_unanswered(stage: Stage) -> None:
    """Play: an explanation is given a day after its first late day; or on that day."""
    for late, fires in _SIDES:
        home = stage.home()
        loan = lend(home, "HN", AMOUNT, stage.day(0))
        loan.check(stage.day(10), 10 * MILLION)
        index, code = home.book.index, "WRONG_PURPOSE"
        stage.decide(home, code, "request_explanation", stage.day(12), f"tt-{index}")
        opened, on = stage.day(28), stage.day(28 + late)
        stage.decide(home, code, "explain", on, f"tt-{index}")
        loan.check(stage.day(40))
        loan.tend(stage.day(0))
        stage.expect(code, home, opened=stage.day(10), closed=stage.day(40))
        stage.judge("FINDING_UNANSWERED", home, fires=fires, opened=opened, closed=on)


def approver_pair(stage: Stage) -> None:
    """Play: of ten loans that two officials decided together three went elsewhere; or two."""
    for misused in (3, 2):
        homes = [stage.home("not_poor"), stage.home("not_poor")]
        confirmer = homes[0].officer
        approver = Loan(homes[0], "", "", 0).controller
        for number in range(10):
            home, programme = homes[number % 2], ("KHAC", "DTTS", "XKLD", "NOXH", "HSSV")
            loan = ask(
                home,
                programme[number // 2],
                20 * MILLION,
                stage.day(0),
                str(number),
                confirmer=confirmer,
                approver=approver,
            )
            loan.pay(stage.day(0))
            loan.check(stage.day(10 + number), MILLION if number < misused else 0)
            if number == 0:
                loan.check(stage.day(25))
            loan.tend(stage.day(0))
            if number < misused:
                closed = stage.day(25) if number == 0 else None
                opened = stage.day(10 + number)
                stage.expect("WRONG_PURPOSE", home, opened=opened, closed=closed)
        pair = (confirmer.sub, approver.sub)
        if misused == 3:  # noqa: PLR2004 - the limit itself
            opened, closed = stage.day(12), stage.day(25)
            stage.expect("APPROVER_PAIR", opened=opened, closed=closed, subject=pair)
        else:
            stage.silent("APPROVER_PAIR", subject=pair)


STORIES: dict[str, Callable[[Stage], None]] = {
    "confirmation_overdue": confirmation_overdue,
    "decision_overdue": decision_overdue,
    "disbursement_overdue": disbursement_overdue,
    "use_check_overdue": use_check_overdue,
    "loan_inactive": loan_inactive,
    "overdue_unworked": overdue_unworked,
    "freeze_ending": freeze_ending,
    "recall_unpaid": recall_unpaid,
    "misuse_unworked": misuse_unworked,
    "finding_unanswered": finding_unanswered,
    "approver_pair": approver_pair,
}
