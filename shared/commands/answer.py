"""The answer to a command, made from its events alone, so that a repetition reads the same."""

from collections.abc import Sequence
from typing import Any

from shared.problems import Answer
from shared.recorded import Recorded
from shared.routes import CommandRoute


def accepted(route: CommandRoute, path: str, events: Sequence[Recorded]) -> Answer:
    """Give the 201 of a command that was recorded."""
    first, last = events[0], events[-1]
    stream_id = first.meta.stream_id
    own_id = stream_id.partition("-")[2]
    named = getattr(first.event, route.answer_id) if route.answer_id else own_id
    document: dict[str, Any] = {
        "id": str(named),
        "stream_id": stream_id,
        "version": last.meta.version,
        "events": [
            {
                "event_id": str(recorded.meta.event_id),
                "type": recorded.meta.type,
                "version": recorded.meta.version,
            }
            for recorded in events
        ],
    }
    return Answer(201, document, _headers(route, path, own_id, last))


def replayed(route: CommandRoute, path: str, events: Sequence[Recorded], *, status: int) -> Answer:
    """Give the stored answer again, and say that it is a repetition."""
    answer = accepted(route, path, events)
    return Answer(status, answer.document, answer.headers | {"Idempotency-Replayed": "true"})


def unchanged(
    route: CommandRoute, path: str, stream_id: str, history: Sequence[Recorded]
) -> Answer:
    """Give the 200 of a command that changes nothing."""
    own_id = stream_id.partition("-")[2]
    document = {"id": own_id, "stream_id": stream_id, "version": len(history), "events": []}
    return Answer(200, document, _headers(route, path, own_id, history[-1]) if history else {})


def _headers(route: CommandRoute, path: str, own_id: str, last: Recorded) -> dict[str, str]:
    # /v1/loans/<id>/… → /v1/loans/<id>
    parts = path.split("/")
    location = f"{path}/{own_id}" if route.creates else "/".join(parts[:4])
    return {
        "ETag": f'"{last.meta.version}"',
        "Location": location,
        "Consistency-Token": str(last.meta.event_id),
    }
