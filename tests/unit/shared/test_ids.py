"""The quick ways to make and write ids give what the plain ones do."""

from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from shared.ids import NAMESPACE, named, text_of


@given(st.text())
def test_an_id_by_name_is_the_standard_one(name: str) -> None:
    assert named(name) == uuid5(NAMESPACE, name)


@given(st.uuids())
def test_an_id_is_written_as_python_writes_it(each: UUID) -> None:
    assert text_of(each) == str(each)
