"""What deciding about sponsors, assignments and models must remember, and nothing more."""

from services.sponsorship.state.assignment import (
    OUTLIVING,
    AssignmentState,
    PartState,
    evolve_assignment,
)
from services.sponsorship.state.model import ModelState, evolve_model
from services.sponsorship.state.sponsor import SponsorState, evolve_sponsor

__all__ = [
    "OUTLIVING",
    "AssignmentState",
    "ModelState",
    "PartState",
    "SponsorState",
    "evolve_assignment",
    "evolve_model",
    "evolve_sponsor",
]
