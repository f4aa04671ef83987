"""How answers look, as JSON Schema in few words: what is named is always there."""

from typing import Any

Shape = dict[str, Any]
TEXT: Shape = {"type": "string"}
WORD: Shape = {"type": "string", "minLength": 1}
ID: Shape = {"type": "string", "format": "uuid"}
DAY: Shape = {"type": "string", "format": "date"}
INSTANT: Shape = {"type": "string", "format": "date-time"}
COUNT: Shape = {"type": "integer", "minimum": 0}
FLAG: Shape = {"type": "boolean"}
OBJECT: Shape = {"type": "object"}


def some(shape: Shape) -> Shape:
    """Return the shape of a list of such things."""
    return {"type": "array", "items": shape}


def maybe(shape: Shape) -> Shape:
    """Return the shape of such a thing or null."""
    return {**shape, "type": [shape["type"], "null"]}


def one_of(*codes: str) -> Shape:
    """Return the shape of a code of these."""
    return {"type": "string", "enum": [str(code) for code in codes]}


def has(**parts: Shape) -> Shape:
    """Return the shape of an object that has at least these parts."""
    return {"type": "object", "required": list(parts), "properties": parts}


def page_of(item: Shape) -> Shape:
    """Return the shape of a page of a list of such items."""
    return has(items=some(item), next_cursor=maybe(TEXT))
