"""What reporting answers over HTTP."""

from typing import Any

from services.reporting.api import (
    areas,
    backtests,
    catalogue,
    changes,
    cosignatures,
    coverage,
    decisions,
    differences,
    dossiers,
    evidence,
    exports,
    findings,
    findings_export,
    groups,
    models,
    pauses,
    people,
    proofs,
    quarantine,
    replays,
    reviewers,
    worklist,
)
from shared.service import Runtime

ROUTES = (*decisions.ROUTES, *pauses.ROUTES)


def queries(runtime: Runtime) -> list[Any]:
    """Give the blueprints of this service."""
    return [
        areas.blueprint(runtime),
        backtests.blueprint(runtime),
        changes.blueprint(runtime),
        findings.blueprint(runtime),
        dossiers.blueprint(runtime),
        differences.blueprint(runtime),
        catalogue.blueprint(runtime),
        coverage.blueprint(runtime),
        quarantine.blueprint(runtime),
        pauses.blueprint(runtime),
        worklist.blueprint(runtime),
        exports.blueprint(runtime),
        replays.blueprint(runtime),
        evidence.blueprint(runtime),
        cosignatures.blueprint(runtime),
        proofs.blueprint(runtime),
        *people.people(runtime),
        findings_export.blueprint(runtime),
        models.blueprint(runtime),
        groups.blueprint(runtime),
        reviewers.blueprint(runtime),
    ]
