"""The rules and their parameters, for everybody who may read a finding."""

from typing import Any

from flask import Response

from services.reporting.api.answers import answer
from services.reporting.api.parameters import ListQuery, TimesQuery, times
from services.reporting.detection.query import FINDING_READERS, Sight, sight_of
from services.reporting.domain.intervals import Kind
from services.reporting.domain.rule import AnyRule
from services.reporting.domain.rulebook import Rulebook, rulebook_on
from services.reporting.domain.rulebook import rulebooks as every_rulebook
from services.reporting.rules import ALL
from shared.http.blueprint import StrictBlueprint
from shared.http.pages import page_of
from shared.http.query import Asked
from shared.http.shapes import COUNT, DAY, OBJECT, TEXT, WORD, has, one_of
from shared.http.who import allowed
from shared.problems import not_found
from shared.service import Runtime

_BOTH = has(vi=TEXT, en=TEXT)
_RULE = has(
    code=WORD,
    version=COUNT,
    kind=one_of(*Kind),
    title=_BOTH,
    limit=_BOTH,
    legal_basis=TEXT,
    runbook=_BOTH,
    parameters=OBJECT,
)
_BOOK = has(version=COUNT, valid_from=DAY, legal_basis=TEXT, parameters=OBJECT, hash=WORD)


def blueprint(runtime: Runtime) -> StrictBlueprint:
    """Give the endpoints of the catalogue."""
    made = StrictBlueprint("rules", __name__, description="Quy tắc / Rules")

    @made.get("/v1/rules", ListQuery, _RULE)
    def rules(query: Asked) -> Response:
        """List the rules in force on `rules_at` with their numbers, in the order they report in."""
        allowed(*FINDING_READERS)
        when, page = times(query, runtime.clock), page_of(query, runtime.keyring)
        book = rulebook_on(when.rules_at or when.valid_at)
        named = [rule for rule in ALL if rule.code in book.parameters]
        return answer(page.of(named, lambda rule: rule.code, lambda rule: _rule(rule, book)))

    @made.get("/v1/rulebooks", ListQuery, _BOOK)
    def rulebooks(query: Asked) -> Response:
        """List the rulebooks with their dates."""
        sight = sight_of(allowed(*FINDING_READERS))
        page = page_of(query, runtime.keyring)
        return answer(
            page.of(
                every_rulebook(),
                lambda book: str(book.version),
                lambda book: _book(book, sight),
            )
        )

    @made.get("/v1/rulebooks/<int:version>", TimesQuery, _BOOK)
    def rulebook(_: Asked, version: int) -> Response:
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
        "limit": {spoken: rule.limit(book, spoken) for spoken in ("vi", "en")},
        "legal_basis": rule.legal_basis,
        "runbook": {"vi": rule.runbook_vi, "en": rule.runbook_en},
        "parameters": book[rule.code],
    }


def _book(book: Rulebook, sight: Sight) -> dict[str, Any]:
    """Give a rulebook; what it tries beside its own numbers only to who may see what that finds."""
    content = book.content()
    if not sight.everything:
        content.pop("shadows", None)
    return {**content, "hash": book.digest}
