"""What of an event may be corrected, and how what is sealed in it stays so."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

import msgspec
import pytest

from services.households.events import HouseholdRegistered, PersonalDataErased
from shared.areas import EVERYWHERE, REFORM, Area, Commune, Scope, commune_on
from shared.areas.tree import LAST_OLD_DAY
from shared.correcting import CorrectEvent, NotCorrectable, OutsideArea, correct
from shared.decider import Decider, Malformed
from shared.recorded import Actor
from shared.sealed import SEALED, Sealed, is_sealed, sealed_texts
from tests.support.facts import HOME, PERSON, history, registered, uid
from tests.support.households import a_member

AFTER = REFORM.replace(day=9)
FIRST, SECOND = uid("first"), uid("second")
FACTS: Decider[tuple[Any, ...], Any] = Decider(
    name="household",
    initial=(),
    identify=lambda _: HOME,
    decide=lambda _state, _command, _actor: [],
    evolve=lambda state, fact, _: (*state, fact),
)


def person(member: UUID, **more: Any) -> Any:
    return a_member("x", member_id=member, **more)


HERE = Area("01864", "commune", LAST_OLD_DAY)
OLD, NEW = commune_on("01861", LAST_OLD_DAY), commune_on("01864", AFTER)
REGISTERED = replace(
    registered(LAST_OLD_DAY),
    members=(person(FIRST, phone="s1:phone"), person(SECOND, citizen_id="s1:id")),
)


def corrected(
    fields: Mapping[str, Any], scope: Scope = EVERYWHERE, fact: Any = REGISTERED
) -> Mapping[str, Any]:
    known = history(fact)
    asked = CorrectEvent(
        stream=HOME,
        event_id=known[0].meta.event_id,
        reason="s1:x",
        fields=fields,
        annul=False,
        occurred_on=AFTER,
        today=AFTER,
        scope=scope,
        seal=lambda owner, text: f"s1:{text} of {owner}",
        pseudonym=lambda text: f"h1:{text}",
    )
    made = correct(FACTS, known, asked, Actor(sub="x"), lambda _, given: given)
    assert made.fields is not None
    return made.fields


def refused(pointer: str, code: str, fields: Mapping[str, Any], scope: Scope = EVERYWHERE) -> None:
    with pytest.raises(Malformed) as caught:
        corrected(fields, scope)
    assert (caught.value.pointer, caught.value.code) == (pointer, code)


def test_a_commune_is_read_on_the_map_of_the_day_of_the_fact() -> None:
    assert isinstance(OLD, Commune)
    assert isinstance(NEW, Commune)
    assert Commune(**_read(corrected({"commune_code": "01861"})["commune"])) == OLD
    moved = corrected({"commune_code": "01864", "registered_on": AFTER})
    assert Commune(**_read(moved["commune"])) == NEW
    refused("/fields/commune_code", "unknown-area", {"commune_code": "99999"})
    gone = {"commune_code": "01861", "registered_on": AFTER}
    refused("/fields/commune_code", "unknown-area", gone)


def _read(commune: Mapping[str, Any]) -> dict[str, Any]:
    since = commune["valid_from"]
    return {"code": commune["code"], "valid_from": type(AFTER).fromisoformat(str(since))}


def test_a_day_on_whose_map_the_commune_is_not_asks_for_the_commune_too() -> None:
    refused("/fields/commune_code", "unknown-area", {"registered_on": AFTER})
    assert set(corrected({"registered_on": LAST_OLD_DAY.replace(day=1)})) == {"registered_on"}


def test_a_commune_outside_the_area_of_whoever_corrects_is_refused() -> None:
    here = Scope.of([HERE])
    assert corrected({"commune_code": "01864"}, here)
    with pytest.raises(OutsideArea):
        corrected({"commune_code": "01879"}, here)
    # that commune is part of the new one, which is theirs today
    assert corrected({"commune_code": "01861"}, Scope.of([Area("01864", "commune", AFTER)]))


def test_what_is_sealed_is_sealed_again_under_the_key_of_its_person() -> None:
    fields = corrected({"head": {"full_name": "Lý Thị A", "citizen_id": "000000000001"}})
    assert fields["head"]["full_name"] == f"s1:Lý Thị A of {PERSON}"
    assert fields["head"]["citizen_id"] == f"s1:000000000001 of {PERSON}"
    assert fields["head"]["citizen_ref"] == "h1:000000000001"
    plain = corrected({"head": {"full_name": "Lý Thị A", "able_to_work": False}})["head"]
    assert (plain["able_to_work"], plain["citizen_ref"]) == (False, None)


def test_members_are_named_by_their_id_and_the_others_stay_as_they_were() -> None:
    change = {"member_id": SECOND, "phone": "0912", "sex": "female"}
    first, second = corrected({"members": [change]})["members"]
    assert first["phone"] == "s1:phone"
    assert (second["member_id"], second["sex"]) == (str(SECOND), "female")
    assert second["citizen_id"] == "s1:id"
    bare = replace(REGISTERED, members=(person(FIRST), person(SECOND, phone="s1:old")))
    kept, changed = corrected({"members": [change]}, fact=bare)["members"]
    assert kept["phone"] is None
    assert changed["phone"] == f"s1:0912 of {SECOND}"


def test_nobody_is_added_by_a_correction_and_no_id_is_changed() -> None:
    for change in ({"member_id": uid("third")}, {"phone": "0912"}):
        refused("/fields/members", "out-of-range", {"members": [change]})
    refused("/fields/household_id", "out-of-range", {"household_id": uid("other")})
    refused("/fields/head/member_id", "out-of-range", {"head": {"member_id": uid("other")}})
    refused("/fields/colour", "out-of-range", {"colour": "red"})


def test_every_sealed_text_of_an_event_and_of_its_parts_is_found() -> None:
    fact: HouseholdRegistered = REGISTERED
    found = list(sealed_texts(fact))
    assert sorted(found) == sorted(["s1:none", "s1:x", "s1:x", "s1:phone", "s1:id"])


def test_an_erasure_is_not_corrected() -> None:
    erased = PersonalDataErased(
        household_id=HOME, person=PERSON, legal_basis="Luật 91/2025/QH15", occurred_on=AFTER
    )
    with pytest.raises(NotCorrectable):
        corrected({"occurred_on": LAST_OLD_DAY}, fact=erased)


def test_only_an_event_of_the_stream_is_corrected() -> None:
    known = history(REGISTERED)
    asked = CorrectEvent(
        stream=HOME,
        event_id=uid("an event of another stream"),
        reason="s1:x",
        fields=None,
        annul=True,
        occurred_on=AFTER,
        today=AFTER,
        scope=EVERYWHERE,
        seal=lambda _, text: text,
        pseudonym=lambda text: text,
    )
    with pytest.raises(Malformed) as caught:
        correct(FACTS, known, asked, Actor(sub="x"), lambda _, given: given)
    assert (caught.value.pointer, caught.value.code) == ("/event_id", "not-in-list")


def test_a_field_is_sealed_if_any_of_what_its_type_carries_says_so() -> None:
    assert is_sealed(Sealed)
    assert is_sealed(Sealed | None)
    assert is_sealed(Annotated[str, msgspec.Meta(max_length=9), msgspec.Meta(extra=SEALED)])
    assert not is_sealed(Annotated[str, msgspec.Meta(max_length=9)])
    assert not is_sealed(str | None)
