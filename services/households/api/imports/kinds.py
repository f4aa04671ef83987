"""The kinds of sheet that can be imported."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.households.api.imports import households, reviews
from services.households.api.imports.units import Unit
from shared.sealing.keyring import Keyring
from shared.sheets import Columns, Sheet


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of sheet: its columns, what its rows become, and examples for its template."""

    name: str
    columns: Columns
    units: Callable[[Sheet, Keyring, reviews.Exist], list[Unit]]
    examples: Sequence[Sequence[str]]


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "households",
            households.COLUMNS,
            lambda sheet, keyring, _: households.units(sheet, keyring),
            households.EXAMPLES,
        ),
        Kind("reviews", reviews.COLUMNS, reviews.units, reviews.EXAMPLES),
    )
}
