"""Deciding on a correction: the result must be a history that could have been recorded."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

import msgspec

from shared.areas import Commune, Scope, commune_on
from shared.corrections import EventCorrected, as_corrected, corrected, correctors
from shared.decider import Conflict, Decider, Malformed
from shared.event import event_type, occurred_on
from shared.recorded import Actor, Recorded
from shared.sealed import PREFIX, hints_of, is_sealed

_RENAMED = {"from": "since"}
_ANEW = "không đổi được, hãy hủy và ghi lại / it cannot change: annul, and record anew"


class CorrectionRefused(Conflict):
    """With this correction the history is one that could not have been recorded."""

    code: ClassVar[str] = "not-recordable"
    vi: ClassVar[str] = "Sau đính chính, lịch sử không thể đã xảy ra: {why}"
    en: ClassVar[str] = "Corrected so, the history could not have been recorded: {why}"


class NotCorrectable(Conflict):
    """A correction itself is not corrected."""

    code: ClassVar[str] = "not-correctable"
    vi: ClassVar[str] = "Không đính chính một đính chính; hãy đính chính lại sự kiện gốc"
    en: ClassVar[str] = "A correction is not corrected; correct the original event again"


class OutsideArea(Conflict):
    """The corrected place is not one where the person who corrects works."""

    code: ClassVar[str] = "outside-area"
    status: ClassVar[int] = 403
    vi: ClassVar[str] = "Xã này không thuộc địa bàn của bạn"
    en: ClassVar[str] = "This commune is not in your area"


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectEvent:
    """Set an event right; `seal` and `pseudonym` are the shell's, for texts among the fields."""

    stream: UUID
    event_id: UUID
    reason: str
    fields: Mapping[str, Any] | None
    annul: bool
    occurred_on: date
    today: date
    scope: Scope
    """The areas of whoever corrects."""
    known: Any = field(default=None, repr=False, compare=False)
    """What the service knows of others, for checks of its own."""
    seal: Callable[[UUID, str], str] = field(repr=False, compare=False)
    pseudonym: Callable[[str], str] = field(repr=False, compare=False)


Read = Callable[[Any, Mapping[str, Any]], Mapping[str, Any]]
"""Checks the changed fields of a fact, as a request to record it would be checked."""

Follow = Callable[[Any, Mapping[str, Any]], Mapping[str, Any]]
"""Gives the fields that follow from the changed ones, as the event has them."""


def nothing_follows(_fact: Any, _changes: Mapping[str, Any]) -> Mapping[str, Any]:
    """Say that a changed field changes no other."""
    return {}


def correct(
    decider: Decider[Any, Any],
    history: Sequence[Recorded],
    command: CorrectEvent,
    actor: Actor,
    read: Read,
    follow: Follow = nothing_follows,
) -> EventCorrected:
    """Give the correction, or refuse it: 422 for its fields, 409 for what would come of it.

    Who corrects a fact must be one who could have recorded it: four eyes look at both.
    """
    target = next((one for one in history if one.meta.event_id == command.event_id), None)
    if target is None:
        raise Malformed(
            "/event_id", "not-in-list", "hồ sơ không có sự kiện này / no such event in this stream"
        )
    if isinstance(target.event, EventCorrected) or _is_final(target):
        raise NotCorrectable
    changes = None
    if command.fields is not None and not command.annul:
        known = as_corrected(history, target)
        changes = _changes(known, command, read(known, command.fields))
        changes |= follow(known, changes)
    fact = EventCorrected(
        key=target.meta.key,
        event_id=command.event_id,
        reason=command.reason,
        annul=command.annul,
        fields=changes,
        occurred_on=command.occurred_on,
    )
    _replay(decider, history, fact, command, actor)
    return fact


def _is_final(target: Recorded) -> bool:
    """Tell whether it cannot be undone: a key that was destroyed does not come back."""
    return target.meta.type == "PersonalDataErased"


def _replay(
    decider: Decider[Any, Any],
    history: Sequence[Recorded],
    correction: EventCorrected,
    command: CorrectEvent,
    actor: Actor,
) -> None:
    state = decider.initial
    said = {one.meta.event_id: one.meta.occurred_on for one in history}
    for recorded in corrected(history, correction):
        mine = recorded.meta.event_id == command.event_id
        if mine and occurred_on(recorded.event) > max(command.today, said[command.event_id]):
            name = event_type(recorded.event).dated_by
            raise Malformed(
                f"/fields/{name}",
                "in-future",
                f"không được sau {command.today} / it must not be after {command.today}",
            )
        try:
            decider.validate(state, recorded.event, recorded.meta.actor)
        except Conflict as refusal:
            raise CorrectionRefused(why=refusal.detail) from None
        except Malformed as problem:
            if mine:
                raise Malformed(
                    f"/fields{problem.pointer}", problem.code, problem.message
                ) from None
            raise CorrectionRefused(why=problem.message) from None
        if mine:
            with_correctors = state
            for fact, by in correctors(history):
                with_correctors = decider.add_corrector(with_correctors, fact, by)
            decider.validate(with_correctors, recorded.event, actor)
        state = decider.evolve(state, recorded.event, recorded.meta.actor)


def _changes(fact: Any, command: CorrectEvent, given: Mapping[str, Any]) -> dict[str, Any]:
    """Turn the fields of a request into those of the event, texts sealed."""
    asked = {_RENAMED.get(name, name): value for name, value in given.items()}
    if "commune_code" in asked:
        asked["commune"] = _commune(asked.pop("commune_code"), asked, fact, command)
    else:
        _still_there(asked, fact)
    nested = getattr(fact, "member", None)
    if nested is not None:
        known = {entry.name for entry in fields(nested)}
        inner = {name: asked.pop(name) for name in list(asked) if name in known}
        asked |= {"member": inner} if inner else {}
    walk = _Walk(command.seal, command.pseudonym)
    changes: dict[str, Any] = msgspec.to_builtins(
        walk.sealed(fact, asked, "/fields", command.stream)
    )
    return changes


def _still_there(asked: Mapping[str, Any], fact: Any) -> None:
    """Refuse a day on whose map there is no such commune as the event names."""
    day, commune = asked.get(event_type(fact).dated_by), getattr(fact, "commune", None)
    if day is not None and commune is not None and commune_on(commune.code, day) != commune:
        raise Malformed(
            "/fields/commune_code",
            "unknown-area",
            f"không có xã {commune.code} ấy vào ngày mới, hãy ghi cả `commune_code` / "
            f"there is no such commune {commune.code} on the new day, give `commune_code` too",
        )


def _commune(code: str, asked: Mapping[str, Any], fact: Any, command: CorrectEvent) -> Commune:
    day = asked.get(event_type(fact).dated_by, occurred_on(fact))
    found = commune_on(code, day)
    if found is None:
        raise Malformed(
            "/fields/commune_code",
            "unknown-area",
            "không có xã này vào ngày đó / no such commune on that day",
        )
    if not any(command.scope.covers(found, at) for at in (day, command.today)):
        raise OutsideArea
    return found


@dataclass(frozen=True, slots=True)
class _Walk:
    """Goes through changed fields, sealing what the event holds sealed."""

    seal: Callable[[UUID, str], str]
    pseudonym: Callable[[str], str]

    def sealed(
        self, before: Any, asked: Mapping[str, Any], pointer: str, owner: UUID
    ) -> dict[str, Any]:
        hints = hints_of(type(before))
        result: dict[str, Any] = {}
        for name, value in asked.items():
            here = f"{pointer}/{name}"
            hint = hints.get(name)
            if hint is None or hint is UUID:
                raise Malformed(here, "out-of-range", _ANEW)
            inner = getattr(before, name)
            if isinstance(value, dict) and is_dataclass(inner):
                whose = getattr(inner, "member_id", owner)
                result[name] = msgspec.to_builtins(inner) | self.sealed(inner, value, here, whose)
            elif _of_parts(value):
                result[name] = self._parts(inner, value, here)
            elif (is_sealed(hint) or _looks_sealed(inner)) and value is not None:
                result[name] = self.seal(owner, str(value))
                if name == "citizen_id":
                    result["citizen_ref"] = self.pseudonym(value)
            else:
                result[name] = value
        return result

    def _parts(self, before: Any, asked: Any, pointer: str) -> list[Any]:
        """Change the members that are named by their id; the others stay as they were."""
        changes = {entry.get("member_id"): entry for entry in asked}
        if not set(changes) <= {person.member_id for person in before}:
            raise Malformed(pointer, "out-of-range", _ANEW)
        whole = []
        for person in before:
            of_person = dict(changes.get(person.member_id, {}))
            member_id = of_person.pop("member_id", person.member_id)
            walked = self.sealed(person, of_person, pointer, member_id)
            whole.append(msgspec.to_builtins(person) | walked)
        return whole


def _of_parts(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(entry, dict) for entry in value)


def _looks_sealed(before: Any) -> bool:
    """Tell of a text that is sealed for some only, such as a sponsor's name for persons."""
    return isinstance(before, str) and before.startswith(PREFIX)
