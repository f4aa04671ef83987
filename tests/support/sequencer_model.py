"""A small world of writers and sequencers in which every interleaving can be walked.

A writer begins (its virtual id shows among the running), draws its numbers, and ends: visible
first if it commits, released after. A sequencer takes a pass, then looks who is running.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from shared.mover.watch import Watch, after_look, after_pass


class AfterPass(Protocol):
    """What a sequencer makes of a pass."""

    def __call__(self, watch: Watch, seen: Sequence[int], *, full: bool) -> Watch: ...


AfterLook = Callable[[Watch, frozenset[str]], Watch]


@dataclass(frozen=True, slots=True)
class Rules:
    """The functions under trial."""

    after_pass: AfterPass = after_pass
    after_look: AfterLook = after_look
    limit: int = 5_000


@dataclass(frozen=True, slots=True)
class Writer:
    """How many numbers it draws, and after which other writer's end it begins."""

    draws: int = 1
    follows: int | None = None
    begun: bool = False
    drawn: tuple[int, ...] = ()
    commits: bool | None = None
    released: bool = False

    @property
    def running(self) -> bool:
        return self.begun and not self.released


Frozen = tuple[int, tuple[tuple[int, frozenset[str] | None], ...]]


@dataclass(frozen=True, slots=True)
class World:
    writers: tuple[Writer, ...]
    watches: tuple[Frozen, ...] = ((0, ()),)
    looks_next: tuple[bool, ...] = (False,)
    passes: int = 4
    following: int = 1
    placed: tuple[int, ...] = ()

    @property
    def committed(self) -> set[int]:
        return {n for writer in self.writers if writer.commits for n in writer.drawn}


@dataclass(slots=True)
class Findings:
    """What went wrong in any of the interleavings."""

    lost: int = 0
    disordered: int = 0
    unsettled: int = 0
    worlds: int = 0
    seen: set[World] = field(default_factory=set, repr=False)


def walk(start: World, rules: Rules) -> Findings:
    """Visit every world that can be reached, each once, and judge it."""
    findings = Findings()
    waiting = [start]
    while waiting:
        world = waiting.pop()
        if world in findings.seen:
            continue
        findings.seen.add(world)
        _judge(world, rules, findings)
        waiting.extend(_moves(world, rules))
    findings.worlds = len(findings.seen)
    return findings


def take_pass(world: World, number: int, rules: Rules) -> World:
    """One statement of a sequencer: see, place, remember."""
    watch = _thaw(world.watches[number])
    shown = {n for n in world.committed if n > watch.top or n in watch.holes}
    seen = sorted(shown)[: rules.limit]
    watch = rules.after_pass(watch, seen, full=len(seen) == rules.limit)
    placed = (*world.placed, *(n for n in seen if n not in world.placed))
    return replace(world, placed=placed, watches=_put(world.watches, number, _freeze(watch)))


def look(world: World, number: int, rules: Rules) -> World:
    running = frozenset(str(n) for n, writer in enumerate(world.writers) if writer.running)
    watch = rules.after_look(_thaw(world.watches[number]), running)
    return replace(world, watches=_put(world.watches, number, _freeze(watch)))


def _moves(world: World, rules: Rules) -> Iterator[World]:
    for number, writer in enumerate(world.writers):
        for moved in _writes(world, writer):
            drew = len(moved.drawn) - len(writer.drawn)
            yield replace(
                world,
                writers=(*world.writers[:number], moved, *world.writers[number + 1 :]),
                following=world.following + drew,
            )
    for number, looks in enumerate(world.looks_next):
        flags = (*world.looks_next[:number], not looks, *world.looks_next[number + 1 :])
        if looks:
            yield replace(look(world, number, rules), looks_next=flags)
        elif world.passes:
            yield replace(
                take_pass(world, number, rules), looks_next=flags, passes=world.passes - 1
            )


def _writes(world: World, writer: Writer) -> Iterator[Writer]:
    before = None if writer.follows is None else world.writers[writer.follows]
    if not writer.begun:
        if before is None or before.commits is not None:
            yield replace(writer, begun=True)
    elif len(writer.drawn) < writer.draws:
        yield replace(writer, drawn=(*writer.drawn, world.following))
    elif writer.commits is None:
        yield replace(writer, commits=True)
        yield replace(writer, commits=False)
    elif not writer.released:
        yield replace(writer, released=True)


def _judge(world: World, rules: Rules, findings: Findings) -> None:
    ended = {n for w in world.writers if w.commits is False for n in w.drawn}
    for frozen in world.watches:
        settled = _thaw(frozen).settled
        numbers = set(range(1, min(settled, world.following - 1) + 1))
        findings.unsettled += not numbers <= set(world.placed) | ended
    if not all(writer.released for writer in world.writers):
        return
    for number in range(len(world.watches)):
        last = world
        for _ in range(4 + world.following):
            last = look(take_pass(last, number, rules), number, rules)
        findings.lost += last.committed != set(last.placed)
        findings.disordered += not _in_order(last)


def _in_order(world: World) -> bool:
    places = {number: place for place, number in enumerate(world.placed)}
    for writer in world.writers:
        own = [places[n] for n in writer.drawn if n in places]
        before = () if writer.follows is None else world.writers[writer.follows].drawn
        earlier = [places[n] for n in before if n in places]
        if own != sorted(own) or (own and earlier and max(earlier) > min(own)):
            return False
    return True


def _put(frozen: tuple[Frozen, ...], number: int, new: Frozen) -> tuple[Frozen, ...]:
    return (*frozen[:number], new, *frozen[number + 1 :])


def _freeze(watch: Watch) -> Frozen:
    return watch.top, tuple(sorted(watch.holes.items(), key=lambda hole: hole[0]))


def _thaw(frozen: Frozen) -> Watch:
    return Watch(frozen[0], dict(frozen[1]))
