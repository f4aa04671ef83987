"""What is published is what the AsyncAPI documents say, to the last field."""

import json
from datetime import UTC, datetime
from typing import Any

import jsonschema_rs
import pytest

from services.households.app import SERVICE as HOUSEHOLDS
from services.loans.app import SERVICE as LOANS
from services.reporting.app import SERVICE as REPORTING
from services.sponsorship.app import SERVICE as SPONSORSHIP
from shared.codec import canonical
from shared.http.asyncapi import asyncapi
from shared.service import Service
from shared.tlog.checkpoint import Checkpoint
from shared.tlog.notes import Signer, sign
from tests.golden.files import path_of, sample
from tests.support.counter_app import WITNESS, runtime

SERVICES = (HOUSEHOLDS, LOANS, SPONSORSHIP, REPORTING)
every_service = pytest.mark.parametrize("service", SERVICES, ids=lambda each: each.name)


def document_of(service: Service) -> dict[str, Any]:
    return json.loads(canonical(asyncapi(runtime(service=service))))  # type: ignore[no-any-return]


def validator(document: dict[str, Any], name: str) -> Any:
    """Read the schema within its document, as its references are."""
    schema = {
        "$ref": f"#/components/messages/{name}/payload",
        "components": document["components"],
    }
    return jsonschema_rs.Draft202012Validator(schema)


@every_service
def test_the_bytes_of_every_event_are_as_the_document_says(service: Service) -> None:
    document = document_of(service)
    for declared in service.registry.types():
        valid = validator(document, declared.name)
        assert valid.is_valid(json.loads(canonical(sample(declared)))), declared.name
        stored = json.loads(path_of(service.registry, declared.name, declared.version).read_text())
        assert valid.is_valid(stored), declared.name


@every_service
def test_an_event_without_one_of_its_fields_is_not_what_the_document_says(
    service: Service,
) -> None:
    document = document_of(service)
    for declared in service.registry.types():
        content = json.loads(canonical(sample(declared)))
        content.pop(next(name for name in content if name.endswith("_id")))
        assert not validator(document, declared.name).is_valid(content), declared.name


@every_service
def test_a_signed_checkpoint_is_as_the_document_says_to_its_last_line(service: Service) -> None:
    valid = validator(document_of(service), "CheckpointSigned")
    at = datetime(2026, 6, 1, tzinfo=UTC)
    said = Checkpoint(f"giamngheo/{service.name}", 3, bytes(32), bytes(range(32)), at)
    signed = str(sign(said.text, [Signer(said.origin, bytes(32)), WITNESS]))
    assert valid.is_valid(signed)
    for wrong in (said.text, signed.replace("\nheads ", "\n"), signed.replace("\n\n", "\n")):
        assert not valid.is_valid(wrong)


@every_service
def test_every_reference_leads_somewhere(service: Service) -> None:
    document = document_of(service)

    def look(part: Any) -> None:
        if isinstance(part, dict):
            if "$ref" in part:
                found: Any = document
                for step in part["$ref"].removeprefix("#/").split("/"):
                    found = found[step]
            for each in part.values():
                look(each)
        elif isinstance(part, list):
            for each in part:
                look(each)

    look(document)
