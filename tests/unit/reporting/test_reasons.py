"""A reason is read by officers: money, dates and statuses stand as they write them."""

import re
from dataclasses import replace
from string import Formatter

import pytest

from services.reporting.domain.rule import shown
from services.reporting.domain.rulebook import RULEBOOKS
from services.reporting.rules import BY_CODE


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (1_500_000, "1.500.000", "1,500,000"),
        ("2026-05-31", "31/05/2026", "2026-05-31"),
        ("near_poor", "cận nghèo", "near-poor"),
        ("HN", "HN", "HN"),
        ("2026", "2026", "2026"),
    ],
)
def test_a_detail_is_written_as_people_do(value: int | str, vi: str, en: str) -> None:
    assert (shown(value, "vi"), shown(value, "en")) == (vi, en)


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_every_rule_says_its_limit_with_all_its_numbers_in_both_languages(code: str) -> None:
    numbers = RULEBOOKS[-1].parameters.get(code, {})
    for text in (BY_CODE[code].limit_vi, BY_CODE[code].limit_en):
        assert {name for _, name, _, _ in Formatter().parse(text) if name} == set(numbers)
    for language in ("vi", "en"):
        said = BY_CODE[code].limit(RULEBOOKS[-1], language)
        assert said.endswith(".")
        written = {shown(number, language) for number in numbers.values()}
        assert written <= set(re.findall(r"[\d.,]*\d", said))


def test_a_limit_is_told_by_the_first_rulebook_that_names_the_rule_where_one_does_not() -> None:
    asleep = replace(RULEBOOKS[0], parameters={})
    rule = BY_CODE["NOT_USED"]
    assert rule.limit(asleep) == rule.limit(RULEBOOKS[0])


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_a_reason_is_said_in_the_language_that_is_asked_for(code: str) -> None:
    rule = BY_CODE[code]
    said = rule.reason_vi + rule.reason_en
    names = {name for _, name, _, _ in Formatter().parse(said) if name}
    details: dict[str, int | str] = dict.fromkeys(sorted(names), 1_500_000)
    for language, text, written in (
        ("vi", rule.reason_vi, "1.500.000"),
        ("en", rule.reason_en, "1,500,000"),
    ):
        assert rule.reason(details, language) == text.format(**dict.fromkeys(names, written))
    assert rule.reason(details) == rule.reason(details, "vi")
