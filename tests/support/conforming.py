"""A service held to its own OpenAPI document by everything that schemathesis checks.

The requests are drawn from the document. The examples that it is given here name things that are
there, so that behaviour is reached and not only the 404 in front of it.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from threading import Thread
from typing import Any
from uuid import UUID

import schemathesis
from flask import Flask
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.engine import Status, events, from_schema
from schemathesis.openapi.checks import RejectedPositiveData
from werkzeug.serving import WSGIRequestHandler, make_server

from shared.auth.roles import Role
from tests.matrix import households, loans, reporting, sponsorship
from tests.matrix.office import Office
from tests.matrix.row import IDS, Row
from tests.support.counter_app import bearer

ROWS = {
    each.shape: each for each in (*households.ROWS, *loans.ROWS, *sponsorship.ROWS, *reporting.ROWS)
}
"""A right request to every endpoint, and whose it is."""
ACCEPTED = ["2xx", "401", "403", "404", "409", "412"]
"""What may answer a request that the document allows: who asks and what is there decide."""
REFUSED = ["400", "401", "403", "404", "405", "406", "409", "412", "413", "415", "422", "429"]
_LINES = ("application/x-ndjson", "application/ndjson", "application/jsonl")
_SHOWN = 300
_SENT = ("Idempotency-Key", "If-Match", "Content-Type")
"""Headers that are shown with a disagreement."""

schemathesis.openapi.format(
    "date", st.dates(date(1900, 1, 1), date(2200, 12, 31)).map(date.isoformat)
)


@schemathesis.serializer(*_LINES)
def lines(_: Any, value: Any) -> bytes:
    """Return NDJSON as it is sent; a value that is no text is a line."""
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()


@dataclass(slots=True)
class Verdict:
    """How much was sent, how it was answered, and where document and behaviour disagree."""

    cases: int = 0
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    families: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def report(self, most: int = 3) -> str:
        """Return the disagreements by family, `most` of each."""
        lines = [f"{self.cases} cases"]
        for family, found in sorted(self.families.items()):
            lines += [f"== {family}: {len(found)}", *found[:most]]
        return "\n".join(lines)

    def unreached(self) -> list[str]:
        """Return the operations of which nothing that was sent was carried out."""
        good = {label for label, status in self.answers if status < 400}
        return sorted({label for label, _ in self.answers} - good)


def conformance(
    office: Office, service: str, *, examples: int, seed: int, limits: bool = True
) -> Verdict:
    """Return what a run of `examples` requests per operation, drawn from a seed, found.

    With `limits` each limit of each schema is tried from both sides as well: hundreds of cases.
    """
    verdict = Verdict()
    with served(office.services[service].client.application) as address:
        _run(_document_of(office, service, address, examples, seed, limits), verdict)
    return verdict


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an app by HTTP, as its callers meet it."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: Any) -> None:
        """Say nothing: there are thousands."""


def _run(document: Any, verdict: Verdict) -> None:
    for event in from_schema(document).execute():
        if isinstance(event, events.ScenarioFinished):
            _read(event.recorder, verdict)
        elif isinstance(event, events.NonFatalError):
            told = f"   {event.label}: {event.value}"
            verdict.families[type(event.value).__name__].append(told)
        elif isinstance(event, events.FatalError):
            raise event.exception


def _document_of(
    office: Office, service: str, address: str, examples: int, seed: int, limits: bool
) -> Any:
    config = SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "base-url": address,
            "continue-on-failure": True,
            "suppress-health-check": ["all"],
            "generation": {"max-examples": examples, "no-shrink": True, "database": "none"},
            "phases": {"stateful": {"enabled": False}, "coverage": {"enabled": limits}},
            "checks": {
                "positive_data_acceptance": {"expected-statuses": ACCEPTED},
                "negative_data_rejection": {"expected-statuses": REFUSED},
            },
        }
    )
    raw = office.ask(service, "GET", "/openapi.json", {}).get_json()
    _name_what_is_there(service, raw)
    document = schemathesis.openapi.from_dict(raw, config=config)

    @document.auth(refresh_interval=None)
    class Token:
        def get(self, case: Any, _: Any) -> str:
            return _token(service, case.operation)

        def set(self, case: Any, data: str, _: Any) -> None:
            case.headers["Authorization"] = data

    @document.hook
    def filter_failure(_: Any, failure: Failure, case: Any, response: Any) -> bool:
        return not _is_documented(raw, failure, case, response)

    return document


def row_of(service: str, method: str, path: str) -> Row | None:
    """Return the right request to an operation; None where nobody needs a role for it."""
    return ROWS.get((service, method.upper(), re.sub(r"\{[^}]*\}", "{}", path)))


def _token(service: str, operation: Any) -> str:
    row = row_of(service, operation.method, operation.path)
    role = Role.AUDITOR if row is None else row.may[0]
    return bearer(role, sponsor_id=UUID(IDS["agency"]))["Authorization"]


def _name_what_is_there(service: str, raw: dict[str, Any]) -> None:
    """Put into the document examples that lead somewhere."""
    for path, item in raw["paths"].items():
        for method in item.keys() & {"get", "post", "put"}:
            row, operation = row_of(service, method, path), item[method]
            if row is None:
                continue
            given = _given(path, row.where)
            for parameter in (*item.get("parameters", ()), *operation.get("parameters", ())):
                if parameter.get("in") == "path" and parameter["name"] in given:
                    parameter["example"] = given[parameter["name"]]
            content = operation.get("requestBody", {}).get("content", {})
            if row.body is not None and "application/json" in content:
                content["application/json"]["example"] = dict(row.body)


def _given(path: str, where: str) -> dict[str, str]:
    """Return what stands in an address for the parameters of a path."""
    form = re.sub(r"\{(\w+)\}", r"(?P<\1>.+)", path)
    found = re.fullmatch(form, where.partition("?")[0])
    return {} if found is None else found.groupdict()


def _is_documented(raw: dict[str, Any], failure: Failure, case: Any, response: Any) -> bool:
    """Tell whether what a right form was refused for are reasons that the document lists.

    For JSON Schema `1.0` is a whole number; the services refuse it, and say so (ADR 6).
    """
    if not isinstance(failure, RejectedPositiveData):
        return False
    operation = raw["paths"][case.operation.path][case.operation.method.lower()]
    said = operation["responses"].get(str(response.status_code), {})
    if "$ref" in said:
        said = raw["components"]["responses"][said["$ref"].rpartition("/")[2]]
    known = said.get("x-semantic-codes", ())
    return bool(known) and all(
        (code == "wrong-type" and _has_point(case.body, pointer)) or _is_among(known, code, pointer)
        for code, pointer in _reasons(response)
    )


def _reasons(response: Any) -> Iterator[tuple[str, str]]:
    document = json.loads(response.content)
    for each in document.get("errors", [document]):
        yield each["code"], each.get("pointer", "")


def _is_among(known: Iterable[str], code: str, pointer: str) -> bool:
    """Tell whether a code is declared: alone, or of this field."""
    return any(code == each or fnmatchcase(f"{code} {pointer}", each) for each in known)


def _has_point(body: Any, pointer: str) -> bool:
    """Tell whether a whole number was written with a point at a place of a body."""
    for name in pointer.split("/")[1:]:
        if isinstance(body, list) and name.isdigit() and int(name) < len(body):
            body = body[int(name)]
        else:
            body = body.get(name) if isinstance(body, dict) else None
    return isinstance(body, float) and body.is_integer()


def _read(recorder: Any, verdict: Verdict) -> None:
    verdict.cases += len(recorder.interactions)
    for each in recorder.interactions.values():
        if each.response is not None:
            verdict.answers[recorder.label, each.response.status_code] += 1
    for case_id, nodes in recorder.checks.items():
        for node in nodes:
            if node.status is Status.FAILURE:
                failure = node.failure_info.failure
                exchange = recorder.interactions[failure.case_id or case_id]
                verdict.families[node.name].append(_told(recorder.label, exchange, failure))


def _told(label: str, exchange: Any, failure: Failure) -> str:
    sent, answer = exchange.request, exchange.response
    body = sent.body.decode(errors="replace")[:_SHOWN] if sent.body else ""
    said = f"{answer.status_code} {answer.text[:_SHOWN]}" if answer is not None else "no answer"
    why = failure.message.replace("\n", " ")[:_SHOWN]
    keyed = {name: sent.headers[name] for name in _SENT if name in sent.headers}
    asked = f"{sent.method} {sent.uri[:_SHOWN]} {keyed or ''} {body}"
    return f"   {label} | {asked}\n      {said}\n      {why}"
