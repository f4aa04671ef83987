"""Against which limit each rule measures, in both languages, with the rulebook's numbers."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

from services.reporting.domain.rule import shown
from services.reporting.domain.rulebook import Rulebook


@lru_cache(maxsize=1)
def limits() -> Mapping[str, Mapping[str, str]]:
    """Read the sentences by rule and language, as they ship with this package."""
    text = resources.files("services.reporting.api").joinpath("limits.toml").read_text("utf-8")
    return tomllib.loads(text)


def limit_of(code: str, book: Rulebook, language: str = "vi") -> str:
    """Say what a rule measures against, in one sentence."""
    numbers = book.parameters.get(code, {})
    said = {name: shown(number, language) for name, number in numbers.items()}
    return limits()[code]["en" if language == "en" else "vi"].format(**said)
