"""Misuse of loans, by what the money went for: each limit from both sides."""

from collections.abc import Callable

from simulation.helping import assign
from simulation.lending import MILLION, lend
from simulation.stage import Stage

AMOUNT = 50 * MILLION


def wrong_purpose(stage: Stage) -> None:
    """Play: one đồng went elsewhere until a good check; or nothing did."""
    for wrong in (1, 0):
        home = stage.home()
        loan = lend(home, "HN", AMOUNT, stage.day(0))
        loan.check(stage.day(10), wrong)
        loan.check(stage.day(40))
        loan.tend(stage.day(0))
        stage.judge(
            "WRONG_PURPOSE", home, fires=wrong > 0, opened=stage.day(10), closed=stage.day(40)
        )


def recalled(stage: Stage) -> None:
    """Play: what went elsewhere was recalled: the day on which the last đồng came back ends it."""
    home = stage.home()
    loan = lend(home, "HN", AMOUNT, stage.day(0))
    loan.check(stage.day(10), 20 * MILLION)
    recall = loan.recall(stage.day(20), stage.day(200), 20 * MILLION)
    loan.collect(recall, stage.day(30), 20 * MILLION - 1)
    loan.collect(recall, stage.day(35), 1)
    loan.tend(stage.day(35))
    stage.expect("WRONG_PURPOSE", home, opened=stage.day(10), closed=stage.day(35))
    stage.silent("RECALL_UNPAID", home)


def corrected_check(stage: Stage) -> None:
    """Play: a check was written down wrongly and set right: it never was a finding."""
    home = stage.home()
    loan = lend(home, "HN", AMOUNT, stage.day(0))
    ref = f"check-{home.book.index}"
    loan.check(stage.day(10), 10 * MILLION, ref=ref)
    changes = {"right_purpose_amount": AMOUNT, "wrong_purpose_amount": 0}
    stage.correct(home, "loans", loan.id, ref, stage.day(15), fields=changes)
    loan.tend(stage.day(0))
    stage.silent("WRONG_PURPOSE", home)


def piggyback(stage: Stage) -> None:
    """Play: one đồng less arrived than was paid out; or all of it."""
    for short in (1, 0):
        home = stage.home()
        loan = lend(home, "HN", AMOUNT, stage.day(0))
        loan.check(stage.day(10), received=AMOUNT - short)
        loan.check(stage.day(40))
        loan.tend(stage.day(0))
        stage.judge("PIGGYBACK", home, fires=short > 0, opened=stage.day(10), closed=stage.day(40))


def not_used(stage: Stage) -> None:
    """Play: less than half was used after thirty days; half was.

    Or it was looked at a day before.
    """
    half = AMOUNT // 2
    for on, right in ((30, half - 1), (30, half), (29, half - 1)):
        home = stage.home()
        loan = lend(home, "HN", AMOUNT, stage.day(0))
        loan.check(stage.day(on), right=right)
        loan.check(stage.day(60))
        loan.tend(stage.day(0))
        fires = on >= 30 and right < half  # noqa: PLR2004 - the limit itself
        stage.judge("NOT_USED", home, fires=fires, opened=stage.day(30), closed=stage.day(60))


def ledger_mismatch(stage: Stage) -> None:
    """Play: the borrower knows of one đồng less, or more, than the books; or of as much."""
    for off in (-1, 1, 0):
        home = stage.home()
        loan = lend(home, "HN", AMOUNT, stage.day(0))
        loan.check(stage.day(20), stated=AMOUNT + off)
        loan.check(stage.day(50), stated=AMOUNT)
        loan.tend(stage.day(0))
        stage.judge(
            "LEDGER_MISMATCH", home, fires=off != 0, opened=stage.day(20), closed=stage.day(50)
        )


def reused_evidence(stage: Stage) -> None:
    """Play: one picture shows two loans; or twice the same one."""
    pair = [stage.home(), stage.home()]
    picture = f"{pair[0].book.index:064x}"
    for number, home in enumerate(pair):
        loan = lend(home, "HN", AMOUNT, stage.day(0))
        loan.check(stage.day(10 + 10 * number), files=(picture,))
        loan.tend(stage.day(0))
    stage.expect("REUSED_EVIDENCE", *pair, opened=stage.day(20))
    again = stage.home()
    picture = f"{again.book.index:064x}"
    loan = lend(again, "HN", AMOUNT, stage.day(0))
    loan.check(stage.day(10), files=(picture,))
    loan.check(stage.day(20), files=(picture,))
    loan.tend(stage.day(0))
    helped = assign(again, stage.day(0))
    for on in (30, 60):
        helped.visit(stage.day(on), files=(f"{again.book.index + 1:064x}",))
    helped.end(stage.day(100))
    stage.silent("REUSED_EVIDENCE", again)


def group_cluster(stage: Stage) -> None:
    """Play: of five loans of a group three went elsewhere; or two; or three of four."""
    for loans, misused in ((5, 3), (5, 2), (4, 3)):
        homes = [stage.home() for _ in range(loans)]
        group = homes[0].book.id("group")
        for number, home in enumerate(homes):
            loan = lend(home, "HN", AMOUNT, stage.day(0), group=group)
            bad = number < misused
            loan.check(stage.day(10 + number), 5 * MILLION if bad else 0)
            if number == 0:
                loan.form_group(stage.day(-60))
                loan.check(stage.day(40))
            loan.tend(stage.day(0))
            if bad:
                closed = stage.day(40) if number == 0 else None
                opened = stage.day(10 + number)
                stage.expect("WRONG_PURPOSE", home, opened=opened, closed=closed)
        if (loans, misused) == (5, 3):
            stage.expect(
                "GROUP_CLUSTER", opened=stage.day(12), closed=stage.day(40), subject=(group,)
            )
        else:
            stage.silent("GROUP_CLUSTER", subject=(group,))


STORIES: dict[str, Callable[[Stage], None]] = {
    "wrong_purpose": wrong_purpose,
    "recalled": recalled,
    "corrected_check": corrected_check,
    "piggyback": piggyback,
    "not_used": not_used,
    "ledger_mismatch": ledger_mismatch,
    "reused_evidence": reused_evidence,
    "group_cluster": group_cluster,
}
