"""Facts as readers see them: sealed texts stay sealed, payees are for those who may see them."""

from typing import Any

import msgspec
from sqlalchemy import Connection

from services.reporting.detection.finding_versions import Appearance
from services.reporting.detection.query import Times, sight_of
from services.reporting.domain.dossier import effective
from services.reporting.domain.facts import Fact
from services.reporting.domain.finding_state import is_decision
from services.reporting.domain.sources import REGISTRIES
from services.reporting.projections.reading import keys_behind
from services.reporting.queries.past import known
from shared.auth.caller import Caller
from shared.auth.roles import Role
from shared.event import event_type
from shared.http.shapes import COUNT, DAY, ID, INSTANT, OBJECT, TEXT, WORD, has
from shared.projector.journal import read_journals

SEALED = "s1:"
HIDDEN = "sealed"
PAYEE_READERS = (Role.INSPECTOR, Role.AUDITOR)


FACT = has(
    event_id=ID,
    type=WORD,
    occurred_on=DAY,
    recorded_at=INSTANT,
    source=WORD,
    position=COUNT,
    stream_id=WORD,
    actor_id=TEXT,
    data=OBJECT,
)
"""A fact as readers see it."""


def plain(fact: Fact[Any], who: Caller) -> dict[str, Any]:
    """Give a fact with its content, nothing personal in it."""
    return {
        "event_id": fact.id,
        "type": event_type(fact.event).name,
        "occurred_on": fact.on,
        "recorded_at": fact.recorded_at,
        "source": fact.order[2],
        "position": fact.order[3],
        "stream_id": fact.stream_id,
        "actor_id": fact.actor.sub,
        "data": _shown(msgspec.to_builtins(fact.event), payees=who.has(*PAYEE_READERS)),
    }


def _shown(value: Any, *, payees: bool) -> Any:
    if isinstance(value, str):
        return HIDDEN if value.startswith(SEALED) else value
    if isinstance(value, list | tuple):
        return [_shown(each, payees=payees) for each in value]
    if isinstance(value, dict):
        hidden = () if payees else ("account_ref", "citizen_ref")
        return {
            name: None if name in hidden else _shown(each, payees=payees)
            for name, each in value.items()
        }
    return value


def may_know(event: object, who: Caller) -> bool:
    """Tell whether a reader may know of a fact: of a decision, only on findings of their kinds."""
    if not is_decision(event):
        return True
    sight = sight_of(who)
    kind = event.seen.kind if event.seen is not None else None
    return sight.everything or kind in sight.kinds


def facts_of(
    connection: Connection, shown: Appearance, when: Times, who: Caller
) -> list[dict[str, Any]]:
    """Give what each event of a finding's evidence says, corrections applied."""
    journals = read_journals(connection, keys_behind(connection, shown), REGISTRIES)
    facts = [
        fact
        for own in journals.values()
        for fact in effective(known(own, when.known_at))
        if fact.id in shown.evidence and may_know(fact.event, who)
    ]
    facts.sort(key=lambda fact: fact.order)
    return [plain(fact, who) for fact in facts]
