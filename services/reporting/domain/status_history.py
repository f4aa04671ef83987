"""What the classifications of a household make of its status, from day to day. Pure."""

from collections.abc import Sequence

from services.households.events import HouseholdClassified
from services.reporting.domain.facts import Fact
from shared.policy.status import Classified, StatusSince, statuses


def history(facts: Sequence[Fact[HouseholdClassified]]) -> list[StatusSince]:
    """Give every status that classifications, in fact order, give, with its first day."""
    return statuses([_classified(fact.event) for fact in facts])


def _classified(event: HouseholdClassified) -> Classified:
    # the decider lets no other word pass
    return Classified(event.effective_from, event.status)  # type: ignore[arg-type]
