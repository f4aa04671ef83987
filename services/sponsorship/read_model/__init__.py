"""This service's own tables: what its lists are filtered by, and where households live."""

from services.sponsorship.read_model.known import Known
from services.sponsorship.read_model.rows import READ_MODEL

__all__ = ["READ_MODEL", "Known"]
