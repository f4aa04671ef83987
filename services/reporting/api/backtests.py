"""Asking what another rulebook would have shown; checked before it is put in the queue."""

from datetime import date, timedelta
from typing import Any

from flask_smorest import Blueprint
from marshmallow import ValidationError, fields

from services.reporting.api import jobs
from services.reporting.backtests.changes import LONGEST, wrongs
from services.reporting.domain.rulebook import rulebook_on
from services.reporting.jobs.worker import BACKTEST
from shared.auth.roles import Role
from shared.clock import Clock, today
from shared.http.fields import BodySchema, Day, Text
from shared.problems import FieldError, invalid
from shared.service import Runtime


class Changes(fields.Field[Any]):
    """Other numbers for parameters: `{"RULE": {"parameter": number}}`; checked by the rulebook."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if not isinstance(value, dict) or not value:
            said = 'cần {"QUY_TẮC": {"tham_số": số}} / {"RULE": {"parameter": number}} is needed'
            raise ValidationError(f"wrong-type: {said}")
        return value


# Python keeps the word `from`
BacktestSchema = BodySchema.from_dict(
    {
        "rulebook_changes": Changes(required=True),
        "from": Day(required=True),
        "to": Day(required=True),
        "area": Text(longest=40),
    },
    name="BacktestSchema",
)


def blueprint(runtime: Runtime) -> Blueprint:
    """Give the endpoints of back-tests."""
    kind = jobs.JobKind(
        name=BACKTEST,
        plural="backtests",
        roles=(Role.INSPECTOR, Role.AUDITOR),
        schema=BacktestSchema,
        take=lambda body: _take(body, runtime.clock),
        title="Thử lại quy tắc / Back-tests",
    )
    return jobs.blueprint(runtime, kind)


def _take(body: dict[str, Any], clock: Clock) -> dict[str, Any]:
    first, last, changes = body["from"], body["to"], body["rulebook_changes"]
    errors = [*_period(first, last, today(clock))]
    errors += [
        FieldError("/".join(("/rulebook_changes", *map(_escaped, each.path))), each.code, each.said)
        for each in wrongs(rulebook_on(last), changes)
    ]
    if errors:
        raise invalid(errors)
    return {"rulebook_changes": changes, "from": first.isoformat(), "to": last.isoformat()}


def _period(first: date, last: date, now: date) -> list[FieldError]:
    if last > now:
        said = "chưa tới ngày đó / that day has not come yet"
        return [FieldError("/to", "in-future", said)]
    if first > last:
        return [FieldError("/from", "out-of-order", "cần from ≤ to / from ≤ to is needed")]
    if last - first > timedelta(days=LONGEST):
        said = f"tối đa {LONGEST} ngày / at most {LONGEST} days"
        return [FieldError("/from", "out-of-range", said)]
    return []


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
