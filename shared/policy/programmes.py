"""The lending programmes of the Bank for Social Policies: who may have how much, on which date."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.money import Money, vnd

Status = Literal["poor", "near_poor", "newly_escaped", "not_poor"]
STATUSES: tuple[Status, ...] = ("poor", "near_poor", "newly_escaped", "not_poor")

EXCLUSIVE = frozenset({"HN", "HCN", "HMTN", "SXKD"})
"""A household holds at most one of these."""
ONE_PER_HOUSEHOLD = EXCLUSIVE | {"NSVS", "NOHN"}
"""No two members of a household hold the same one of these."""

ALWAYS = date(2000, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """What a household may owe in one programme from a day on; `amount` None: no limit."""

    valid_from: date
    amount: Money | None
    legal_basis: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """One programme; `eligible` None: any household. `ceilings` are in order of their dates."""

    code: str
    vi: str
    en: str
    eligible: frozenset[Status] | None
    eligible_verified: bool
    ceilings: tuple[Ceiling, ...]
    legal_basis: str

    def ceiling_on(self, day: date) -> Ceiling | None:
        """Give the row in force on a day; None before the first: nobody can judge."""
        rows = [row for row in self.ceilings if row.valid_from <= day]
        return rows[-1] if rows else None


def _row(valid_from: date, amount: int | None, basis: str, *, verified: bool = True) -> Ceiling:
    money = None if amount is None else vnd(amount)
    return Ceiling(valid_from=valid_from, amount=money, legal_basis=basis, verified=verified)


def _unlimited(basis: str) -> tuple[Ceiling, ...]:
    return (_row(ALWAYS, None, basis, verified=False),)


_MARCH_2019 = date(2019, 3, 1)
_HUNDRED_MILLION = 100_000_000


def _programme(
    code: str,
    texts: tuple[str, str],
    eligible: frozenset[Status] | None,
    ceilings: tuple[Ceiling, ...],
    legal_basis: str,
) -> Programme:
    return Programme(
        code=code,
        vi=texts[0],
        en=texts[1],
        eligible=eligible,
        eligible_verified=eligible is not None,
        ceilings=ceilings,
        legal_basis=legal_basis,
    )


PROGRAMMES: tuple[Programme, ...] = (
    _programme(
        "HN",
        ("Hộ nghèo", "Poor households"),
        frozenset({"poor"}),
        (_row(_MARCH_2019, _HUNDRED_MILLION, "QĐ 12/QĐ-HĐQT 2019"),),
        "Nghị định 78/2002/NĐ-CP",
    ),
    _programme(
        "HCN",
        ("Hộ cận nghèo", "Near-poor households"),
        frozenset({"near_poor"}),
        (_row(_MARCH_2019, _HUNDRED_MILLION, "QĐ 15/2013/QĐ-TTg", verified=False),),
        "QĐ 15/2013/QĐ-TTg",
    ),
    _programme(
        "HMTN",
        ("Hộ mới thoát nghèo", "Households newly out of poverty"),
        frozenset({"newly_escaped"}),
        (_row(_MARCH_2019, _HUNDRED_MILLION, "QĐ 28/2015/QĐ-TTg", verified=False),),
        "QĐ 28/2015/QĐ-TTg",
    ),
    _programme(
        "SXKD",
        ("Sản xuất kinh doanh vùng khó khăn", "Business in disadvantaged areas"),
        frozenset({"not_poor"}),
        (_row(date(2023, 8, 8), _HUNDRED_MILLION, "QĐ 17/2023/QĐ-TTg"),),
        "QĐ 31/2007/QĐ-TTg; QĐ 17/2023/QĐ-TTg",
    ),
    _programme(
        "NSVS",
        ("Nước sạch và vệ sinh môi trường nông thôn", "Rural water and sanitation"),
        None,
        (
            _row(ALWAYS, 20_000_000, "QĐ 18/2014/QĐ-TTg", verified=False),
            _row(date(2024, 9, 2), 50_000_000, "QĐ 10/2024/QĐ-TTg"),
        ),
        "QĐ 10/2024/QĐ-TTg",
    ),
    _programme(
        "GQVL",
        ("Giải quyết việc làm", "Job creation"),
        None,
        (
            _row(ALWAYS, _HUNDRED_MILLION, "Nghị định 61/2015/NĐ-CP; 74/2019/NĐ-CP"),
            _row(date(2026, 1, 1), 200_000_000, "Nghị định 338/2025/NĐ-CP"),
        ),
        "Nghị định 61/2015/NĐ-CP; 338/2025/NĐ-CP",
    ),
    _programme(
        "HSSV",
        ("Học sinh, sinh viên", "Pupils and students"),
        None,
        _unlimited("QĐ 157/2007/QĐ-TTg; QĐ 05/2022/QĐ-TTg"),
        "QĐ 157/2007/QĐ-TTg; QĐ 05/2022/QĐ-TTg",
    ),
    _programme(
        "XKLD",
        ("Xuất khẩu lao động", "Labour export"),
        None,
        _unlimited("Nghị định 61/2015/NĐ-CP"),
        "Nghị định 61/2015/NĐ-CP",
    ),
    _programme(
        "NOHN",
        ("Nhà ở hộ nghèo", "Housing of poor households"),
        frozenset({"poor"}),
        (_row(ALWAYS, 25_000_000, "QĐ 167/2008/QĐ-TTg; QĐ 33/2015/QĐ-TTg"),),
        "QĐ 33/2015/QĐ-TTg",
    ),
    _programme(
        "NOXH",
        ("Nhà ở xã hội", "Social housing"),
        None,
        _unlimited("Nghị định 100/2024/NĐ-CP"),
        "Nghị định 100/2024/NĐ-CP",
    ),
    _programme(
        "DTTS",
        ("Vùng dân tộc thiểu số và miền núi", "Ethnic minority and mountain areas"),
        None,
        _unlimited("Nghị định 28/2022/NĐ-CP"),
        "Nghị định 28/2022/NĐ-CP",
    ),
    _programme("KHAC", ("Khác", "Other"), None, _unlimited("–"), "–"),
)

BY_CODE: dict[str, Programme] = {programme.code: programme for programme in PROGRAMMES}
