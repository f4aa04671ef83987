"""Whose events reporting folds: the published languages of all four services."""

from services.households.events import REGISTRY as HOUSEHOLDS
from services.loans.events import REGISTRY as LOANS
from services.reporting.events import REGISTRY as REPORTING
from services.sponsorship.events import REGISTRY as SPONSORSHIP
from shared.codec import Registry

REGISTRIES: dict[str, Registry] = {
    registry.source: registry for registry in (HOUSEHOLDS, LOANS, SPONSORSHIP, REPORTING)
}
