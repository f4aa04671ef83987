"""What deciders of all services share: a fact made of a command's fields, and dates in order."""

from dataclasses import fields
from datetime import date
from typing import Any, TypeVar

from shared.decider import Malformed, bilingual
from shared.event import event_type

E = TypeVar("E")


def fact_of(event: type[E], command: Any, **more: Any) -> E:
    """Make the fact that a command asks for: its fields by the same names, and `more`."""
    taken = {
        entry.name: getattr(command, entry.name)
        for entry in fields(event)  # type: ignore[arg-type]  # every event is a dataclass
        if entry.name not in more and hasattr(command, entry.name)
    }
    return event(**taken, **more)


def in_order(pointer: str, day: date, not_before: date, what: str = "") -> None:
    """Refuse a date before the one that it follows, of `what` in both languages: `out-of-order`."""
    if day < not_before:
        named = {"what": what, "day": not_before}
        said = (
            bilingual("không được trước {what} {day}", "not before {what} on {day}", **named)
            if what
            else bilingual("không được trước {day}", "not before {day}", **named)
        )
        raise Malformed(pointer, "out-of-order", said)


def not_before_facts(pointer: str, day: date, latest: date) -> None:
    """Refuse an end before something that is recorded already: 422 `out-of-order`."""
    if day < latest:
        raise Malformed(
            pointer,
            "out-of-order",
            f"đã ghi sự việc ngày {latest:%d/%m/%Y}: hãy ghi ngày sau đó, hoặc hủy sự việc ấy / "
            f"something is recorded of {latest.isoformat()}: give a later date, or annul that",
        )


def named_in_requests(fact: Any) -> str:
    """Give the field of a request that dates the fact: what is `since` here is `from` there."""
    name = event_type(fact).dated_by
    return "from" if name == "since" else name
