"""Every abuse is answered as it must be, in time, and leaves nothing behind."""

import pytest

from tests.abuse import contents, frames, heads, sheets
from tests.abuse.row import Abuse, tried
from tests.abuse.target import Target

pytestmark = [pytest.mark.servers, pytest.mark.timeout(300)]

ROWS: tuple[Abuse, ...] = (*heads.ROWS, *frames.ROWS, *contents.ROWS, *sheets.ROWS)


@pytest.mark.parametrize("abuse", ROWS, ids=str)
def test_an_abuse_is_refused_in_time_and_leaves_no_event(target: Target, abuse: Abuse) -> None:
    met = tried(target, abuse)
    assert not met.wrong, f"{met.answer} after {met.seconds:.1f} s: {met.wrong}"
