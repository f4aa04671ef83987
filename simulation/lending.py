"""Loans of the province: asked for, decided, paid out, looked after, repaid."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from simulation.demo.book import Actor
from simulation.home import Home

MILLION = 1_000_000
_RATES = {"HN": 660, "HCN": 792, "HMTN": 825}
CONFIRMED, APPROVED, PAID = 3, 5, 10
"""Days from the application to each step."""
_VALID = 30
_EVERY, _PARTS = 60, 5


@dataclass(slots=True)
class Loan:
    """One loan, with what is still owed by what was written."""

    home: Home
    name: str
    programme: str
    amount: int
    borrower: int = 0
    owed: int = 0
    paid: list[UUID] = field(default_factory=list)

    @property
    def id(self) -> UUID:
        """Give its id."""
        return self.home.book.id("loan", self.name)

    @property
    def path(self) -> str:
        """Give its address."""
        return f"/v1/loans/{self.id}"

    def tell(self, who: Actor, path: str, dated_by: str, on: date, **body: Any) -> None:
        """Write a line about the loan."""
        self.home.book.write("loans", who, f"{self.path}{path}", dated_by, on, **body)

    @property
    def teller(self) -> Actor:
        """Give who takes applications and money in."""
        return Actor(f"gdv-{self.home.officer.sub}", "bank_teller")

    @property
    def controller(self) -> Actor:
        """Give who decides."""
        return Actor(f"ksv-{self.home.officer.sub}", "bank_controller")

    @property
    def inspector(self) -> Actor:
        """Give who checks."""
        return Actor(f"hkt-{self.home.officer.sub}", "union_inspector")

    def form_group(self, on: date) -> None:
        """Write that the household's own savings-and-credit group is formed."""
        home = self.home
        home.book.write(
            "loans",
            self.teller,
            "/v1/groups",
            "formed_on",
            on,
            group_id=home.book.id("group"),
            name=f"Tổ TK&VV {home.book.index}",
            commune_code=home.code_on(on),
            union="farmers",
            leader_id=f"to-truong-{home.book.index}",
        )

    def apply(self, on: date, group: UUID | None = None, borrower: UUID | None = None) -> None:
        """Write the application."""
        home = self.home
        home.book.write(
            "loans",
            self.teller,
            "/v1/loans",
            "applied_on",
            on,
            loan_id=self.id,
            household_id=home.id,
            borrower_member_id=borrower or home.member(self.borrower),
            group_id=group,
            programme=self.programme,
            purpose="cattle",
            amount=self.amount,
            term_months=36,
            commune_code=home.code_on(on),
        )

    def confirm(self, on: date, who: Actor | None = None) -> None:
        """Write the commune's confirmation."""
        self.tell(who or self.home.officer, "/confirmation", "confirmed_on", on)

    def approve(
        self,
        on: date,
        amount: int | None = None,
        valid_until: date | None = None,
        who: Actor | None = None,
    ) -> None:
        """Write the bank's decision."""
        self.tell(
            who or self.controller,
            "/approval",
            "approved_on",
            on,
            amount=amount or self.amount,
            rate_bp=_RATES.get(self.programme, 900),
            term_months=36,
            valid_until=valid_until or on + timedelta(_VALID),
            decision_no=f"{self.home.book.index + 1}/QĐ-NHCS",
        )

    def pay(
        self,
        on: date,
        amount: int | None = None,
        *,
        account: str | None = None,
        kind: str = "borrower",
        recorded: date | None = None,
        acknowledge: tuple[str, ...] = (),
    ) -> UUID:
        """Write a disbursement; give its id."""
        number = len(self.paid)
        paid = self.home.book.id("disbursement", self.name, number)
        self.paid.append(paid)
        self.owed += amount or self.amount
        index = self.home.book.index
        self.tell(
            self.teller,
            "/disbursements",
            "disbursed_on",
            on,
            recorded=recorded,
            disbursement_id=paid,
            amount=amount or self.amount,
            method="transfer",
            payee={"kind": kind, "account": account or f"9701 {index:09d}"},
            voucher_no=f"PC-{index}-{self.name}-{number}",
            acknowledge=list(acknowledge) or None,
        )
        return paid

    def reverse(self, on: date) -> None:
        """Write that the last disbursement is taken back."""
        path = f"/disbursements/{self.paid[-1]}/reversal"
        self.tell(self.controller, path, "reversed_on", on, reason="Chi nhầm hồ sơ")
        self.owed = 0

    def check(
        self,
        on: date,
        wrong: int = 0,
        *,
        received: int | None = None,
        right: int | None = None,
        stated: int | None = None,
        files: tuple[str, ...] = (),
        ref: str = "",
        recorded: date | None = None,
    ) -> None:
        """Write a check of the last disbursement (06/TD)."""
        received = self.amount if received is None else received
        self.tell(
            self.inspector,
            "/inspections",
            "inspected_on",
            on,
            ref=ref,
            recorded=recorded,
            inspection_id=self.home.book.id("check", self.name, on, ref),
            disbursement_id=self.paid[-1],
            amount_received=received,
            right_purpose_amount=received - wrong if right is None else right,
            wrong_purpose_amount=wrong,
            actual_use="Mua bò sinh sản",
            stated_outstanding=stated,
            evidence=[{"sha256": each, "kind": "photo"} for each in files] or None,
        )

    def repay(self, on: date, principal: int) -> None:
        """Write a repayment, with interest."""
        self.owed -= principal
        self.tell(
            self.teller,
            "/repayments",
            "paid_on",
            on,
            repayment_id=self.home.book.id("repayment", self.name, on),
            principal=principal,
            interest=100_000,
        )

    def recall(self, on: date, due: date, amount: int) -> UUID:
        """Write that an amount is wanted back; give the recall's id."""
        recall = self.home.book.id("recall", self.name, on)
        self.tell(
            self.controller,
            "/recall",
            "ordered_on",
            on,
            recall_id=recall,
            due_on=due,
            amount=amount,
            reason="Sử dụng vốn sai mục đích",
        )
        return recall

    def collect(self, recall: UUID, on: date, amount: int) -> None:
        """Write that money came back on a recall."""
        self.owed -= amount
        self.tell(
            self.teller, "/recall-collections", "collected_on", on, recall_id=recall, amount=amount
        )

    def tend(self, start: date, every: int = _EVERY, parts: int = _PARTS) -> date:
        """Write repayments until nothing is owed; give the day of the last."""
        part, day = self.owed // parts, start
        for number in range(1, parts + 1):
            day = self.home.book.open_day(day + timedelta(every))
            self.repay(day, self.owed if number == parts else part)
        return day


def ask(home: Home, programme: str, amount: int, paid: date, name: str = "1", **more: Any) -> Loan:
    """Write a loan up to its approval, so that it can be paid out on a day."""
    loan = Loan(home, name, programme, amount, more.pop("borrower", 0))
    applied = paid - timedelta(PAID)
    loan.apply(applied, more.get("group"), more.get("stranger"))
    loan.confirm(applied + timedelta(CONFIRMED), more.get("confirmer"))
    loan.approve(applied + timedelta(APPROVED), who=more.get("approver"))
    return loan


def lend(home: Home, programme: str, amount: int, paid: date, name: str = "1", **more: Any) -> Loan:
    """Write a loan up to its disbursement, without any check of it."""
    own = {
        key: more.pop(key) for key in ("account", "kind", "acknowledge", "recorded") if key in more
    }
    loan = ask(home, programme, amount, paid, name, **more)
    loan.pay(paid, **own)
    return loan
