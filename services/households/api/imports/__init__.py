"""Sheets of households and of reviews: each row becomes the commands that a person would send."""

from services.households.api.imports.endpoints import imports
from services.households.api.imports.running import turn

__all__ = ["imports", "turn"]
