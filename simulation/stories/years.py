"""Counts of a year that chance alone would hardly give, and such as it may well give."""

from collections.abc import Callable
from datetime import date

from simulation.home import Home
from simulation.stage import Stage

BELOW, ABOVE = (135, 40), (145, 20)
"""Points just below the cut-off of the countryside and just above."""
_PLAIN = {True: (100, 40), False: (170, 10)}


def _reviewed(stage: Stage, poor: bool, points: tuple[int, int], reviewer: str) -> Home:
    """Take a household that comes in one year, is reviewed in it, and goes."""
    year = stage.zero.year
    home = stage.home("poor" if poor else "not_poor", registered=stage.zero, size=1)
    home.review(year, "poor" if poor else "not_poor", points, reviewer=reviewer)
    home.reviewed |= set(range(stage.years.first, stage.years.last + 1))
    home.tell("/closure", "closed_on", date(year + 1, 1, 10), reason="left_province")
    return home


def _opened(stage: Stage) -> date:
    return date(stage.zero.year, 12, 15)


def bunching(stage: Stage) -> None:
    """Play: of a commune's 24 reviews about the cut-off 22 end just below it."""
    _crowd(stage, 22)
    subject = (stage.communes[0].code, stage.zero.year)
    stage.expect("BUNCHING", opened=_opened(stage), subject=subject)


def not_bunching(stage: Stage) -> None:
    """Play: of a commune's 24 reviews about the cut-off 16 end just below it."""
    _crowd(stage, 16)
    stage.silent("BUNCHING", subject=(stage.communes[0].code, stage.zero.year))


def _crowd(stage: Stage, below: int) -> None:
    for number in range(24):
        poor = number < below
        _reviewed(stage, poor, BELOW if poor else ABOVE, f"rsv-{number % 3}-{stage.start}")


def lenient_reviewer(stage: Stage) -> None:
    """Play: one reviewer finds 27 of thirty households poor, the other twelve of thirty."""
    code, year = stage.communes[0].code, stage.zero.year
    lenient, strict = (f"rsv-{name}-{stage.start}" for name in ("a", "b"))
    for reviewer, found in ((lenient, 27), (strict, 12)):
        for number in range(30):
            poor = number < found
            _reviewed(stage, poor, _PLAIN[poor], reviewer)
    stage.expect("LENIENT_REVIEWER", opened=_opened(stage), subject=(lenient, code, year))
    stage.silent("LENIENT_REVIEWER", subject=(strict, code, year))


STORIES: dict[str, Callable[[Stage], None]] = {
    "bunching": bunching,
    "not_bunching": not_bunching,
    "lenient_reviewer": lenient_reviewer,
}
"""Each is played in a commune of its own: all of its reviews count."""
