"""Misuse of loans, by whom and for how much they are paid: each limit from both sides."""

from collections.abc import Callable
from datetime import date

from shared.policy.eligibility import PRECHECKED
from simulation.home import Home
from simulation.lending import MILLION, Loan, lend
from simulation.stage import Stage

AMOUNT = 50 * MILLION


def _looked_after(stage: Stage, home: Home, programme: str = "HN", amount: int = AMOUNT) -> Loan:
    loan = lend(home, programme, amount, stage.day(0), acknowledge=PRECHECKED)
    loan.check(stage.day(14))
    return loan


def wrong_beneficiary(stage: Stage) -> None:
    """Play: the household is near-poor on the day of the confirmation; or left poverty after it."""
    near = stage.home("near_poor")
    settled = _looked_after(stage, near).tend(stage.day(0))
    stage.expect("WRONG_BENEFICIARY", near, opened=stage.day(0), closed=settled)
    left = stage.home("poor")
    left.classify(stage.day(-6), "newly_escaped")
    _looked_after(stage, left).tend(stage.day(0))
    stage.silent("WRONG_BENEFICIARY", left)
    on_the_day = stage.home("poor")
    on_the_day.classify(stage.day(-7), "newly_escaped")
    settled = _looked_after(stage, on_the_day).tend(stage.day(0))
    stage.expect("WRONG_BENEFICIARY", on_the_day, opened=stage.day(0), closed=settled)


def _joining(home: Home, on: date) -> None:
    body = {"member_id": home.book.id("late"), "relation": "child", "able_to_work": True}
    born = date(1999, 5, 1)
    more = {"full_name": "Nông Văn Sơn", "sex": "male", "birth_date": born}
    home.tell("/members", "joined_on", on, **body, **more)


def unknown_borrower(stage: Stage) -> None:
    """Play: the borrower joined the household the day after the money came; or on that day."""
    for joined in (1, 0):
        home = stage.home()
        loan = lend(
            home,
            "HN",
            AMOUNT,
            stage.day(0),
            stranger=home.book.id("late"),
            acknowledge=PRECHECKED,
        )
        _joining(home, stage.day(joined))
        loan.check(stage.day(14))
        if joined:
            loan.reverse(stage.day(50))
        else:
            loan.tend(stage.day(0))
        stage.judge(
            "UNKNOWN_BORROWER",
            home,
            fires=joined > 0,
            opened=stage.day(0),
            closed=stage.day(50),
        )


def after_departure(stage: Stage) -> None:
    """Play: the borrower left on the day of the disbursement; or on the next."""
    for left in (0, 1):
        home = stage.home()
        loan = lend(home, "HN", AMOUNT, stage.day(0), borrower=1, acknowledge=PRECHECKED)
        path = f"/members/{home.member(1)}/departure"
        home.tell(path, "left_on", stage.day(left), reason="moved")
        loan.check(stage.day(14))
        if left:
            loan.tend(stage.day(0))
        else:
            loan.reverse(stage.day(50))
        stage.judge(
            "AFTER_DEPARTURE", home, fires=left == 0, opened=stage.day(0), closed=stage.day(50)
        )


def over_ceiling(stage: Stage) -> None:
    """Play: one đồng above the ceiling until the first repayment; or the ceiling itself."""
    for more in (1, 0):
        home = stage.home()
        loan = _looked_after(stage, home, amount=100 * MILLION + more)
        loan.tend(stage.day(0))
        stage.judge("OVER_CEILING", home, fires=more > 0, opened=stage.day(0), closed=stage.day(60))


def exclusive_loans(stage: Stage) -> None:
    """Play: two members hold a poor household's loan each; or three legal ones at once.

    Or in turn.
    """
    both = stage.home()
    first = lend(both, "HN", 30 * MILLION, stage.day(0), "a")
    first.check(stage.day(14))
    settled = first.tend(stage.day(0))
    second = lend(both, "HN", 30 * MILLION, stage.day(20), "b", borrower=1, acknowledge=PRECHECKED)
    second.check(stage.day(34))
    second.tend(stage.day(20))
    stage.expect("EXCLUSIVE_LOANS", both, opened=stage.day(20), closed=settled)
    three = stage.home()
    for name, programme in (("a", "HN"), ("b", "HSSV"), ("c", "NSVS")):
        loan = lend(three, programme, 20 * MILLION, stage.day(0), name)
        loan.check(stage.day(14))
        loan.tend(stage.day(0))
    stage.silent("EXCLUSIVE_LOANS", three)
    turns = stage.home()
    settled = _looked_after(stage, turns, amount=30 * MILLION).tend(stage.day(0))
    other = lend(turns, "HN", 30 * MILLION, stage.day(300), "b", borrower=1)
    other.check(stage.day(310))
    other.tend(stage.day(300))
    stage.silent("EXCLUSIVE_LOANS", turns)


def not_approved(stage: Stage) -> None:
    """Play: one đồng more than approved; a day too late; or all of it on the last day."""
    for more, valid, fires in ((1, 0, True), (0, -1, True), (0, 0, False)):
        home = stage.home()
        loan = Loan(home, "1", "HN", AMOUNT)
        loan.apply(stage.day(-10))
        loan.confirm(stage.day(-7))
        loan.approve(stage.day(-5), AMOUNT, stage.day(valid))
        loan.pay(stage.day(0), AMOUNT + more, acknowledge=PRECHECKED)
        loan.check(stage.day(14), received=AMOUNT + more)
        if fires:
            loan.reverse(stage.day(50))
        else:
            loan.tend(stage.day(0))
        stage.judge("NOT_APPROVED", home, fires=fires, opened=stage.day(0), closed=stage.day(50))


def third_party_payee(stage: Stage) -> None:
    """Play: the money went to somebody outside the household; or to a member."""
    for kind in ("third_party", "member"):
        home = stage.home()
        loan = lend(home, "HN", AMOUNT, stage.day(0), kind=kind, acknowledge=PRECHECKED)
        loan.check(stage.day(14))
        if kind == "third_party":
            loan.reverse(stage.day(50))
        else:
            loan.tend(stage.day(0))
        stage.judge(
            "THIRD_PARTY_PAYEE",
            home,
            fires=kind == "third_party",
            opened=stage.day(0),
            closed=stage.day(50),
        )


def shared_payee(stage: Stage) -> None:
    """Play: two households have one payee ninety days apart; or a day more."""
    for apart in (90, 91):
        pair = [stage.home(), stage.home()]
        account = f"9799 {pair[0].book.index:09d}"
        for number, home in enumerate(pair):
            on = stage.day(apart * number)
            loan = lend(home, "HN", AMOUNT, on, account=account, acknowledge=PRECHECKED)
            loan.check(stage.day(apart * number + 14))
            loan.tend(on)
        if apart == 90:  # noqa: PLR2004 - the limit itself
            stage.expect("SHARED_PAYEE", *pair, opened=stage.day(90))
        else:
            stage.silent("SHARED_PAYEE", *pair)


def rollover(stage: Stage) -> None:
    """Play: a loan pays another one back: each of the three limits from both sides."""
    whole = 40 * MILLION
    cases = (
        (193, whole, whole, True),
        (192, whole, whole, False),
        (193, whole - 1, whole, False),
        (193, whole, whole - 1, False),
    )
    for back, repaid, new, fires in cases:
        home = stage.home()
        old = lend(home, "HN", AMOUNT, stage.day(0), "old")
        old.check(stage.day(14))
        old.repay(stage.day(60), 5 * MILLION)
        old.repay(stage.day(120), 5 * MILLION)
        old.repay(stage.day(back), repaid)
        loan = lend(home, "HN", new, stage.day(200), "new", acknowledge=PRECHECKED)
        loan.check(stage.day(214))
        loan.tend(stage.day(200))
        if old.owed:
            old.repay(stage.day(220), old.owed)
        stage.judge("ROLLOVER", home, fires=fires, opened=stage.day(200))


def timely_poverty(stage: Stage) -> None:
    """Play: near-poor just long enough to borrow; a day longer before or after.

    Or helped meanwhile.
    """
    cases = (
        (60, 180, False, True),
        (61, 180, False, False),
        (60, 181, False, False),
        (60, 180, True, False),
    )
    for before, after, planned, fires in cases:
        home = stage.home("poor")
        home.classify(stage.day(50 - before), "near_poor")
        loan = lend(home, "HCN", AMOUNT, stage.day(60))
        loan.check(stage.day(74))
        loan.tend(stage.day(60))
        left = stage.day(60 + after)
        home.classify(left, "poor")
        if planned:
            _plan(home, left)
        stage.judge("TIMELY_POVERTY", home, fires=fires, opened=left)


def _plan(home: Home, on: date) -> None:
    item = home.book.id("item")
    body = {"action": "Nuôi bò", "addresses": "no_capital", "responsible": home.officer.sub}
    home.tell("/plan-items", "agreed_on", on, item_id=item, due_on=on, **body)
    home.tell(f"/plan-items/{item}/completion", "completed_on", on)


STORIES: dict[str, Callable[[Stage], None]] = {
    "wrong_beneficiary": wrong_beneficiary,
    "unknown_borrower": unknown_borrower,
    "after_departure": after_departure,
    "over_ceiling": over_ceiling,
    "exclusive_loans": exclusive_loans,
    "not_approved": not_approved,
    "third_party_payee": third_party_payee,
    "shared_payee": shared_payee,
    "rollover": rollover,
    "timely_poverty": timely_poverty,
}
