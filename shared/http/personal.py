"""What a service holds of a household's people, opened, for the person's right to know it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from flask import Response
from sqlalchemy import Connection

from shared import access
from shared.auth.caller import Caller
from shared.auth.roles import Role
from shared.http.accesses import Sees
from shared.http.blueprint import StrictBlueprint
from shared.http.fields import Uuid
from shared.http.query import Asked, Query, described
from shared.http.responses import response
from shared.http.shapes import COUNT, DAY, ID, INSTANT, OBJECT, WORD, has, some
from shared.http.who import allowed
from shared.problems import Answer, not_found
from shared.recorded import Recorded
from shared.sealed import PREFIX
from shared.sealing.keyring import DamagedSeal, Keyring
from shared.service import Runtime

Streams = Callable[[Connection, UUID], Sequence[str]]
"""Gives the streams in which there may be events of a household."""

_FACT = has(
    event_id=ID,
    type=WORD,
    stream_id=WORD,
    version=COUNT,
    occurred_on=DAY,
    recorded_at=INSTANT,
    data=OBJECT,
)


class PersonQuery(Query):
    """Of whom."""

    person = described(Uuid(), "Chỉ về một người / Only of one person (member id)")


def personal_data(runtime: Runtime, sees: Sees, streams: Streams) -> StrictBlueprint:
    """Give the export of what is held of a household, itself written to the access log."""
    made = StrictBlueprint("personal", __name__, description="Dữ liệu cá nhân / Personal data")

    @made.get(
        "/v1/households/<uuid:household_id>/personal-data",
        PersonQuery,
        has(household_id=ID, items=some(_FACT)),
    )
    def export(query: Asked, household_id: UUID) -> Response:
        """Give every fact held of a household, or of one person of it; null where erased."""
        who = allowed(Role.PRIVACY_OFFICER)
        person = str(query["person"]) if "person" in query else None
        with runtime.store.transaction() as transaction:
            connection = transaction.connection
            if connection is None or not sees(connection, household_id, who):
                raise not_found()
            found = transaction.read_all(list(streams(connection, household_id)))
            access.record(connection, who, runtime.clock(), "personal data", [household_id])
        facts = [fact for history in found.values() for fact in history]
        own = [fact for fact in facts if fact.meta.key == household_id]
        items = _items(own, person, runtime.keyring, who)
        return response(Answer(200, {"household_id": str(household_id), "items": items}))

    return made


def of_person(held: Any, person: str) -> Any:
    """Give what is said of one person: what names another member is left out."""
    if isinstance(held, list):
        return [of_person(entry, person) for entry in held if not _of_another(entry, person)]
    if isinstance(held, dict):
        return {
            name: of_person(entry, person)
            for name, entry in held.items()
            if not _of_another(entry, person)
        }
    return held


def _of_another(held: Any, person: str) -> bool:
    return isinstance(held, dict) and held.get("member_id", person) != person


def _names(held: Any, person: str) -> bool:
    if isinstance(held, dict):
        return any(_names(entry, person) for entry in held.values())
    if isinstance(held, list):
        return any(_names(entry, person) for entry in held)
    return bool(held == person)


def _items(
    facts: Sequence[Recorded], person: str | None, keyring: Keyring, who: Caller
) -> list[dict[str, Any]]:
    held = [(fact, msgspec.json.decode(fact.data)) for fact in sorted(facts, key=_when)]
    if person is not None:
        held = [(fact, of_person(data, person)) for fact, data in held if _names(data, person)]
    opened: Mapping[str, str | None] = {}
    if not who.has(Role.AUDITOR):
        opened = _opened(keyring, [text for _, data in held for text in _sealed(data)])
    return [_item(fact, _with(data, opened)) for fact, data in held]


def _when(fact: Recorded) -> Any:
    return fact.order


def _item(fact: Recorded, data: Any) -> dict[str, Any]:
    return {
        "event_id": str(fact.meta.event_id),
        "type": fact.meta.type,
        "stream_id": fact.meta.stream_id,
        "version": fact.meta.version,
        "occurred_on": fact.meta.occurred_on.isoformat(),
        "recorded_at": fact.meta.recorded_at.isoformat(),
        "data": data,
    }


def _sealed(held: Any) -> Iterator[str]:
    if isinstance(held, str) and held.startswith(PREFIX):
        yield held
    elif isinstance(held, (dict, list)):
        for entry in held.values() if isinstance(held, dict) else held:
            yield from _sealed(entry)


def _opened(keyring: Keyring, sealed: Sequence[str]) -> dict[str, str | None]:
    try:
        return dict(zip(sealed, keyring.open_all(sealed), strict=True))
    except DamagedSeal:
        return {text: _one(keyring, text) for text in sealed}


def _one(keyring: Keyring, text: str) -> str | None:
    """Open one text; what only looks like a sealed one is shown as it stands."""
    try:
        return keyring.open(text)
    except DamagedSeal:
        return text


def _with(held: Any, opened: Mapping[str, str | None]) -> Any:
    if isinstance(held, dict):
        return {name: _with(entry, opened) for name, entry in held.items()}
    if isinstance(held, list):
        return [_with(entry, opened) for entry in held]
    return opened.get(held, held) if isinstance(held, str) else held
