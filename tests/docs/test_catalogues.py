"""The catalogues tell of every event and every rule, as the code has them."""

from __future__ import annotations

import pytest

from docs.catalogue import HERE, PAGES


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_catalogue_agrees_with_the_code(name: str) -> None:
    told = (HERE / name).read_text(encoding="utf-8")
    assert told == PAGES[name](), "run `python -m docs.catalogue`"
