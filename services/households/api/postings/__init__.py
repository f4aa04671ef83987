"""The yearly list for the notice board of a commune."""

from services.households.api.postings.endpoints import postings

__all__ = ["postings"]
