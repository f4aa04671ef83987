"""A rule that is run again over what it reads gives what it gave over all that there was."""

from random import Random
from typing import Any

import pytest

from audit.provable import READS, sources_of
from audit.refusals import Rejected
from audit.rerun import Unpaused, book_of, derived, shown_as
from services.reporting.detection.detect import findings
from services.reporting.domain.dossier import fold
from services.reporting.domain.rule import Rule
from services.reporting.rules import ALL, PAUSABLE, RULES
from tests.support.facts import HOME, applied, day, disbursed, inspected
from tests.support.facts import history as told
from tests.support.findings import BOOK
from tests.support.happening import history

OURS = [rule for rule in RULES if rule.code in READS]
HISTORIES = 200
UNPROVED = {"FINDING_UNANSWERED"}
"""Of the rules over one household: what people decided is in no file."""


def shown(found: Any) -> list[dict[str, Any]]:
    every = [shown_as(each, step) for each in found for step in each.run.steps]
    return sorted(every, key=lambda each: (each["finding_id"], each["from_on"]))


def test_a_rule_over_what_it_reads_gives_what_it_gives_over_everything() -> None:
    by, seen = Random(1), set()
    for _ in range(HISTORIES):
        recorded = history(by)
        intervals = findings(fold(HOME, recorded), BOOK, rules=OURS, follow_ups=())
        for code in READS:
            ours = [each for each in intervals if each.code == code]
            again = derived(code, HOME, recorded, BOOK).values()
            assert shown(ours) == shown(again), code
            seen |= {code} if ours else set()
    assert len(seen) >= len(READS) - 2, set(READS) - seen


def test_what_other_services_know_is_of_no_matter_to_a_rule() -> None:
    by = Random(2)
    for _ in range(HISTORIES // 10):
        recorded = history(by)
        for code in READS:
            own = [each for each in recorded if each.meta.source in sources_of(code)]
            few, every = (derived(code, HOME, each, BOOK).values() for each in (own, recorded))
            assert shown(few) == shown(every), code


def test_every_rule_over_one_household_is_proved_but_for_what_people_decided() -> None:
    of_one = {rule.code for rule in ALL if isinstance(rule, Rule)}
    assert of_one - set(READS) == UNPROVED
    assert set(READS) <= of_one


def test_the_rules_that_ask_the_clocks_are_those_that_can_be_paused() -> None:
    by, asked = Random(3), set()
    for _ in range(HISTORIES):
        recorded = history(by)
        for code in READS:
            clocks = Unpaused()
            derived(code, HOME, recorded, BOOK, clocks)
            asked |= set(clocks.were_asked)
    assert asked == set(PAUSABLE) & set(READS)


def test_facts_whose_days_off_are_not_known_are_not_judged() -> None:
    for number in (-28_000, 27_000):
        far = told(applied(), disbursed(day(number)), inspected(day(number + 20), 40))
        with pytest.raises(Rejected, match="holidays are not known"):
            derived("WRONG_PURPOSE", HOME, far, BOOK)


def test_a_rulebook_of_another_calendar_is_not_judged_by_ours() -> None:
    content = {**BOOK.content(), "valid_from": BOOK.valid_from.isoformat()}
    assert book_of(content, day(0))["NOT_USED"] == BOOK["NOT_USED"]
    with pytest.raises(Rejected, match="calendar of holidays is not known"):
        book_of({**content, "calendar": "holidays 0.110 VN"}, day(0))
