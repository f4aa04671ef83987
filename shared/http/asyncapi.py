"""The AsyncAPI document of a service's topics: CloudEvents in binary mode."""

from typing import Any

import msgspec

from shared.event import EventType
from shared.log.headers import CHECKPOINT
from shared.service import Runtime

_CHECKPOINTS = "checkpoints"
_HASH = "[A-Za-z0-9+/]{43}="
_SIGNED = (
    r"^[^\s+]+/{source}\n[0-9]+\n{hash}\nheads {hash}\n"
    r"time \d{{4}}-\d{{2}}-\d{{2}}T\d{{2}}:\d{{2}}:\d{{2}}Z\n"
    r"(\n— [^\s+]+ [A-Za-z0-9+/]+={{0,2}})+\n$"
)


def asyncapi(runtime: Runtime) -> dict[str, Any]:
    """Describe the topic with one message per event type, and the checkpoints of its log."""
    service, settings = runtime.service, runtime.settings
    types = service.registry.types()
    payloads, schemas = msgspec.json.schema_components(
        [each.cls for each in types], ref_template="#/components/schemas/{name}"
    )
    messages = {
        each.name: _message(service.name, each, payload)
        for each, payload in zip(types, payloads, strict=True)
    }
    messages[CHECKPOINT] = _checkpoint(service.name)
    events = [each.name for each in types]
    return {
        "asyncapi": "3.0.0",
        "info": {"title": f"{service.title}: events", "version": "1"},
        "channels": {
            service.name: {
                "address": settings.topic(service.name),
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in events},
            },
            _CHECKPOINTS: {
                "address": settings.checkpoints_topic,
                "messages": {CHECKPOINT: {"$ref": f"#/components/messages/{CHECKPOINT}"}},
            },
        },
        "operations": {
            "publish": _sends(service.name, events),
            "publishCheckpoints": _sends(_CHECKPOINTS, [CHECKPOINT]),
        },
        "components": {"messages": messages, "schemas": schemas},
    }


def _sends(channel: str, names: list[str]) -> dict[str, Any]:
    here = f"#/channels/{channel}"
    return {
        "action": "send",
        "channel": {"$ref": here},
        "messages": [{"$ref": f"{here}/messages/{name}"} for name in names],
    }


def _checkpoint(source: str) -> dict[str, Any]:
    return {
        "name": f"vn.giamngheo.{source}.{CHECKPOINT}",
        "summary": "What the service's log holds at a size, as a C2SP signed note.",
        "description": (
            "A C2SP tlog-checkpoint: origin, size, root; then `heads` with the root of the tree of "
            "heads, and `time`; below an empty line the signatures. The record's key is the "
            "service's name, ce_position the size, ce_actor the public key that signed."
        ),
        "contentType": "text/plain; charset=utf-8",
        "headers": {"type": "object", "properties": {"ce_schemaversion": {"const": "1"}}},
        "payload": {"type": "string", "pattern": _SIGNED.format(source=source, hash=_HASH)},
    }


def _message(source: str, declared: EventType, payload: dict[str, Any]) -> dict[str, Any]:
    said = (declared.cls.__doc__ or "").strip()
    if said.startswith(f"{declared.cls.__name__}("):  # what dataclass writes where nobody did
        said = ""
    return {
        "name": f"vn.giamngheo.{source}.{declared.name}",
        "summary": said.splitlines()[0] if said else declared.name,
        "contentType": "application/json",
        "headers": {
            "type": "object",
            "properties": {"ce_schemaversion": {"const": str(declared.version)}},
        },
        "payload": payload,
    }
