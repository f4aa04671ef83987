"""What a rule is: one question about a dossier, its legal basis and what to do about an answer."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from services.reporting.clocks import Clocks
from services.reporting.contributions import Contribution
from services.reporting.dossier import Dossier
from services.reporting.intervals import Detail, Interval, Kind
from services.reporting.rulebook import Rulebook

Check = Callable[[Dossier, Rulebook, Clocks], Iterator[Interval]]
"""Gives the findings of one household, as intervals."""

SubjectCheck = Callable[[str, list[Contribution], Rulebook], Iterator[Interval]]
"""Gives the findings of one value shared by households, from what each contributes to it."""

SubjectType = Literal["payee", "evidence", "visitor_day", "note", "group", "official_pair"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What every rule says of itself."""

    code: str
    version: int
    kind: Kind
    legal_basis: str
    title_vi: str
    title_en: str
    reason_vi: str
    """Filled with the details of a step."""
    reason_en: str
    runbook_vi: str
    runbook_en: str

    def reason(self, details: Mapping[str, Detail], language: str = "vi") -> str:
        """Say why it is suspected, in one sentence."""
        text = self.reason_en if language == "en" else self.reason_vi
        return text.format(**{name: _shown(value) for name, value in details.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(_Said):
    """A rule about one household."""

    check: Check


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectRule(_Said):
    """A rule about a value that several households share."""

    over: SubjectType
    contribute: Callable[[Dossier], Iterator[Contribution]]
    check: SubjectCheck


AnyRule = Rule | SubjectRule


def _shown(value: Detail) -> str:
    return f"{value:,}".replace(",", ".") if isinstance(value, int) else value
