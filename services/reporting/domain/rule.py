"""What a rule is: one question about a dossier, its legal basis and what to do about an answer."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from services.reporting.domain.annual import Check as YearCheck
from services.reporting.domain.annual import Reviewed
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.contributions import Contribution, OpenFinding
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.facts import Fact
from services.reporting.domain.intervals import Detail, Interval, Kind
from services.reporting.domain.rulebook import Rulebook, rulebooks
from services.reporting.events import FindingDecision

STATUS_WORDS = {
    "poor": ("nghèo", "poor"),
    "near_poor": ("cận nghèo", "near-poor"),
    "newly_escaped": ("mới thoát nghèo", "newly escaped"),
    "not_poor": ("không nghèo", "not poor"),
}
"""How people say a status: Vietnamese, English."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

Check = Callable[[Dossier, Rulebook, Clocks], Iterable[Interval]]
"""Gives the findings of one household, as intervals."""

SubjectCheck = Callable[[str, list[Contribution], Rulebook], Iterator[Interval]]
"""Gives the findings of one value shared by households, from what each contributes to it."""

SharedFollowUp = Callable[
    [Sequence[Interval], Sequence[Contribution], Sequence[Fact[FindingDecision]], Rulebook],
    Iterator[Interval],
]
"""Gives what follows from the findings about a shared value and what was decided on them."""

SubjectType = Literal[
    "payee", "evidence", "visitor_day", "note", "sponsor", "group", "official_pair"
]

Helper = Literal["sponsor", "union_inspector"]
"""A role that sees findings about its own work only."""


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
    limit_vi: str
    """Against what it measures; filled with the numbers of the rulebook."""
    limit_en: str
    runbook_vi: str
    runbook_en: str
    clock_stops: bool = True
    """Whether the days of a pause do not count; a rule of another kind has no clock."""
    also_for: frozenset[Helper] = frozenset()
    """Who is shown it because it is about their own work."""

    @property
    def pausable(self) -> bool:
        """Tell whether it has a clock that may be paused."""
        return self.kind is Kind.STALLED and self.clock_stops

    def reason(self, details: Mapping[str, Detail], language: str = "vi") -> str:
        """Say why it is suspected, in one sentence."""
        return _filled(self.reason_en if language == "en" else self.reason_vi, details, language)

    def limit(self, book: Rulebook, language: str = "vi") -> str:
        """Say against what it measures, in one sentence.

        By the first rulebook that names it, if this one does not.
        """
        text = self.limit_en if language == "en" else self.limit_vi
        named = next(each for each in (book, *rulebooks()) if self.code in each.parameters)
        return _filled(text, named[self.code], language)


def _filled(text: str, values: Mapping[str, Detail], language: str) -> str:
    return text.format(**{name: shown(value, language) for name, value in values.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(_Said):
    """A rule about one household."""

    check: Check
    needs: tuple[type[Any], ...] = ()
    """Facts of all these types must be there for it to find anything; most rules rest so."""
    check_shared: SharedFollowUp | None = None
    """Says the same of what several households share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectRule(_Said):
    """A rule about a value that several households share."""

    over: tuple[SubjectType, ...]
    contribute: Callable[[Dossier, Sequence[OpenFinding]], Iterator[Contribution]]
    """Takes the household's own open findings too."""
    check: SubjectCheck
    shared: frozenset[str] = frozenset()
    """The rules about shared values whose findings count too; then it judges after those."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp(_Said):
    """A rule about what was found of one household by the others."""

    check: Callable[[Dossier, Rulebook, Clocks, Sequence[Interval]], Iterator[Interval]]
    needs: tuple[type[Any], ...] = ()
    """As for a rule about one household."""
    check_shared: SharedFollowUp | None = None
    """Likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualRule(_Said):
    """A rule about the counts of a year, over all communes at once."""

    subject: Literal["commune_year", "reviewer_year"]
    counts: str
    """The kind of what households contribute to it."""
    contribute: Callable[[Dossier], Iterator[Reviewed]]
    check: YearCheck


AnyRule = Rule | SubjectRule | FollowUp | AnnualRule


def shown(value: Detail, language: str) -> str:
    """Write a detail as people do: 1.500.000, 31/05/2026, cận nghèo; English groups by commas."""
    if isinstance(value, int):
        return f"{value:,}" if language == "en" else f"{value:,}".replace(",", ".")
    if _DATE.fullmatch(value):
        return value if language == "en" else f"{value[8:]}/{value[5:7]}/{value[:4]}"
    vi, en = STATUS_WORDS.get(value, (value, value))
    return en if language == "en" else vi
