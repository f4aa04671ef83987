"""The published lists of codes, with their names in Vietnamese and English and their dates."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a list; `valid_to` is its last day, None while it lasts."""

    code: str
    vi: str
    en: str
    valid_from: date | None = None
    valid_to: date | None = None

    def holds(self, day: date) -> bool:
        """Tell whether the code may be used for a fact of that day."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)

    def document(self) -> dict[str, str | None]:
        """Give it as JSON."""
        return {
            "code": self.code,
            "vi": self.vi,
            "en": self.en,
            "valid_from": self.valid_from.isoformat() if self.valid_from else None,
            "valid_to": self.valid_to.isoformat() if self.valid_to else None,
        }


@lru_cache(maxsize=1)
def code_lists() -> dict[str, tuple[Code, ...]]:
    """Give every list by its name, in the order in which they are published."""
    found: dict[str, list[Code]] = {}
    name = ""
    text = resources.files("shared.codes").joinpath("codes.txt").read_text("utf-8")
    for line in text.splitlines():
        if line.startswith("["):
            name = line.strip("[]")
            found[name] = []
        elif line and not line.startswith("#"):
            found[name].append(_code(line))
    return {listed: tuple(codes) for listed, codes in found.items()}


def _code(line: str) -> Code:
    code, vi, en, *dates = (part.strip() for part in line.split("|"))
    days = [date.fromisoformat(day) if day else None for day in dates]
    return Code(code, vi, en, *days)


def codes_on(name: str, day: date) -> tuple[Code, ...]:
    """Give the codes of a list that hold on a day; KeyError for no such list."""
    return tuple(code for code in code_lists()[name] if code.holds(day))
