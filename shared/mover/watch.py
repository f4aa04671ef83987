"""What a sequencer remembers between passes: how far it has seen, and the numbers it missed.

Pure, so that every interleaving can be tried. A number that was drawn but is not visible belongs to
a transaction that is still running, or will never be seen. It is given up only when every
transaction that ran after it was missed has ended and a pass begun later still misses it.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

Running = frozenset[str]
"""Running transactions, by their virtual ids."""


@dataclass(frozen=True, slots=True)
class Watch:
    """The highest number seen, and each hole below it with the transactions it waits for.

    None: the hole was only just noticed, nobody has looked yet who is running.
    """

    top: int = 0
    holes: Mapping[int, Running | None] = field(default_factory=dict)

    @property
    def settled(self) -> int:
        """Give the number up to which every event has its position or does not exist."""
        return min(self.holes, default=self.top + 1) - 1


def after_pass(watch: Watch, seen: Sequence[int], *, full: bool) -> Watch:
    """Remember what a pass saw: the visible numbers, ascending, among the holes and above the top.

    A full pass stopped at its last number and says nothing of those above.
    """
    visible = set(seen)
    top = max(watch.top, seen[-1]) if seen else watch.top
    horizon = seen[-1] if full else top
    holes = {
        number: waits
        for number, waits in watch.holes.items()
        if number not in visible and (waits is None or waits or number > horizon)
    }
    missed = (number for number in range(watch.top + 1, top + 1) if number not in visible)
    return Watch(top, {**holes, **dict.fromkeys(missed)})


def after_look(watch: Watch, running: AbstractSet[str]) -> Watch:
    """Remember who was running, as seen after the pass that noticed the newest holes."""
    present = frozenset(running)
    holes = {
        number: present if waits is None else waits & present
        for number, waits in watch.holes.items()
    }
    return replace(watch, holes=holes)
