"""The map of communes by date, and what a person's areas cover on a day."""

from shared.areas.conversion import SeveralCommunes, converted
from shared.areas.provinces import Province, province_on, provinces
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
    "Province",
    "Scope",
    "SeveralCommunes",
    "UnknownArea",
    "at",
    "commune_on",
    "converted",
    "place_of",
    "places",
    "predecessors",
    "province_on",
    "provinces",
    "successor",
]
