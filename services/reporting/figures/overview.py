"""A dossier in one document: where the household stands on a day. Pure; no names."""

from datetime import date
from typing import Any

from services.households.events import ExitTargetSet, HouseholdClosed, HouseholdRegistered
from services.loans.events import (
    LoanApplied,
    LoanApproved,
    LoanConfirmed,
    LoanDisbursed,
    LoanRejected,
    LoanUseInspected,
    LoanWithdrawn,
)
from services.reporting.domain.assignments import is_active, last_end, sponsor_on
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.money import outstanding, standing
from services.reporting.domain.status import groups_on, status_and_ground
from services.reporting.domain.targets import standing_target
from services.sponsorship.events import SponsorAssigned, VisitRecorded
from shared.areas import at


def overview(dossier: Dossier, day: date) -> dict[str, Any]:
    """Give the dossier as it stands on a day; its facts are cut at that day already."""
    household = dossier.household
    commune, registered = dossier.commune_on(day), household.of(HouseholdRegistered)
    status = status_and_ground(household, day, day)
    closed = household.of(HouseholdClosed)
    return {
        "household_id": dossier.household_id,
        "commune": commune,
        "area": found.code if commune and (found := at(commune, day)) else None,
        "registered_on": registered[-1].on if registered else None,
        "closed_on": closed[-1].on if closed else None,
        "status": status[0] if status else "unknown",
        "groups": list(groups_on(household, day)),
        "targets": _targets(household, day),
        "loans": [loan_card(loan, day) for loan in dossier.loans],
        "assignments": [_assignment(case, day) for case in dossier.assignments],
        "facts": len(dossier.facts),
    }


def _targets(household: Case, day: date) -> list[dict[str, Any]]:
    years = sorted({fact.event.year for fact in household.of(ExitTargetSet)})
    found = [standing_target(household, year, day) for year in years]
    return [
        {"year": each.event.year, "to": each.event.to, "set_on": each.on} for each in found if each
    ]


def loan_card(loan: Case, day: date) -> dict[str, Any]:
    """Give a loan as it stands on a day; what comes later is cut from it already."""
    applied = loan.of(LoanApplied)
    owed = outstanding(loan, day)
    return {
        "loan_id": loan.id,
        "programme": applied[-1].event.programme if applied else None,
        "group_id": applied[-1].event.group_id if applied else None,
        "status": _loan_status(loan, day, owed),
        "disbursed": sum(fact.event.amount for fact in standing(loan, day)),
        "outstanding": owed,
        "disbursements": [
            {
                "disbursement_id": fact.event.disbursement_id,
                "disbursed_on": fact.on,
                "amount": fact.event.amount,
                "checked_on": _checked(loan, fact.event),
            }
            for fact in standing(loan, day)
        ],
    }


def _checked(loan: Case, paid: LoanDisbursed) -> date | None:
    checks = [
        fact.on
        for fact in loan.of(LoanUseInspected)
        if fact.event.disbursement_id == paid.disbursement_id
    ]
    return max(checks, default=None)


def _loan_status(loan: Case, day: date, owed: int) -> str:
    if standing(loan, day):
        return "active" if owed > 0 else "settled"
    for kind, word in (
        (LoanWithdrawn, "withdrawn"),
        (LoanRejected, "rejected"),
        (LoanApproved, "approved"),
        (LoanConfirmed, "confirmed"),
    ):
        if kind in loan.by_type:
            return word
    return "applied"


def _assignment(case: Case, day: date) -> dict[str, Any]:
    visits, end, made = case.days(VisitRecorded), last_end(case, day), case.of(SponsorAssigned)
    return {
        "assignment_id": case.id,
        "sponsor_id": sponsor_on(case, day),
        "starts_on": made[0].on if made else None,
        "ends_on": end[0] if end else None,
        "active": is_active(case, day),
        "visit_every_days": made[-1].event.visit_every_days if made else None,
        "visits": len(visits),
        "last_visited_on": max(visits, default=None),
    }
