"""What each role may do with each table: the whole of it, by name; what is not here is refused.

The owner made the tables and alone may change what they are. No process of ours runs as the owner.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["writer", "reader", "auditor"]
KINDS: tuple[Kind, ...] = ("writer", "reader", "auditor")

OWNER = "owner"
VIEWS = "views"
"""What reporting makes of its journal, again and again: the writer's own, like its scratch."""
WRITERS_OWN = (VIEWS, "views_next", "replay\\_%")
"""Patterns of the schemas that the writer of reporting makes and drops."""


def role(database: str, kind: str) -> str:
    """Name a role of a database; roles are the server's, so the database is in the name."""
    return f"{database}_{kind}"


@dataclass(frozen=True, slots=True)
class Line:
    """One table: what the writer may do, and who else may read it."""

    writer: str
    readers: tuple[Kind, ...] = ()

    def of(self, kind: Kind) -> frozenset[str]:
        """Give what a role may do with the table."""
        if kind == "writer":
            return frozenset(self.writer.split())
        return frozenset({"SELECT"} if kind in self.readers else ())


_ALL: tuple[Kind, ...] = ("reader", "auditor")
_READ: tuple[Kind, ...] = ("reader",)
_AUDIT: tuple[Kind, ...] = ("auditor",)

_ADDED = "SELECT INSERT"
_KEPT = "SELECT INSERT UPDATE"
_REPLACED = "SELECT INSERT DELETE"
_CHANGED = "SELECT INSERT UPDATE DELETE"

_EVERYWHERE = {"public.alembic_version": Line("SELECT", _ALL)}


def _evidence(schema: str) -> dict[str, Line]:
    return {
        f"{schema}.trees": Line(_KEPT, _ALL),
        f"{schema}.nodes": Line(_ADDED, _ALL),
        f"{schema}.heads": Line(_KEPT, _ALL),
        f"{schema}.buckets": Line(_KEPT, _ALL),
        f"{schema}.checkpoints": Line(_ADDED, _ALL),
    }


_STORE = {
    **_EVERYWHERE,
    "public.events": Line(_ADDED, _ALL),
    "public.positions": Line(_ADDED, _ALL),
    "public.made_ids": Line(_ADDED, _ALL),
    "public.sequencer_hint": Line("SELECT UPDATE", _READ),
    "public.relay_cursor": Line(_KEPT, _READ),
    # what is read of other services
    "public.consumed": Line(_KEPT, _ALL),
    "public.journal": Line(_ADDED, _ALL),
    "public.held_keys": Line(_CHANGED, _ALL),
    "public.held": Line(_CHANGED, _ALL),
    "public.access_log": Line(_ADDED, _ALL),
    **_evidence("evidence"),
}
_ERASING = {"public.erasures": Line(_KEPT, _READ)}

_HOUSEHOLDS = {
    "public.households": Line(_CHANGED, _READ),
    "public.household_periods": Line(_REPLACED, _READ),
    "public.citizens": Line(_REPLACED, _READ),
    "public.people": Line(_REPLACED, _READ),
    "public.name_words": Line(_REPLACED, _READ),
    "public.sponsored": Line(_REPLACED, _READ),
    "public.sponsors_gone": Line(_REPLACED, _READ),
    "public.jobs": Line(_CHANGED),
    "public.job_parts": Line(_REPLACED),
    # a sheet is sealed, and nobody's but the worker's
    "public.imports": Line(_KEPT),
    "public.import_remarks": Line(_REPLACED),
}
_LOANS = {
    "public.loans": Line(_CHANGED, _READ),
    "public.loan_payees": Line(_REPLACED, _READ),
    "public.credit_groups": Line(_CHANGED, _READ),
    "public.household_places": Line(_REPLACED, _READ),
    "public.confirmed_misuse": Line(_REPLACED, _READ),
}
_SPONSORSHIP = {
    "public.sponsors": Line(_CHANGED, _READ),
    "public.assignments": Line(_CHANGED, _READ),
    "public.models": Line(_CHANGED, _READ),
    "public.known_places": Line(_REPLACED, _READ),
    "public.known_closures": Line(_REPLACED, _READ),
    "public.sponsor_turns": Line(_REPLACED, _READ),
}
_REPORTING = {
    "public.changes": Line(_ADDED, _READ),
    "public.announced": Line(_KEPT, _READ),
    "public.announcing": Line(_REPLACED, _READ),
    "public.jobs": Line(_CHANGED, _READ),
    "public.job_parts": Line(_REPLACED, _READ),
    **_evidence("audited"),
    "audited.cursor": Line(_KEPT, _ALL),
    # rows are locked while they wait, which asks for UPDATE
    "audited.waiting": Line(_CHANGED, _ALL),
    "audited.keys": Line(_ADDED, _ALL),
    "audited.cosignatures": Line(_ADDED, _ALL),
}

RIGHTS: Mapping[str, Mapping[str, Line]] = {
    "households": {**_STORE, **_ERASING, **_HOUSEHOLDS},
    "loans": {**_STORE, **_ERASING, **_LOANS},
    "sponsorship": {**_STORE, **_ERASING, **_SPONSORSHIP},
    "reporting": {**_STORE, **_REPORTING},
    # no reader and no auditor: these open what is sealed
    "keys": {"public.alembic_version": Line("SELECT", _AUDIT), "public.owner_keys": Line(_KEPT)},
    "log": {
        **_EVERYWHERE,
        "public.log_topics": Line(_ADDED, _ALL),
        "public.log_records": Line(_ADDED, _ALL),
    },
}
"""Each database's tables."""

MAKES_SCHEMAS = ("reporting",)
"""In these databases the writer may make schemas, which are then its own (WRITERS_OWN)."""


def schemas(database: str) -> frozenset[str]:
    """Give the schemas that a database's declared tables are in."""
    return frozenset(table.partition(".")[0] for table in RIGHTS[database])
