"""What is due, overdue and soon: for a person, an area or a sponsor."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import Connection

from services.reporting.api.answers import FINDING, about, answer, engine_of, item, wait_for_token
from services.reporting.api.parameters import ListQuery, language, times
from services.reporting.detection.finding_versions import OPEN
from services.reporting.detection.query import DOSSIER_READERS, Times, Wanted, sight_of
from services.reporting.projections.reading import Found
from services.reporting.queries.finding_queries import key_of, look, look_ahead, place_of
from shared.areas import Area, Scope, UnknownArea
from shared.auth.caller import Caller
from shared.calendar import DAY
from shared.http import shapes
from shared.http.blueprint import StrictBlueprint
from shared.http.fields import Text
from shared.http.pages import page_of
from shared.http.query import Asked, described
from shared.http.who import allowed
from shared.problems import FieldError, invalid
from shared.service import Runtime

DUE_DAYS, SOON_DAYS = 7, 30
MOST = 5_000
"""So many of each kind are looked through."""
_SPONSOR = "sponsor:"


@dataclass(frozen=True, slots=True)
class _Task:
    when: str
    found: Found

    @property
    def key(self) -> tuple[str, ...]:
        overdue = self.when == "overdue"
        return ("overdue" if overdue else "coming", *key_of(self.found, worst=overdue))


def _place(key: tuple[str, ...]) -> tuple[Any, ...]:
    """Give what the tasks are sorted by, also where the one that a cursor names is done."""
    return (key[0] != "overdue", *place_of(key[1:]))


_TASK = {
    "allOf": [shapes.has(when=shapes.one_of("overdue", "due", "soon"), due_on=shapes.DAY), FINDING]
}


class WorklistQuery(ListQuery):
    """Whose work."""

    whose = described(
        Text(data_key="for", load_default="me"),
        "me, mã người, mã địa bàn, sponsor:ID / me, a user, an area, sponsor:ID",
    )


def blueprint(runtime: Runtime) -> StrictBlueprint:
    """Give the worklist."""
    made = StrictBlueprint("worklist", __name__, description="Việc cần làm / Worklist")

    @made.get(
        "/v1/worklist", WorklistQuery, _TASK, semantic=["wrong-type /for", "unknown-area /for"]
    )
    def worklist(query: Asked) -> Response:
        """List what is overdue, the worst first, then what is due in a week and in a month."""
        who, when = allowed(*DOSSIER_READERS), times(query, runtime.clock)
        page, engine = page_of(query, runtime.keyring), engine_of(runtime)
        asked, spoken = _asked(query["whose"], who), language()
        waited = wait_for_token(engine)
        with engine.begin() as connection:
            tasks = _tasks(connection, who, when, asked)
            if page.after is not None:
                tasks = [task for task in tasks if _place(task.key) > _place(page.after)]
            document = page.answer(
                tasks[: page.fetch],
                lambda task: task.key,
                lambda task: _document(task, when, spoken),
            )
            return answer(document | about(connection, runtime, when), waited=waited)

    return made


def _asked(given: str, who: Caller) -> Wanted:
    everything = Wanted(statuses=frozenset(OPEN), awake=True)
    if given == "me":
        return replace(everything, assignee=who.sub)
    if given.startswith(_SPONSOR):
        try:
            return replace(everything, sponsor_id=UUID(given.removeprefix(_SPONSOR)))
        except ValueError:
            text = "cần sponsor:<UUID> / sponsor:<UUID> is needed"
            raise invalid([FieldError("/for", "wrong-type", text)]) from None
    try:
        return replace(everything, area=Scope.of([Area.parse(given)]))
    except UnknownArea as problem:
        if given.partition("@")[0].isdigit():
            raise invalid([FieldError("/for", "unknown-area", str(problem))]) from None
        return replace(everything, assignee=given)


def _tasks(connection: Connection, who: Caller, when: Times, asked: Wanted) -> list[_Task]:
    day, sight = when.valid_at, sight_of(who)
    overdue = look(connection, when, asked, sight, who.scope, worst=True, limit=MOST)
    last = day + timedelta(days=SOON_DAYS)
    coming = look_ahead(connection, when, last, asked, sight, who.scope, limit=MOST)
    soon_from = day + timedelta(days=DUE_DAYS)
    return [_Task("overdue", each) for each in overdue] + [
        _Task("due" if each.shown.opened_on <= soon_from else "soon", each) for each in coming
    ]


def _document(task: _Task, when: Times, spoken: str) -> dict[str, Any]:
    shown = task.found.shown
    return {"when": task.when, "due_on": shown.opened_on - DAY, **item(task.found, when, spoken)}
