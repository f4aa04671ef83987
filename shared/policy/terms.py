"""What a loan costs and how long it may run, programme by programme: dated data with its source."""

from dataclasses import dataclass
from datetime import date

from shared.policy.programmes import ALWAYS

PENAL_PERCENT = 130
"""An overdue debt costs this much of the contract's rate."""
PENAL_BASIS = "Nghị định 338/2025/NĐ-CP; VBSP"

SHORT_TERM_MONTHS = 12
"""Longer loans are medium or long."""
EXTENSION_BASIS = "NHCSXH: gia hạn nợ / debt extension"

INSTALMENTS_FROM = date(2026, 3, 1)
"""A missed instalment of a loan approved from here on is overdue; of an older one it rolls on."""
INSTALMENTS_BASIS = "CV 597/NHCS-TDNN (30/01/2026)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The usual yearly rate in basis points and the longest term from a day on; None: no source."""

    valid_from: date
    rate_bp: int | None
    max_term_months: int | None
    legal_basis: str
    verified: bool

    @property
    def penal_rate_bp(self) -> int | None:
        """Give the rate of a debt that is overdue."""
        return None if self.rate_bp is None else penal_rate(self.rate_bp)


def penal_rate(rate_bp: int) -> int:
    """Give the rate of an overdue debt whose contract has this rate, in whole basis points."""
    return rate_bp * PENAL_PERCENT // 100


def longest_extension(term_months: int) -> int:
    """Give how many months a loan of this term may be extended by, all extensions together."""
    if term_months <= SHORT_TERM_MONTHS:
        return SHORT_TERM_MONTHS
    return term_months // 2


def _row(
    since: date, rate_bp: int | None, months: int | None, basis: str, *, verified: bool
) -> Terms:
    return Terms(
        valid_from=since,
        rate_bp=rate_bp,
        max_term_months=months,
        legal_basis=basis,
        verified=verified,
    )


TERMS: dict[str, tuple[Terms, ...]] = {
    "HN": (_row(ALWAYS, 660, 120, "Nghị định 78/2002/NĐ-CP", verified=True),),
    "HCN": (_row(ALWAYS, 792, 120, "QĐ 15/2013/QĐ-TTg", verified=False),),
    "HMTN": (_row(ALWAYS, 825, 120, "QĐ 28/2015/QĐ-TTg", verified=False),),
    "SXKD": (_row(ALWAYS, 900, None, "QĐ 31/2007/QĐ-TTg; QĐ 17/2023/QĐ-TTg", verified=True),),
    "NSVS": (
        _row(ALWAYS, 900, 60, "QĐ 18/2014/QĐ-TTg", verified=False),
        _row(date(2024, 9, 2), 900, 60, "QĐ 10/2024/QĐ-TTg", verified=True),
    ),
    "GQVL": (
        _row(ALWAYS, 792, 120, "Nghị định 61/2015/NĐ-CP; 74/2019/NĐ-CP", verified=True),
        # 127 % of the rate of poor households
        _row(date(2026, 1, 1), 838, 120, "Nghị định 338/2025/NĐ-CP", verified=True),
    ),
    "HSSV": (_row(ALWAYS, 660, None, "QĐ 157/2007/QĐ-TTg; QĐ 05/2022/QĐ-TTg", verified=True),),
    "XKLD": (_row(ALWAYS, 660, None, "Nghị định 61/2015/NĐ-CP", verified=False),),
    "NOHN": (_row(ALWAYS, 300, 180, "QĐ 33/2015/QĐ-TTg", verified=True),),
    "NOXH": (_row(ALWAYS, None, 300, "Nghị định 100/2024/NĐ-CP", verified=False),),
    "DTTS": (_row(ALWAYS, 330, 180, "Nghị định 28/2022/NĐ-CP", verified=True),),
    "KHAC": (_row(ALWAYS, None, None, "–", verified=False),),
}
"""By programme, each in order of its dates. Everything here is told, nothing is judged by it."""


def terms_on(programme: str, day: date) -> Terms | None:
    """Give the terms of a programme on a day; None before the first."""
    rows = [row for row in TERMS[programme] if row.valid_from <= day]
    return rows[-1] if rows else None
