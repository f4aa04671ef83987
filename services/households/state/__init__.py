"""What deciding about households must remember, and nothing more."""

from services.households.state.household import (
    OUTLIVING,
    HouseholdState,
    MemberState,
    PartState,
    ReviewState,
    add_corrector,
    evolve_household,
)

__all__ = [
    "OUTLIVING",
    "HouseholdState",
    "MemberState",
    "PartState",
    "ReviewState",
    "add_corrector",
    "evolve_household",
]
