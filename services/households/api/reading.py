"""Who may read of people, and by what their sealed texts are opened."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine

from services.households.api import views
from shared.auth.caller import Caller
from shared.auth.roles import Role
from shared.service import Runtime

CARD = (
    Role.COMMUNE_OFFICER,
    Role.DISTRICT_OFFICER,
    Role.PRIVACY_OFFICER,
    Role.BANK_TELLER,
    Role.BANK_CONTROLLER,
    Role.UNION_INSPECTOR,
    Role.INSPECTOR,
)
"""Who may see at least the card of a household: names, members, place, status."""


def opener(runtime: Runtime, caller: Caller) -> views.Opener:
    """Give what opens sealed texts; to an auditor they stay sealed."""
    if caller.has(Role.AUDITOR):
        return list
    return runtime.keyring.open_all


def engine_of(runtime: Runtime) -> Engine:
    """Give the service's database, which lists need."""
    if runtime.engine is None:
        raise TypeError("lists need the service's database")
    return runtime.engine


def with_heads(
    runtime: Runtime, caller: Caller, rows: Sequence[Any], items: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Put the heads' names beside households of a list; null and `erased` where one is erased."""
    names = opener(runtime, caller)([row.head_name for row in rows])
    return [
        item | {"head_name": name, "erased": name is None}
        for item, name in zip(items, names, strict=True)
    ]
