"""Asking what another rulebook would have shown; checked before it is put in the queue."""

from datetime import date, timedelta
from typing import Any

from marshmallow import ValidationError, fields

from services.reporting.api import jobs
from services.reporting.backtests.changes import LONGEST, UNITS, wrongs
from services.reporting.domain.rulebook import rulebook_on, rulebooks
from services.reporting.jobs.worker import BACKTEST
from shared.auth.roles import Role
from shared.clock import Clock, today
from shared.http.blueprint import StrictBlueprint
from shared.http.fields import AreaText, BodySchema, Day
from shared.problems import FieldError, invalid
from shared.service import Runtime


def _numbers() -> dict[str, Any]:
    """Return the schema of all parameters that a rulebook has; some are of one rulebook only."""
    rules: dict[str, dict[str, Any]] = {}
    for book in rulebooks():
        for code, numbers in book.parameters.items():
            rules.setdefault(code, {}).update({name: _number(name) for name in numbers})
    return _object({code: _object(numbers) for code, numbers in rules.items() if numbers})


def _number(name: str) -> dict[str, Any]:
    unit = UNITS[name]
    return {"type": "integer", "minimum": unit.lowest, "maximum": unit.highest}


def _object(parts: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "properties": parts,
    }


class Changes(fields.Field[Any]):
    """Other numbers for parameters: `{"RULE": {"parameter": number}}`; checked by the rulebook."""

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata=_numbers(), **options)

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
        "area": AreaText(),
    },
    name="BacktestSchema",
)


def blueprint(runtime: Runtime) -> StrictBlueprint:
    """Give the endpoints of back-tests."""
    kind = jobs.JobKind(
        name=BACKTEST,
        plural="backtests",
        roles=(Role.INSPECTOR, Role.AUDITOR),
        schema=BacktestSchema,
        take=lambda body: _take(body, runtime.clock),
        title="Thử lại quy tắc / Back-tests",
        semantic=(
            "in-future /to",
            "out-of-order /from",
            "out-of-range /from",
            "out-of-order /rulebook_changes/*",
            "not-in-list /rulebook_changes/*",
            "out-of-range /rulebook_changes/*",
            "unknown-field /rulebook_changes/*",
        ),
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
