"""This service's own tables: what lists of households are filtered by, and who lives where now."""

from services.households.read_model.rows import READ_MODEL
from services.households.read_model.sponsored import is_helped_by, step
from services.households.read_model.tables import (
    CITIZENS,
    HOUSEHOLDS,
    NAME_WORDS,
    PEOPLE,
    PERIODS,
    commune_in,
    place_value,
)

__all__ = [
    "CITIZENS",
    "HOUSEHOLDS",
    "NAME_WORDS",
    "PEOPLE",
    "PERIODS",
    "READ_MODEL",
    "commune_in",
    "is_helped_by",
    "place_value",
    "step",
]
