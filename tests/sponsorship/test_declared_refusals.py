"""Whatever may not follow on the end of an assignment says so in the document."""

import pytest

from services.sponsorship.api.assignments import ROUTES
from services.sponsorship.api.handovers import ROUTES as HANDOVERS
from services.sponsorship.errors import AssignmentAlreadyEnded
from shared.routes import CommandRoute

OUTLIVING = ("/fulfilment", "/withdrawal", "/resolution")
"""What is done about pledges and difficulties may come after the end."""


@pytest.mark.parametrize(
    "route",
    [each for each in (*ROUTES, *HANDOVERS) if not each.creates],
    ids=lambda each: each.path.rpartition(">")[2],
)
def test_a_step_on_an_assignment_is_refused_after_its_end_unless_it_outlives_it(
    route: CommandRoute,
) -> None:
    declared = AssignmentAlreadyEnded in route.refusals
    assert declared is not route.path.endswith(OUTLIVING)
