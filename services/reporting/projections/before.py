"""What the views hold of households, read in one turn: an event changes little of it."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from services.reporting.projections.rows import Residence
from shared.areas import Commune
from shared.pg_binary import array, ask, of_text, of_uuid
from shared.projector.driver import driver

Place = tuple[str, str, UUID]
"""Where a contribution is: its kind, its subject and its event."""

Given = dict[Place, bytes]
"""What a household contributes."""

Findings = dict[tuple[UUID, date], tuple[str, bytes]]
"""The owner and the body of each finding, from a day on."""

Since = tuple[UUID, date]
"""A household, and from when on it stays somewhere."""

Told = tuple[bytes, bool, date | None, date | None, str | None, date | None]
"""The other columns of what it adds to the figures there: its record first, then the rest."""

_GIVEN, _FINDING, _HOME, _STAY = 1, 2, 3, 4
_READ = f"""
    SELECT {_GIVEN}, key, kind, subject, event_id, NULL::date, NULL::date, NULL::date, body,
        NULL::date, false
    FROM {{schema}}.contributions WHERE key = ANY(%b::uuid[])
    UNION ALL
    SELECT {_FINDING}, finding_id, owner, NULL, NULL, from_on, NULL, NULL, body, NULL, false
    FROM {{schema}}.findings WHERE owner = ANY(%b::text[])
    UNION ALL
    SELECT {_HOME}, key, code, NULL, NULL, from_on, until_on, valid_from, NULL, NULL, false
    FROM {{schema}}.residences WHERE key = ANY(%b::uuid[])
    UNION ALL
    SELECT {_STAY}, key, code, NULL, NULL, from_on, until_on, valid_from, body, void_on, aimed
    FROM {{schema}}.figures WHERE key = ANY(%b::uuid[])
"""


class Before(NamedTuple):
    """The rows that some households have."""

    given: dict[UUID, Given]
    findings: Findings
    homes: dict[UUID, list[Residence]]
    """In no order."""
    stays: dict[Since, Told]


def read_before(connection: Connection, schema: str, keys: Collection[UUID]) -> Before:
    """Give the rows of households whose dossiers are locked: no other worker changes them."""
    found = Before({}, {}, {}, {})
    if not keys:
        return found
    packed = array("uuid", [of_uuid(key) for key in keys])
    owners = array("text", [of_text(str(key)) for key in keys])
    rows = ask(driver(connection), _READ.format(schema=schema), packed, owners, packed, packed)
    for what, key, name, subject, event_id, from_on, until_on, valid_from, body, *rest in rows:
        if what == _GIVEN:
            found.given.setdefault(key, {})[name, subject, event_id] = body
        elif what == _FINDING:
            found.findings[key, from_on] = (name, body)
        elif what == _STAY:
            void_on, aimed = rest
            found.stays[key, from_on] = (body, aimed, until_on, void_on, name, valid_from)
        else:
            home = Residence(from_on, until_on, Commune(name, valid_from))
            found.homes.setdefault(key, []).append(home)
    return found
