"""What is cut out of facts before they are told to one person, and what is opened in them."""

from typing import Any
from uuid import uuid4

import pytest

from shared.http.personal import _opened, of_person
from shared.sealing.keyring import Keyring
from shared.sealing.keys import MemoryKeys

ME, OTHER = "the-person", "another"


@pytest.mark.parametrize(
    ("held", "told"),
    [
        ({"head": {"member_id": OTHER}, "year": 2025}, {"year": 2025}),
        ({"head": {"member_id": ME, "sex": "male"}}, {"head": {"member_id": ME, "sex": "male"}}),
        ({"members": [{"member_id": ME}, {"member_id": OTHER}]}, {"members": [{"member_id": ME}]}),
        ({"payee": {"kind": "member", "member_id": OTHER}}, {}),
        ({"payee": {"kind": "borrower"}}, {"payee": {"kind": "borrower"}}),
    ],
    ids=("another head", "own", "of several", "another payee", "of nobody"),
)
def test_what_names_another_member_is_left_out(held: Any, told: Any) -> None:
    assert of_person(held, ME) == told


def test_what_only_looks_sealed_is_told_as_it_stands() -> None:
    ring = Keyring("households", MemoryKeys(), b"k" * 32)
    kept, gone = uuid4(), uuid4()
    sealed, erased = ring.seal(kept, "Nguyễn Văn A"), ring.seal(gone, "Lý Văn B")
    ring.erase(gone)
    assert _opened(ring, [sealed, erased, "s1:khu"]) == {
        sealed: "Nguyễn Văn A",
        erased: None,
        "s1:khu": "s1:khu",
    }
