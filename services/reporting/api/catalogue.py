"""The rules and their parameters, for everybody who may read a finding."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from services.reporting.api.answers import answer
from services.reporting.api.limits import limit_of
from services.reporting.api.parameters import lists, reads, times
from services.reporting.detection.query import FINDING_READERS, Sight, sight_of
from services.reporting.domain.rule import AnyRule
from services.reporting.domain.rulebook import Rulebook, rulebook_on
from services.reporting.domain.rulebook import rulebooks as every_rulebook
from services.reporting.rules import ALL
from shared.http.who import allowed
from shared.problems import not_found
from shared.service import Runtime


def blueprint(runtime: Runtime) -> Blueprint:
    """Give the endpoints of the catalogue."""
    made = Blueprint("rules", __name__, description="Quy tắc / Rules")

    @made.route("/v1/rules")  # type: ignore[untyped-decorator] # flask-smorest has no types
    @lists()
    def rules() -> Response:
        """List the rules, in the order in which they report, with the numbers of `rules_at`."""
        allowed(*FINDING_READERS)
        when = times(runtime.clock)
        book = rulebook_on(when.rules_at or when.valid_at)
        return answer({"items": [_rule(rule, book) for rule in ALL], "next_cursor": None})

    @made.route("/v1/rulebooks")  # type: ignore[untyped-decorator] # the same
    @lists()
    def rulebooks() -> Response:
        """List the rulebooks with their dates."""
        sight = sight_of(allowed(*FINDING_READERS))
        items = [_book(book, sight) for book in every_rulebook()]
        return answer({"items": items, "next_cursor": None})

    @made.route("/v1/rulebooks/<int:version>")  # type: ignore[untyped-decorator] # the same
    @reads()
    def rulebook(version: int) -> Response:
        """Give one rulebook with all its parameters."""
        sight = sight_of(allowed(*FINDING_READERS))
        found = [book for book in every_rulebook() if book.version == version]
        if not found:
            raise not_found()
        return answer(_book(found[0], sight))

    return made


def _rule(rule: AnyRule, book: Rulebook) -> dict[str, Any]:
    return {
        "code": rule.code,
        "version": rule.version,
        "kind": rule.kind,
        "title": {"vi": rule.title_vi, "en": rule.title_en},
        "limit": {spoken: limit_of(rule.code, book, spoken) for spoken in ("vi", "en")},
        "legal_basis": rule.legal_basis,
        "runbook": {"vi": rule.runbook_vi, "en": rule.runbook_en},
        "parameters": book.parameters.get(rule.code, {}),
    }


def _book(book: Rulebook, sight: Sight) -> dict[str, Any]:
    """Give a rulebook; what it tries beside its own numbers only to who may see what that finds."""
    content = book.content()
    if not sight.everything:
        content.pop("shadows", None)
    return {**content, "hash": book.digest}
