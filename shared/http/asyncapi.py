"""The AsyncAPI document of a service's topic: CloudEvents in binary mode."""

from typing import Any

import msgspec

from shared.event import EventType
from shared.service import Runtime


def asyncapi(runtime: Runtime) -> dict[str, Any]:
    """Describe the topic with one message per event type."""
    service, settings = runtime.service, runtime.settings
    types = service.registry.types()
    topic = settings.topic(service.name)
    listed = {"$ref": "#/components/messages"}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": f"{service.title}: events", "version": "1"},
        "channels": {
            service.name: {
                "address": topic,
                "messages": {
                    each.name: {"$ref": f"{listed['$ref']}/{each.name}"} for each in types
                },
            }
        },
        "components": {"messages": {each.name: _message(service.name, each) for each in types}},
    }


def _message(source: str, declared: EventType) -> dict[str, Any]:
    said = (declared.cls.__doc__ or "").strip()
    if said.startswith(f"{declared.cls.__name__}("):  # what dataclass writes where nobody did
        said = ""
    return {
        "name": f"vn.giamngheo.{source}.{declared.name}",
        "summary": said.splitlines()[0] if said else declared.name,
        "contentType": "application/json",
        "headers": {"properties": {"ce_schemaversion": {"const": str(declared.version)}}},
        "payload": schema_of(declared.cls),
    }


def schema_of(cls: type[Any]) -> dict[str, Any]:
    """Give the JSON schema of an event's content."""
    (schema,), components = msgspec.json.schema_components([cls])
    return {**schema, "$defs": components}
