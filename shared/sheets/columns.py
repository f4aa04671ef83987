"""The columns that a kind of sheet may have, known by any of their names."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from shared.folding import folded_words

_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")

Read = Callable[[str], Any]


class BadValue(Exception):  # noqa: N818 - a value that a person can put right
    """A cell that does not say what its column asks for."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(f"{vi} / {en}")
        self.code, self.vi, self.en = code, vi, en


@lru_cache(maxsize=4096)  # the same few words stand in every row
def folded(text: str) -> str:
    """Give a text without marks, capitals, blanks and what stands in brackets."""
    return "".join(folded_words(_ASIDE.sub(" ", text)))


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the field it fills, its names, and how its cells are read."""

    name: str
    vi: str
    en: str
    read: Read
    required: bool = False
    also: tuple[str, ...] = ()
    example: str = ""

    @property
    def heading(self) -> str:
        """Give the heading of the template."""
        return f"{self.vi} / {self.en}"

    def names(self) -> frozenset[str]:
        """Give every heading that means this column, folded."""
        given = (self.name, self.vi, self.en, self.heading, *self.also)
        return frozenset(folded(name) for name in given)


class Columns:
    """The columns of a kind of sheet."""

    def __init__(self, *columns: Column) -> None:
        self.all = columns
        self._by_heading = {name: column for column in columns for name in column.names()}
        self._by_name = {column.name: column for column in columns}

    def named(self, name: str) -> Column | None:
        """Give the column of a field."""
        return self._by_name.get(name)

    def match(self, headers: Sequence[str]) -> list[Column | None]:
        """Give for each heading the column that it means, or None."""
        return [self._by_heading.get(folded(header)) for header in headers]

    def score(self, headers: Sequence[str]) -> int:
        """Tell how many different columns a row's cells name."""
        return len({column.name for column in self.match(headers) if column is not None})

    def missing(self, headers: Sequence[str]) -> list[Column]:
        """Give the required columns that no heading means."""
        there = {column.name for column in self.match(headers) if column is not None}
        return [column for column in self.all if column.required and column.name not in there]
