"""Whatever is done to a source of history, the replay names the event that it was done to."""

from typing import Any

import pytest

from shared.recorded import Recorded
from tests.support.corrupting import CORRUPTIONS, everywhere_rewritten, everywhere_truncated
from tests.support.replays import SOURCES, Replays

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


@pytest.mark.parametrize("source", SOURCES)
def test_what_was_cut_off_everywhere_is_told_by_what_was_signed(
    touched: tuple[Replays, list[Recorded]], source: str
) -> None:
    replays, recorded = touched
    event = [each for each in recorded if each.meta.source == "loans"][-1]
    everywhere_truncated(replays, event)
    found = replays.run(source)
    told = {(each["kind"], each.get("source"), each.get("position")) for each in faults(found)}
    assert ("truncated", "loans", event.position) in told
    last = event.position or 0
    as_signed = {"signed": last, "as_signed": last - 1, "equal": False}
    assert found["checkpoints"]["loans"] == as_signed
    assert not found["equal"]


@pytest.mark.parametrize("source", SOURCES)
def test_what_was_rewritten_everywhere_is_told_by_what_was_signed(
    touched: tuple[Replays, list[Recorded]], source: str
) -> None:
    replays, recorded = touched
    event = next(each for each in recorded if each.meta.type == "LoanUseInspected")
    own = [each for each in recorded if each.meta.stream_id == event.meta.stream_id]
    before = own[own.index(event) - 1]
    everywhere_rewritten(replays, event, before.digest)
    found = replays.run(source)
    (told,) = [each for each in faults(found) if each["kind"] != "view"]
    assert (told["kind"], told["place"]) == (
        "altered",
        f"positions {event.position}-{event.position}",
    )
    assert not found["equal"]


def faults(found: dict[str, Any]) -> list[dict[str, Any]]:
    differences: list[dict[str, Any]] = found["differences"]
    return differences
