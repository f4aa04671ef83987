"""A commune as one text, as the services' own tables keep it."""

from datetime import date

from shared.areas.tree import Commune


def place_value(commune: Commune) -> str:
    """Give a commune as one text."""
    return f"{commune.code}@{commune.valid_from.isoformat()}"


def commune_in(value: str) -> Commune:
    """Read what `place_value` gave."""
    code, _, since = value.partition("@")
    return Commune(code, date.fromisoformat(since))
