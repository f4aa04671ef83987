"""What is done with structs."""

from typing import Any


def replace(one: Any, /, **changes: Any) -> Any:
    """Return a copy with some fields changed."""
    named = {name: getattr(one, name) for name in one.__struct_fields__}
    return type(one)(**{**named, **changes})


def asdict(one: Any) -> dict[str, Any]:
    """Return the fields by their names."""
    return {name: getattr(one, name) for name in one.__struct_fields__}
