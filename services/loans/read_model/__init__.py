"""This service's own tables: loans and groups as they stand, and what is known of others."""

from services.loans.read_model.known import Known
from services.loans.read_model.rows import READ_MODEL

__all__ = ["READ_MODEL", "Known"]
