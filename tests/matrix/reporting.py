"""Who may ask reporting for what, and decide what (contract §5, §7)."""

from tests.matrix.row import (
    AFTER,
    AUDITOR,
    BANK,
    CONTROLLER,
    COSIGNED,
    DISTRICT,
    INSPECTOR,
    OFFICERS,
    OPEN,
    OPERATOR,
    PRIVACY,
    REFUSED,
    SPONSOR,
    UNION,
    ask,
    read,
    write,
)

_MISUSE = (*OFFICERS, CONTROLLER, INSPECTOR)
_STALLED = (*OFFICERS, UNION, SPONSOR, INSPECTOR)
_FINDINGS = (*OFFICERS, CONTROLLER, UNION, SPONSOR, INSPECTOR)
_DOSSIERS = (*OFFICERS, INSPECTOR)
_DECIDERS = (*OFFICERS, *BANK, UNION, SPONSOR, INSPECTOR)
_HOME = "/v1/households/{household}"
_ONE = "/v1/findings/{finding}"
_LOG = "/v1/audit/log/households"

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
    ),
)
"""Every command, with a body that is right."""

READS = (
    read("reporting", "/v1/findings", _FINDINGS, outside=OPEN),
    read("reporting", "/v1/misuse", _MISUSE, outside=OPEN),
    read("reporting", "/v1/stalled", _STALLED, outside=OPEN),
    read("reporting", "/v1/integrity", (INSPECTOR,), outside=OPEN),
    read("reporting", "/v1/findings/changes", _FINDINGS, outside=OPEN),
    # the absence of a sponsor: neither the bank's nor the unions'
    read("reporting", _ONE, _FINDINGS, shows="finding", blind=(CONTROLLER, UNION)),
    read("reporting", _ONE + "/proof", (INSPECTOR,)),
    read("reporting", _HOME, (*OFFICERS, INSPECTOR), shows="household"),
    read("reporting", f"{_HOME}/timeline", (*OFFICERS, INSPECTOR), shows="household"),
    read("reporting", f"{_HOME}/differences", _DOSSIERS, shows="household"),
    read("reporting", "/v1/areas/060/differences?from_valid_at=2023-01-01", _DOSSIERS),
    read("reporting", "/v1/areas/060/overview?year=2025", _DOSSIERS),
    read("reporting", "/v1/areas/060/movement?year=2025", _DOSSIERS),
    read("reporting", "/v1/areas/060/targets?year=2026", _DOSSIERS, shows="household"),
    read("reporting", "/v1/worklist?for=060", _DOSSIERS, outside=OPEN, shows="household"),
    read("reporting", "/v1/models", _DOSSIERS, outside=OPEN, shows="model"),
    read("reporting", "/v1/groups/{group}", (*BANK, UNION, INSPECTOR), shows="group"),
    read("reporting", "/v1/reviewers/{reviewer}?year=2025", (INSPECTOR,), shows="reviewer"),
    read("reporting", "/v1/models/{model}/effectiveness", _DOSSIERS, shows="model"),
    read("reporting", "/v1/pauses", (INSPECTOR,), outside=OPEN),
    read("reporting", "/v1/rules", _FINDINGS, outside=OPEN),
    read("reporting", "/v1/coverage?year=2025", (INSPECTOR,), outside=OPEN),
    read("reporting", "/v1/rulebooks", _FINDINGS, outside=OPEN),
    read("reporting", "/v1/rulebooks/1", _FINDINGS, outside=OPEN),
    read(
        "reporting",
        "/v1/quarantine",
        (OPERATOR, INSPECTOR),
        areas=None,
        outside=REFUSED,
        anywhere=(OPERATOR,),
    ),
    ask(
        "reporting",
        "/v1/backtests",
        (INSPECTOR, AUDITOR),
        {"rulebook_changes": {"NOT_USED": {"days": 20}}, "from": "2026-01-01", "to": "2026-02-01"}
        | {"area": "060"},
        outside=REFUSED,
    ),
    read("reporting", "/v1/backtests/{backtest}", (INSPECTOR,)),
    ask("reporting", "/v1/backtests/{waiting}/cancellation", (INSPECTOR, AUDITOR), {}),
    ask("reporting", "/v1/quarantine/{held}/release", (OPERATOR,), {}, areas=None, outside=OPEN),
    ask(
        "reporting",
        "/v1/replays",
        (AUDITOR,),
        {"source": "journal", "area": "060"},
        outside=REFUSED,
    ),
    read("reporting", "/v1/replays/{replay}", ()),
    ask("reporting", "/v1/replays/{unreplayed}/cancellation", (AUDITOR,), {}),
    read("reporting", "/v1/audit/events", (INSPECTOR,), outside=OPEN, shows="household"),
    read("reporting", "/v1/audit/checkpoints", (INSPECTOR,), outside=OPEN),
    read("reporting", "/v1/audit/keys", (INSPECTOR,), outside=OPEN),
    read("reporting", "/v1/audit/proofs/{event}", (INSPECTOR,)),
    ask(
        "reporting",
        "/v1/audit/cosignatures",
        (INSPECTOR, AUDITOR),
        COSIGNED,
        outside=OPEN,
    ),
    # hashes of everybody's events: nothing of an area is in them
    read("reporting", f"{_LOG}/checkpoint", (INSPECTOR,), outside=OPEN),
    read("reporting", f"{_LOG}/consistency?from=1", (INSPECTOR,), outside=OPEN),
    read("reporting", f"{_LOG}/tile/0/000.p/1", (INSPECTOR,), outside=OPEN),
    read("reporting", "/v1/audit/export", (INSPECTOR,), outside=OPEN, shows="household"),
    read("reporting", "/v1/findings/export?format=csv", _FINDINGS, outside=OPEN),
    read("reporting", "/v1/households/{household}/personal-data", (PRIVACY,)),
    read("reporting", "/v1/access-log?household_id={household}", (PRIVACY,)),
    read("reporting", "/v1/events", (), areas=None, outside=REFUSED),
)

ROWS = (*WRITES, *READS)

SEEN = {
    "WRONG_PURPOSE": (DISTRICT, CONTROLLER, INSPECTOR, AUDITOR),
    "USE_CHECK_OVERDUE": (*OFFICERS, UNION, INSPECTOR, AUDITOR),
    "TARGET_WITHOUT_SPONSOR": (*OFFICERS, INSPECTOR, AUDITOR),
    "SPONSOR_ABSENT": (*OFFICERS, SPONSOR, INSPECTOR, AUDITOR),
}
"""Findings by their rule, none of them confirmed, and who may see them."""
FINDING_READERS = (*_FINDINGS, AUDITOR)
