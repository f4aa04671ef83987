"""Whatever is asked in whatever order: the history it leaves, and one correction of it."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from shared.areas import EVERYWHERE
from shared.codec import Registry
from shared.correcting import CorrectEvent, correct
from shared.corrections import corrected
from shared.decider import Conflict, Decider, Malformed
from shared.ids import named
from shared.recorded import Actor, Recorded
from shared.store.memory import MemoryStore
from shared.store.port import NewEvent, Provenance

WHO = Actor(sub="somebody", roles=("district_officer",))
RECORDED = datetime(2024, 6, 1, tzinfo=UTC)
TODAY = date(2024, 6, 1)


def history_of(
    decider: Decider[Any, Any],
    registry: Registry,
    own_id: UUID,
    wanted: Iterable[Any],
    by: Callable[[Any], Actor] = lambda _: WHO,
) -> tuple[list[Recorded], list[str]]:
    """Record what can be recorded of these; give it, and the codes of the refusals."""
    store, refusals = MemoryStore(registry), []
    name = f"{decider.name}-{own_id}"
    for number, command in enumerate(wanted):
        with store.transaction() as transaction:
            history = transaction.read(name)
            try:
                facts = decider.decide(decider.fold(history), command, by(command))
            except (Conflict, Malformed) as refusal:
                refusals.append(refusal.code)
                continue
            new = [NewEvent(named(f"event {number}"), fact) for fact in facts]
            provenance = Provenance(actor=by(command), recorded_at=RECORDED)
            if new:
                transaction.append(name, len(history), new, provenance)
    return store.read_stream(name), refusals


def could_have_been_recorded(decider: Decider[Any, Any], history: Iterable[Recorded]) -> bool:
    """Replay a history, each fact against what was there before it."""
    state = decider.initial
    for recorded in history:
        decider.validate(state, recorded.event, recorded.meta.actor)
        state = decider.evolve(state, recorded.event, recorded.meta.actor)
    return True


def corrected_somehow(
    decider: Decider[Any, Any],
    history: list[Recorded],
    own_id: UUID,
    changes: dict[str, Any] | None,
    data: st.DataObject,
) -> list[Recorded] | None:
    """Annul or change one event that Hypothesis chooses; None where that is refused."""
    target = data.draw(st.sampled_from(history))
    correction = CorrectEvent(
        stream=own_id,
        event_id=target.meta.event_id,
        reason="s1:x",
        fields=changes,
        annul=changes is None,
        occurred_on=TODAY,
        today=TODAY,
        scope=EVERYWHERE,
        seal=lambda _, text: text,
        pseudonym=lambda text: text,
    )
    try:
        fact = correct(decider, history, correction, WHO, lambda _, given: given)
    except (Conflict, Malformed):
        return None
    return corrected(history, fact)
