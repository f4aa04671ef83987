"""The programmes as they are on a date: dated data, told with its sources."""

from datetime import date
from typing import Any

from shared.policy.programmes import (
    EXCLUSIVE,
    ONE_PER_HOUSEHOLD,
    PROGRAMMES,
    STATUSES,
    Programme,
)
from shared.policy.terms import (
    EXTENSION_BASIS,
    INSTALMENTS_BASIS,
    INSTALMENTS_FROM,
    PENAL_BASIS,
    PENAL_PERCENT,
    SHORT_TERM_MONTHS,
    terms_on,
)


def programmes_on(day: date) -> dict[str, Any]:
    """Give every programme with what holds of it on a day, and what holds of all of them."""
    return {
        "on": day.isoformat(),
        "items": [_programme(programme, day) for programme in PROGRAMMES],
        "next_cursor": None,
        "penal_rate": {"percent_of_contract": PENAL_PERCENT, "legal_basis": PENAL_BASIS},
        "extension": {
            "short_term_months": SHORT_TERM_MONTHS,
            "short_term_longest_months": SHORT_TERM_MONTHS,
            "longer_term_longest_percent": 50,
            "legal_basis": EXTENSION_BASIS,
        },
        "missed_instalment": {
            "then": "overdue" if day >= INSTALMENTS_FROM else "rolls_on",
            "changed_on": INSTALMENTS_FROM.isoformat(),
            "legal_basis": INSTALMENTS_BASIS,
        },
    }


def _programme(programme: Programme, day: date) -> dict[str, Any]:
    row = programme.ceiling_on(day)
    eligible = programme.eligible
    return {
        "code": programme.code,
        "vi": programme.vi,
        "en": programme.en,
        "eligible": None if eligible is None else sorted(eligible),
        "excluded": [] if eligible is None else [s for s in STATUSES if s not in eligible],
        "eligible_verified": programme.eligible_verified,
        "exclusive_with": sorted(EXCLUSIVE - {programme.code})
        if programme.code in EXCLUSIVE
        else [],
        "one_per_household": programme.code in ONE_PER_HOUSEHOLD,
        "ceiling": None if row is None else row.amount,
        "ceiling_since": None if row is None else row.valid_from.isoformat(),
        "ceiling_verified": row is not None and row.verified,
        "legal_basis": programme.legal_basis if row is None else row.legal_basis,
    } | _terms(programme.code, day)


def _terms(code: str, day: date) -> dict[str, Any]:
    terms = terms_on(code, day)
    return {
        "rate_bp": terms.rate_bp if terms else None,
        "penal_rate_bp": terms.penal_rate_bp if terms else None,
        "max_term_months": terms.max_term_months if terms else None,
        "terms_since": terms.valid_from.isoformat() if terms else None,
        "terms_legal_basis": terms.legal_basis if terms else None,
        "terms_verified": terms is not None and terms.verified,
    }
