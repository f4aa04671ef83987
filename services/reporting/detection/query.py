"""What a reader asks of findings: three times, filters, and what their roles let them see. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.reporting.detection.finding_versions import STATUSES, Appearance, Status
from services.reporting.domain.clocks import Residence
from services.reporting.domain.intervals import Kind, Severity
from services.reporting.domain.rulebook import Rulebook, rule_of, rulebook_on
from services.reporting.rules import shown_to
from shared.areas import Scope
from shared.auth.caller import Caller
from shared.auth.roles import Role
from shared.policy.residence import recorded_on

SPONSORS_CODES = shown_to("sponsor")
FINDING_READERS: tuple[Role, ...] = (
    Role.INSPECTOR,
    Role.DISTRICT_OFFICER,
    Role.COMMUNE_OFFICER,
    Role.BANK_CONTROLLER,
    Role.UNION_INSPECTOR,
    Role.SPONSOR,
)
MISUSE_READERS: tuple[Role, ...] = (
    Role.INSPECTOR,
    Role.DISTRICT_OFFICER,
    Role.COMMUNE_OFFICER,
    Role.BANK_CONTROLLER,
)
STALLED_READERS: tuple[Role, ...] = (
    Role.INSPECTOR,
    Role.DISTRICT_OFFICER,
    Role.COMMUNE_OFFICER,
    Role.UNION_INSPECTOR,
    Role.SPONSOR,
)
DOSSIER_READERS: tuple[Role, ...] = (
    Role.INSPECTOR,
    Role.DISTRICT_OFFICER,
    Role.COMMUNE_OFFICER,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """True on, known at, under the rules of; None: now, and the rules of `valid_at`."""

    valid_at: date
    known_at: datetime | None = None
    rules_at: date | None = None
    today: date | None = None

    @property
    def book(self) -> Rulebook:
        """Give the rulebook to judge wholly with."""
        return rulebook_on(self.rules_at or self.valid_at)

    def is_seen_by(self, made_by: Rulebook | None) -> bool:
        """Tell whether views made by a rulebook answer it: what is known now, by the same rules.

        They look ahead to the end of next year.
        """
        far = self.today is not None and self.valid_at.year > self.today.year + 1
        return self.known_at is None and self.book is made_by and not far


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Filters; None or empty: everything."""

    kinds: frozenset[Kind] = frozenset()
    codes: frozenset[str] = frozenset()
    statuses: frozenset[Status] = frozenset()
    min_severity: Severity = Severity.LOW
    household_id: UUID | None = None
    loan_id: UUID | None = None
    finding_id: UUID | None = None
    area: Scope | None = None
    assignee: str | None = None
    sponsor_id: UUID | None = None
    awake: bool = False
    """Without what is snoozed."""
    shadow: bool = False
    """What shadow rules find, and nothing else; they are in no other list."""

    @property
    def shown_statuses(self) -> frozenset[Status]:
        """Give the statuses to be shown: retracted ones only when asked for, or by their id."""
        if self.statuses or self.finding_id is not None:
            return self.statuses or frozenset(STATUSES)
        return frozenset(STATUSES) - {"retracted"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What the roles of a reader let them see: any of these."""

    everything: bool = False
    kinds: frozenset[Kind] = frozenset()
    confirmed: frozenset[Kind] = frozenset()
    """Kinds seen once a person has confirmed the finding."""
    codes: frozenset[str] = frozenset()
    sponsor_id: UUID | None = None


def sight_of(who: Caller) -> Sight:
    """Give what a caller's roles let them see."""
    kinds: set[Kind] = set()
    if who.has(Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER):
        kinds.add(Kind.STALLED)
    if who.has(Role.DISTRICT_OFFICER, Role.BANK_CONTROLLER):
        kinds.add(Kind.MISUSE)
    union = who.has(Role.UNION_INSPECTOR)
    return Sight(
        everything=who.has(Role.INSPECTOR, Role.AUDITOR),
        kinds=frozenset(kinds),
        confirmed=frozenset({Kind.MISUSE}) if who.has(Role.COMMUNE_OFFICER) else frozenset(),
        codes=shown_to("union_inspector") if union else frozenset(),
        sponsor_id=who.sponsor_id if who.has(Role.SPONSOR) else None,
    )


def sees(sight: Sight, shown: Appearance) -> bool:
    """Tell whether the roles let a finding be seen."""
    return sight.everything or (not shown.is_shadow and _sees(sight, shown))


def _sees(sight: Sight, shown: Appearance) -> bool:
    return (
        shown.kind in sight.kinds
        or (shown.kind in sight.confirmed and shown.confirmed)
        or shown.code in sight.codes
        or (
            sight.sponsor_id is not None
            and shown.code in SPONSORS_CODES
            and shown.sponsor_id == sight.sponsor_id
        )
    )


def matches(wanted: Wanted, shown: Appearance) -> bool:
    """Tell whether a finding passes the filters; `area` apart."""
    return (
        (not wanted.kinds or shown.kind in wanted.kinds)
        and (not wanted.codes or rule_of(shown.code) in wanted.codes)
        and (wanted.finding_id is not None or wanted.shadow is shown.is_shadow)
        and shown.status in wanted.shown_statuses
        and shown.severity >= wanted.min_severity
        and wanted.household_id in (None, *shown.household_ids)
        and wanted.loan_id in (None, shown.loan_id)
        and wanted.finding_id in (None, shown.finding_id)
        and wanted.assignee in (None, shown.assignee)
        and wanted.sponsor_id in (None, shown.sponsor_id)
        and not (wanted.awake and shown.snoozed_until is not None)
    )


def within(
    scope: Scope,
    area: Scope | None,
    shown: Appearance,
    homes: dict[UUID, tuple[Residence, ...]],
    day: date,
) -> bool:
    """Tell whether the reader's area holds all its households, and `area` any of them.

    Of a finding about a commune as a whole it is that commune.
    """
    communes = [recorded_on(homes.get(each, ()), day) for each in shown.household_ids]
    if not communes and shown.commune is not None:
        communes = [shown.commune]
    mine = scope.everything or (
        bool(communes) and all(scope.covers(commune, day) for commune in communes)
    )
    return mine and (area is None or any(area.covers(commune, day) for commune in communes))


def worst_first(shown: Appearance) -> tuple[int, date, UUID]:
    """Sort the worst and oldest first."""
    return (-shown.severity, shown.opened_on, shown.finding_id)


def oldest_first(shown: Appearance) -> tuple[date, UUID]:
    """Sort by date, the newest last."""
    return (shown.opened_on, shown.finding_id)
