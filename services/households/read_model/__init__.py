"""This service's own tables: what lists of households are filtered by, and who lives where now."""

from services.households.read_model.known import is_helped_by
from services.households.read_model.rows import READ_MODEL
from services.households.read_model.tables import (
    CITIZENS,
    HOUSEHOLDS,
    NAME_WORDS,
    PEOPLE,
    PERIODS,
)

__all__ = [
    "CITIZENS",
    "HOUSEHOLDS",
    "NAME_WORDS",
    "PEOPLE",
    "PERIODS",
    "READ_MODEL",
    "is_helped_by",
]
