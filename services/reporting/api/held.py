"""What waits in the quarantine and is therefore not in what is told of a household."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.reporting.domain.facts import Fact
from shared.projector.quarantine import held_among

_NAMES = ("sponsor_id", "to_sponsor_id", "group_id", "model_id")
"""The fields of events that name what has a key of its own."""


def held(connection: Connection, keys: Iterable[UUID], facts: Iterable[Fact[Any]]) -> list[Any]:
    """Give which of these keys, and of what the facts name, wait: since when, how many records.

    What is told is judged without them. Why they wait is for those who mend it.
    """
    named = {getattr(fact.event, name, None) for fact in facts for name in _NAMES}
    waiting = held_among(connection, {*keys, *(each for each in named if each is not None)})
    return [{"key": each.key, "held_at": each.held_at, "records": each.records} for each in waiting]
