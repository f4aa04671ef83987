"""Groups are formed, loans are asked for, decided, paid out, looked after and repaid."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.areas import Commune
from simulation.demo.book import Actor, Book, demo_id
from simulation.demo.cast import BORROWERS, Part, part_of, status_of
from simulation.demo.people import Family, code_on, communes, pick
from simulation.demo.register import officer

TELLER = Actor("giao-dich-vien", "bank_teller")
CONTROLLER = Actor("kiem-soat-vien", "bank_controller")
INSPECTOR = Actor("hoi-kiem-tra", "union_inspector")
MILLION = 1_000_000
_BY_STATUS = {"poor": "HN", "near_poor": "HCN", "newly_escaped": "HMTN", "not_poor": "SXKD"}
_RATES = {"HN": 660, "HCN": 792, "HMTN": 825, "SXKD": 900, "HSSV": 660, "NSVS": 900}
_PURPOSES = ("cattle", "cattle", "pigs", "goats", "forestry", "crops", "tea", "fruit")
_UNIONS = ("farmers", "women", "veterans", "youth")
_INSTALMENT_DAYS = 60
_SHARES = (20, 20, 50, 50, 100, 100)
"""How much of the money went elsewhere, in percent: every severity twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """One loan of the demo, by the number of days before the loading."""

    family: Family
    programme: str
    paid_ago: int
    amount: int
    purpose: str
    checked_ago: int | None
    number: int = 0

    @property
    def loan_id(self) -> UUID:
        """Give its id."""
        return demo_id("loan", self.family.index, self.number)

    @property
    def disbursement_id(self) -> UUID:
        """Give the id of its only disbursement."""
        return demo_id("disbursement", self.family.index, self.number)

    @property
    def path(self) -> str:
        """Give its address."""
        return f"/v1/loans/{self.loan_id}"


def group_id(commune: Commune) -> UUID:
    """Give the group of a commune."""
    return demo_id("group", commune.code)


def form_groups(book: Book) -> None:
    """Write one savings-and-credit group for each commune."""
    for number, commune in enumerate(communes()):
        on = book.day(440)
        book.write(
            "loans",
            TELLER,
            "/v1/groups",
            "formed_on",
            on,
            group_id=group_id(commune),
            name=f"Tổ TK&VV {number + 1}",
            commune_code=code_on(commune, on),
            union=_UNIONS[number % len(_UNIONS)],
            leader_id=f"to-truong-{commune.code}",
        )


def lend(book: Book, family: Family) -> None:
    """Write the loans of a household."""
    for loan in loans_of(family):
        _decide(book, loan)
        _pay_out(book, loan)
        _look_after(book, loan)
        if part_of(family.index) != "reversed":
            _repay(book, loan)


def loans_of(family: Family) -> list[Loan]:
    """Give what a household borrows."""
    index, part = family.index, part_of(family.index)
    borrows = part in BORROWERS or (part == "ordinary" and index % 5 in (0, 1))
    if not borrows:
        return []
    paid = 195 + index % 23
    checked: int | None = paid - 12 - index % 15
    if part == "unchecked":
        paid, checked = 38 + 9 * (index % 6), None
    elif part == "checked_on_the_last_day":
        checked = paid - 30
    elif part == "reversed":
        checked = None
    elif part == "shared_payee":
        paid = 150 + 10 * (index % 2)
        checked = paid - 14
    programme = "HN" if part == "wrong_beneficiary" else _BY_STATUS[status_of(index)]
    main = Loan(
        family=family,
        programme=programme,
        paid_ago=paid,
        amount=(6 + index % 11) * 5 * MILLION,
        purpose=pick(_PURPOSES, "purpose", index),
        checked_ago=checked,
    )
    if part != "three_loans":
        return [main]
    return [main, _another(main, "HSSV", 12, "study", 1), _another(main, "NSVS", 20, "toilet", 2)]


def _another(main: Loan, programme: str, millions: int, purpose: str, number: int) -> Loan:
    return Loan(
        family=main.family,
        programme=programme,
        paid_ago=main.paid_ago - 20,
        amount=millions * MILLION,
        purpose=purpose,
        checked_ago=main.paid_ago - 40,
        number=number,
    )


def _decide(book: Book, loan: Loan) -> None:
    index, ago = loan.family.index, loan.paid_ago
    applied = book.day(ago + 14)
    book.write(
        "loans",
        TELLER,
        "/v1/loans",
        "applied_on",
        applied,
        loan_id=loan.loan_id,
        household_id=demo_id("household", index),
        borrower_member_id=demo_id("member", index, 0),
        group_id=group_id(loan.family.commune),
        programme=loan.programme,
        purpose=loan.purpose,
        amount=loan.amount,
        term_months=36,
        commune_code=code_on(loan.family.commune, applied),
    )
    by = officer(loan.family)
    book.write("loans", by, f"{loan.path}/confirmation", "confirmed_on", book.day(ago + 12))
    book.write(
        "loans",
        CONTROLLER,
        f"{loan.path}/approval",
        "approved_on",
        book.day(ago + 10),
        amount=loan.amount,
        rate_bp=_RATES[loan.programme],
        term_months=36,
        valid_until=book.day(max(1, ago - 50)),
        decision_no=f"{index + 1}/QĐ-NHCS",
    )


def _payee(loan: Loan, part: Part) -> dict[str, Any]:
    account = f"9700 {loan.family.index:08d}"
    if part == "shared_payee":
        account = "9700 99999999"
    return {
        "kind": "borrower",
        "member_id": demo_id("member", loan.family.index, 0),
        "account": account,
    }


def _pay_out(book: Book, loan: Loan) -> None:
    index, part = loan.family.index, part_of(loan.family.index)
    known = {"wrong_beneficiary": ["WRONG_BENEFICIARY"], "shared_payee": ["SHARED_PAYEE"]}
    book.write(
        "loans",
        TELLER,
        f"{loan.path}/disbursements",
        "disbursed_on",
        book.day(loan.paid_ago),
        disbursement_id=loan.disbursement_id,
        amount=loan.amount,
        method="transfer",
        payee=_payee(loan, part),
        voucher_no=f"PC-{index + 1:04d}-{loan.number}",
        transaction_point=f"ĐGD xã {code_on(loan.family.commune, book.day(loan.paid_ago))}",
        acknowledge=known.get(part),
    )
    if part == "reversed":
        book.write(
            "loans",
            CONTROLLER,
            f"{loan.path}/disbursements/{loan.disbursement_id}/reversal",
            "reversed_on",
            book.day(loan.paid_ago - 20),
            reason="Chi nhầm hồ sơ",
        )


def _check(book: Book, loan: Loan, ago: int, wrong: int, use: str) -> None:
    book.write(
        "loans",
        INSPECTOR,
        f"{loan.path}/inspections",
        "inspected_on",
        book.day(ago),
        inspection_id=demo_id("inspection", loan.family.index, loan.number, ago),
        disbursement_id=loan.disbursement_id,
        amount_received=loan.amount,
        right_purpose_amount=loan.amount - wrong,
        wrong_purpose_amount=wrong,
        actual_use=use,
        effect="low" if wrong else "good",
    )


def _look_after(book: Book, loan: Loan) -> None:
    if loan.checked_ago is None:
        return
    index, part = loan.family.index, part_of(loan.family.index)
    if part not in ("wrong_purpose", "set_right", "recalled"):
        _check(book, loan, loan.checked_ago, 0, "Đúng phương án vay vốn")
        return
    share = _SHARES[index % len(_SHARES)] if part == "wrong_purpose" else 40
    wrong = loan.amount * share // 100
    _check(book, loan, loan.checked_ago, wrong, "Một phần mua xe máy")
    if part == "set_right":
        _check(book, loan, loan.checked_ago - 30, 0, "Đã mua bò như phương án")
    if part == "recalled":
        recall = demo_id("recall", index)
        book.write(
            "loans",
            CONTROLLER,
            f"{loan.path}/recall",
            "ordered_on",
            book.day(loan.checked_ago - 10),
            recall_id=recall,
            due_on=book.day(loan.checked_ago - 40),
            amount=wrong,
            reason="Sử dụng vốn sai mục đích",
        )
        book.write(
            "loans",
            TELLER,
            f"{loan.path}/recall-collections",
            "collected_on",
            book.day(loan.checked_ago - 30),
            recall_id=recall,
            amount=wrong,
        )


def _repay(book: Book, loan: Loan) -> None:
    interest = loan.amount * _RATES[loan.programme] * _INSTALMENT_DAYS // (10_000 * 365)
    for ago in range(loan.paid_ago - _INSTALMENT_DAYS, 0, -_INSTALMENT_DAYS):
        book.write(
            "loans",
            TELLER,
            f"{loan.path}/repayments",
            "paid_on",
            book.day(ago),
            repayment_id=demo_id("repayment", loan.family.index, loan.number, ago),
            principal=MILLION // 2,
            interest=interest,
            payer=str(demo_id("member", loan.family.index, 0)),
        )
