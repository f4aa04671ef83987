"""What can be a key is what the OpenAPI document says."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.http.commands import idempotency_key
from shared.http.openapi import KEY
from shared.problems import Problem

LENGTHS = st.sampled_from([0, 1, 2, 253, 254, 255, 256, 257, 258])


def is_key(given: str) -> bool:
    try:
        idempotency_key(given)
    except Problem:
        return False
    return True


@given(st.sampled_from("a\x7f\xe9"), LENGTHS, st.sampled_from('a"'), st.sampled_from('a"'))
@example("a", 0, '"', '"')
def test_the_document_has_the_form_of_a_key(inner: str, length: int, first: str, last: str) -> None:
    for text in (inner * length, first + inner * length, first + inner * length + last):
        assert is_key(text) == bool(re.search(KEY, text)), text


@pytest.mark.parametrize(("given", "kept"), [(" a\t", True), ("a\xa0", False), ("\x85a", False)])
def test_only_the_whitespace_of_http_is_no_part_of_a_key(given: str, kept: bool) -> None:
    assert is_key(given) is kept
