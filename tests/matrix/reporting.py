"""Who may ask reporting for what, and decide what (contract §5, §7)."""

from tests.matrix.row import (
    AFTER,
    BANK,
    CONTROLLER,
    INSPECTOR,
    OFFICERS,
    REFUSED,
    SPONSOR,
    UNION,
    write,
)

_MISUSE = (*OFFICERS, CONTROLLER, INSPECTOR)
_STALLED = (*OFFICERS, UNION, SPONSOR, INSPECTOR)
_FINDINGS = (*OFFICERS, CONTROLLER, UNION, SPONSOR, INSPECTOR)
_DECIDERS = (*OFFICERS, *BANK, UNION, SPONSOR, INSPECTOR)
_HOME = "/v1/households/{household}"
_ONE = "/v1/findings/{finding}"

WRITES = (
    write(
        "reporting",
        "/v1/pauses",
        (INSPECTOR,),
        {"from": "2026-02-01", "reason": "lũ", "codes": ["SPONSOR_ABSENT"], "until": "2026-05-01"}
        | {"areas": [{"code": AFTER, "level": "commune"}]},
        outside=REFUSED,
    ),
    write("reporting", "/v1/pauses/{pause}/end", (INSPECTOR,), {"ended_on": "2026-02-01"}),
    write(
        "reporting",
        _ONE + "/decisions",
        _DECIDERS,
        {"decision": "explain", "note": "đã mua bò khác"},
        exists=False,
    ),
)
"""Every command, with a body that is right."""
