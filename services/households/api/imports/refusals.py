"""From the problem of a command to remarks on the cells that it came from."""

from collections.abc import Sequence
from typing import Any

from services.households.api.imports.units import Reader, Remark, Unit
from shared.problems import Answer

REFUSED = 400


def remarks_on(reader: Reader, unit: Unit, answers: Sequence[Answer]) -> list[Remark]:
    """Give what the first refused command of a unit says of its rows; nothing if none is."""
    refused = next((answer for answer in answers if answer.status >= REFUSED), None)
    if refused is None:
        return []
    document = refused.document
    errors = document.get("errors")
    if errors:
        return [_on_field(reader, unit, error) for error in errors]
    vi, en = _both(document["detail"])
    if other := document.get("household_id"):
        vi, en = f"{vi} (household_id {other})", f"{en} (household_id {other})"
    row = unit.rows[0]
    return [reader.remark(row, "household_code", document["code"], vi, en)]


def _on_field(reader: Reader, unit: Unit, error: dict[str, Any]) -> Remark:
    pointer: str = error["pointer"]
    place, _, name = pointer.rpartition("/")
    row = unit.parts.get(place, unit.parts.get(pointer, unit.rows[0]))
    vi, en = _both(error["message"])
    named = name if reader.columns.named(name) else "household_code"
    return reader.remark(row, named, error["code"], vi, en)


def _both(said: str) -> tuple[str, str]:
    vi, slash, en = said.partition(" / ")
    return (vi, en) if slash else (said, said)
