"""Whatever is done to a source of history, the replay names the event that it was done to."""

import pytest

from shared.recorded import Recorded
from tests.support.corrupting import CORRUPTIONS
from tests.support.replays import Replays

pytestmark = pytest.mark.servers

HARMLESS = {("kafka", "reordered"), ("kafka", "duplicated"), ("stores", "duplicated")}
"""The reader of the log leaves these out: nothing that is folded differs."""


@pytest.mark.parametrize(("source", "kind"), list(CORRUPTIONS))
def test_a_corrupted_source_is_told_by_its_event(
    touched: tuple[Replays, list[Recorded]], source: str, kind: str
) -> None:
    replays, recorded = touched
    event = next(each for each in recorded if each.meta.type == "LoanDisbursed")
    CORRUPTIONS[source, kind](replays, event)
    found = replays.run(source)
    told = {(each.get("kind"), each.get("event_id")) for each in found["differences"]}
    assert (kind, str(event.meta.event_id)) in told, found["differences"]
    assert found["equal"] is ((source, kind) in HARMLESS)
