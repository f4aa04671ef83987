"""The AsyncAPI document of a service's topic: CloudEvents in binary mode."""

from typing import Any

import msgspec

from shared.event import EventType
from shared.service import Runtime


def asyncapi(runtime: Runtime) -> dict[str, Any]:
    """Describe the topic with one message per event type."""
    service, settings = runtime.service, runtime.settings
    types = service.registry.types()
    payloads, schemas = msgspec.json.schema_components(
        [each.cls for each in types], ref_template="#/components/schemas/{name}"
    )
    messages = {
        each.name: _message(service.name, each, payload)
        for each, payload in zip(types, payloads, strict=True)
    }
    channel = f"#/channels/{service.name}"
    return {
        "asyncapi": "3.0.0",
        "info": {"title": f"{service.title}: events", "version": "1"},
        "channels": {
            service.name: {
                "address": settings.topic(service.name),
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
            }
        },
        "operations": {
            "publish": {
                "action": "send",
                "channel": {"$ref": channel},
                "messages": [{"$ref": f"{channel}/messages/{name}"} for name in messages],
            }
        },
        "components": {"messages": messages, "schemas": schemas},
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
