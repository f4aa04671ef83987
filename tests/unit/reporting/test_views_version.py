"""What the views keep is read by its shape: another shape needs another VERSION, and a rebuild."""

import hashlib
import json
from typing import Any

import msgspec

from services.reporting.detection.finding_versions import Appearance
from services.reporting.figures.record import Kept
from services.reporting.projections.rows import Contributed
from services.reporting.projections.tables import VERSION

MADE, SHAPE = 9, "2233a4ff5b136609"
"""Where another shape fails here, raise VERSION and put both here: the views are made anew."""


def bare(schema: Any) -> Any:
    """The same without words and without an order that means nothing."""
    if isinstance(schema, dict):
        words = ("title", "description")
        return {name: bare(inner) for name, inner in schema.items() if name not in words}
    if isinstance(schema, list):
        return [bare(inner) for inner in schema]
    return schema


def test_another_shape_of_what_is_kept_is_another_version_of_the_views() -> None:
    shapes = [bare(msgspec.json.schema(kind)) for kind in (Kept, Appearance, Contributed)]
    told = json.dumps(shapes, sort_keys=True).encode()
    assert VERSION > MADE or hashlib.sha256(told).hexdigest()[:16] == SHAPE
