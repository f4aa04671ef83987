"""Findings beside the truth: what detection makes of a whole log, and how right it is. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from services.reporting.detection.detect import findings
from services.reporting.detection.finding_versions import Appearance, appearances
from services.reporting.domain.clocks import Pause
from services.reporting.domain.dossier import fold
from services.reporting.domain.rulebook import rulebook_on
from services.reporting.projections.annual_views import of_years
from services.reporting.projections.rows import Contributed
from services.reporting.projections.step import rows_of
from services.reporting.queries.decision_context import Watched
from services.reporting.queries.past import shared_appearances
from services.reporting.rules import BY_CODE
from shared.recorded import Recorded
from simulation.truth import BY_SUBJECT, Truth, named

Found = tuple[str, tuple[str, ...], date, date | None]
"""A finding by its code, what it is about, and from when to when it is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How right one rule was: each kind of answer counted, those that were wrong named."""

    code: str
    planted: int
    look_alikes: int
    right: int
    missed: tuple[Found, ...]
    wrong: tuple[Found, ...]

    @property
    def precision(self) -> float:
        """Give the share of findings that are true; 1 where there is none."""
        made = self.right + len(self.wrong)
        return self.right / made if made else 1.0

    @property
    def recall(self) -> float:
        """Give the share of what is true that was found; 1 where there is nothing."""
        return self.right / self.planted if self.planted else 1.0


@dataclass(slots=True)
class Detection:
    """Takes in one key's history after the other; then says what is found."""

    last: date
    pauses: Sequence[Pause]
    shown: list[Appearance] = field(default_factory=list)
    given: dict[tuple[str, str], list[Contributed]] = field(default_factory=dict)

    def take(self, key: UUID, history: Sequence[Recorded]) -> None:
        """Judge one household, and keep what it shares with others."""
        rows = rows_of(key, history, rulebook_on(self.last).up_to(self.last), self.pauses)
        if rows is None:
            return
        self.shown.extend(each for each, _ in rows.findings)
        for each, _ in rows.contributions:
            self.given.setdefault((each.kind, each.subject), []).append(each)

    def found(self) -> list[Found]:
        """Give every finding that opened by the last day."""
        book = rulebook_on(self.last).up_to(self.last)
        shared = shared_appearances(self.given, book, lambda _id, _code, _seen: None)
        years = of_years(self.given, book)
        return _runs([*self.shown, *shared, *years], self.last)


def _runs(shown: Iterable[Appearance], last: date) -> list[Found]:
    """Join the appearances of each finding to one run, as it is known on a day."""
    lasting: dict[UUID, Appearance] = {}
    ended: dict[UUID, date] = {}
    for each in sorted(shown, key=lambda each: each.from_on):
        if each.from_on > last:
            continue
        if each.closed_on is not None:
            ended[each.finding_id] = each.closed_on
        else:
            lasting[each.finding_id] = each
    return [
        (each.code, _subject(each), each.opened_on, ended.get(finding))
        for finding, each in lasting.items()
    ]


def _subject(each: Appearance) -> tuple[str, ...]:
    return each.subject.ids if each.code in BY_SUBJECT else named(each.household_ids)


def scores(found: Iterable[Found], truth: Iterable[Truth]) -> list[Score]:
    """Score every rule: a finding is right where code, subject and both dates are those planted."""
    planted: dict[str, Counter[Found]] = {code: Counter() for code in BY_CODE}
    look_alikes, made = Counter[str](), dict[str, Counter[Found]]()
    for each in truth:
        if each.expected and each.opened_on is not None and each.code in planted:
            planted[each.code][each.code, each.subject, each.opened_on, each.closed_on] += 1
        elif not each.expected:
            look_alikes[each.code] += 1
    for one in found:
        made.setdefault(one[0], Counter())[one] += 1
    return [_score(code, wanted, look_alikes, made) for code, wanted in planted.items()]


def _score(
    code: str,
    wanted: Counter[Found],
    look_alikes: Mapping[str, int],
    made: Mapping[str, Counter[Found]],
) -> Score:
    own = made.get(code, Counter())
    return Score(
        code=code,
        planted=wanted.total(),
        look_alikes=look_alikes[code],
        right=(wanted & own).total(),
        missed=tuple((wanted - own).elements()),
        wrong=tuple((own - wanted).elements()),
    )


def watched(key: UUID, history: Sequence[Recorded], code: str, on: date) -> Watched:
    """Give the finding of a code that a household has on a day; ValueError if there is none."""
    dossier = fold(key, history)
    book = rulebook_on(on).up_to(on)
    for shown in appearances(findings(dossier, book)):
        if shown.code == code and shown.shows_on(on):
            evidence = tuple(fact for fact in dossier.facts if fact.id in shown.evidence)
            return Watched(shown=shown, owner=str(key), dossiers=(dossier,), evidence=evidence)
    raise ValueError(f"{key} has no {code} on {on}")
