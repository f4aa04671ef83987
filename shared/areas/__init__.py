"""The map of communes by date, and what a person's areas cover on a day."""

from shared.areas.scope import EVERYWHERE, Area, Scope, UnknownArea
from shared.areas.tree import (
    REFORM,
    Commune,
    Place,
    at,
    commune_on,
    place_of,
    places,
    predecessors,
    successor,
)

__all__ = [
    "EVERYWHERE",
    "REFORM",
    "Area",
    "Commune",
    "Place",
    "Scope",
    "UnknownArea",
    "at",
    "commune_on",
    "place_of",
    "places",
    "predecessors",
    "successor",
]
