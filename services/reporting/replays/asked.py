"""What a replay is asked for: from which source, at which of the three times. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from services.reporting.domain.rulebook import Rulebook, rulebook_on

JOURNAL, KAFKA, STORES = "journal", "kafka", "stores"
SOURCES = (JOURNAL, KAFKA, STORES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """None: today, now, and the rules of `valid_at`."""

    source: str
    valid_at: date | None = None
    known_at: datetime | None = None
    rules_at: date | None = None

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Asked":
        """Read what was kept of a request."""
        valid_at, known_at, rules_at = (kept.get(name) for name in TIMES)
        return cls(
            source=kept["source"],
            valid_at=None if valid_at is None else date.fromisoformat(valid_at),
            known_at=None if known_at is None else datetime.fromisoformat(known_at),
            rules_at=None if rules_at is None else date.fromisoformat(rules_at),
        )

    def kept(self) -> dict[str, Any]:
        """Give it as JSON."""
        times = {"valid_at": self.valid_at, "known_at": self.known_at, "rules_at": self.rules_at}
        return {
            "source": self.source,
            **{name: None if at is None else at.isoformat() for name, at in times.items()},
        }

    def on(self, today: date) -> "Asked":
        """Give the same with its rules named, where they are not those in force today."""
        if self.rules_at is not None or rulebook_on(self.valid_at or today) is rulebook_on(today):
            return self
        return replace(self, rules_at=self.valid_at)

    @property
    def is_live(self) -> bool:
        """Tell whether the live views hold it: all that is known, under the rules in force."""
        return self.known_at is None and self.rules_at is None

    def books(self, today: date, made_by: Rulebook) -> tuple[Rulebook, Rulebook]:
        """Give the rulebook that judges households, and the one for what they share."""
        if self.is_live:
            return made_by.up_to(today), made_by
        valid_at = self.valid_at or today
        book = rulebook_on(self.rules_at or valid_at).up_to(valid_at)
        return book, book

    def shown_on(self, today: date) -> date | None:
        """Give the day as of which rows are compared; None: rows of all days."""
        return self.valid_at if self.is_live else self.valid_at or today


TIMES = ("valid_at", "known_at", "rules_at")
