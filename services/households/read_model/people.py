"""Present members by keyed hashes of their names: found by whole words, never stored plain."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Uuid, any_, bindparam, delete, insert

from services.households import events
from services.households.read_model.tables import NAME_WORDS, PEOPLE
from services.households.state import HouseholdState, MemberState
from shared.corrections import EventCorrected
from shared.folding import folded_words
from shared.recorded import Recorded
from shared.sealing.keyring import Keyring

_NAMING = (
    events.HouseholdRegistered,
    events.MemberJoined,
    events.MemberLeft,
    events.PersonalDataErased,
    EventCorrected,
)
"""Events that change who is a present member, or what is known of one."""


def people_in(recorded: Sequence[Recorded]) -> frozenset[UUID] | None:
    """Give the only members of whom events tell; None where they may tell of all."""
    found: set[UUID] = set()
    for entry in recorded:
        match entry.event:
            case events.MemberJoined(member=person):
                found.add(person.member_id)
            case events.MemberLeft(member_id=member_id):
                found.add(member_id)
            case events.PersonalDataErased(person=erased):
                found.add(erased)
            case events.HouseholdRegistered() | events.HouseholdClosed() | EventCorrected():
                return None
    return frozenset(found)


def word_ref(keyring: Keyring, word: str) -> bytes:
    """Give what a word of a name is kept as."""
    return keyring.digest(b"name-word/1", word.encode())


def index(
    connection: Connection,
    keyring: Keyring,
    stream_id: str,
    state: HouseholdState,
    recorded: Sequence[Recorded],
) -> None:
    """Bring the names of one household to its present state; nothing stays of who is erased."""
    if not any(isinstance(entry.event, _NAMING) for entry in recorded):
        return
    household_id = UUID(stream_id.partition("-")[2])
    touched = people_in(recorded)
    if not isinstance(recorded[0].event, events.HouseholdRegistered):
        for table in (PEOPLE, NAME_WORDS):
            gone = delete(table).where(table.c.household_id == household_id)
            if touched is not None:
                gone = gone.where(table.c.member_id == any_(bindparam("of", type_=ARRAY(Uuid))))
            connection.execute(gone, {} if touched is None else {"of": list(touched)})
    people, words = _rows(keyring, household_id, state, touched)
    if people:
        connection.execute(insert(PEOPLE), people)
    if words:
        connection.execute(insert(NAME_WORDS), words)


def members_of(
    state: HouseholdState, touched: frozenset[UUID] | None
) -> Iterable[tuple[UUID, MemberState]]:
    """Give some members by their ids, or all of them."""
    if touched is None:
        return state.members.items()
    return [(each, state.members[each]) for each in sorted(touched) if each in state.members]


def _rows(
    keyring: Keyring, household_id: UUID, state: HouseholdState, touched: frozenset[UUID] | None
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    present = [
        (member_id, member.person)
        for member_id, member in members_of(state, touched)
        if member.left_on is None and member_id not in state.erased
    ]
    names = keyring.open_all([person.full_name for _, person in present])
    births = keyring.open_all([person.birth_date for _, person in present])
    people: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    for (member_id, _), name, born in zip(present, names, births, strict=True):
        found = folded_words(name or "")
        if not found:
            continue
        whole = " ".join(found).encode()
        owner = {"household_id": household_id, "member_id": member_id}
        year = born[:4].encode() if born else None
        people.append(
            owner
            | {
                "name_ref": keyring.digest(b"person-name/1", whole),
                "born_ref": keyring.digest(b"person-born/1", whole, year) if year else None,
            }
        )
        words += [owner | {"word": word_ref(keyring, word)} for word in dict.fromkeys(found)]
    return people, words
