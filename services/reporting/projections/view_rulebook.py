"""Which rulebook the live views are made by: the one in force, but while they are made anew.

When a rulebook's first day comes, the views of the one before it stay whole, and are told apart
from the rules in force, until those made by the new one take their place at once.
"""

from datetime import date

from sqlalchemy import Connection, text

from services.reporting.detection.query import Times
from services.reporting.domain.rulebook import Rulebook, book_of, rulebook_on
from services.reporting.projections.tables import LIVE, VERSION

_ABOUT = text(f"SELECT version, rulebook FROM {LIVE}.about")


def made_by(connection: Connection) -> Rulebook | None:
    """Give the rulebook that the live views are made by; None: one unknown to this program."""
    found = connection.execute(_ABOUT).one_or_none()
    return None if found is None else book_of(found[1])


def answers(connection: Connection, times: Times) -> bool:
    """Tell whether the live views answer for these times."""
    return times.is_seen_by(made_by(connection))


def is_turned(connection: Connection, today: date) -> bool:
    """Tell whether another rulebook is in force now than the one the views are made by.

    Views of another version of this program, or by a rulebook that only that one knows, are not
    this one's to make anew while both run.
    """
    found = connection.execute(_ABOUT).one_or_none()
    if found is None or found[0] != VERSION:
        return False
    return book_of(found[1]) not in (None, rulebook_on(today))
