"""Writes docs/events.md and docs/rules.md from the registries: `python -m docs.catalogue`."""

from __future__ import annotations

import dataclasses
import inspect
import re
from pathlib import Path

from services.households.events import REGISTRY as HOUSEHOLDS
from services.loans.events import REGISTRY as LOANS
from services.reporting.domain.rulebook import RULEBOOKS
from services.reporting.events import REGISTRY as REPORTING
from services.reporting.rules import ALL
from services.sponsorship.events import REGISTRY as SPONSORSHIP
from shared.codec import Registry
from shared.event import EventType
from shared.log.headers import CHECKPOINT

HERE = Path(__file__).resolve().parent
REGISTRIES: tuple[Registry, ...] = (HOUSEHOLDS, LOANS, SPONSORSHIP, REPORTING)
MADE = "Made by `python -m docs.catalogue`; a test compares it with the code.\n"
CHECKPOINTS = f"""## audit.checkpoints

### {CHECKPOINT}, version 1

No event of a store: each of the four services says on this topic, of one partition, what its log
holds. A C2SP signed note: origin (`EVIDENCE_ORIGIN` and the service), size, root, `heads` and the
root of the tree of heads, `time` and the instant; then an empty line and the signatures. The
record's key is the service's name, its position the size, its actor the public key that signed it.
"""
PATH = re.compile(r"\b(?:\w+\.)+(\w+)")


def events_page() -> str:
    """Give the catalogue of events: what each says, its date, its key, its fields."""
    parts = [
        "# Events\n",
        MADE,
        "Names and fields are promises: fields are added, never renamed.\n",
    ]
    for registry in REGISTRIES:
        parts.append(f"## {registry.source}\n")
        parts.extend(_event(declared) for declared in registry.types())
    parts.append(CHECKPOINTS)
    return "\n".join(parts)


def _event(declared: EventType) -> str:
    fields = [f"`{one.name}` {_type(one.type)}" for one in dataclasses.fields(declared.cls)]
    return (
        f"### {declared.name}, version {declared.version}\n\n"
        f"{inspect.getdoc(declared.cls)}\n\n"
        f"True on `{declared.dated_by}`, ordered by `{declared.keyed_by}`.\n\n"
        f"{' · '.join(fields)}\n"
    )


def _type(annotation: object) -> str:
    text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")
    if not isinstance(annotation, (str, type)):
        text = str(annotation)
    return PATH.sub(r"\1", str(text)).replace("|", "or")


def rules_page() -> str:
    """Give the catalogue of rules: what each asks, on what ground, and what to do about it."""
    parts = ["# Rules\n", MADE, "A rule says *suspicion*. Only people say *violation*.\n"]
    for rule in ALL:
        module = inspect.getmodule(rule.check)
        says = (inspect.getdoc(module) or "") if module else ""
        numbers = RULEBOOKS[-1].parameters.get(rule.code, {})
        told = " · ".join(f"`{name}` {number}" for name, number in numbers.items()) or "none"
        limits = "\n\n".join(rule.limit(RULEBOOKS[-1], spoken) for spoken in ("vi", "en"))
        parts.append(
            f"## {rule.code}, version {rule.version}\n\n"
            f"**{rule.title_vi}** · {rule.title_en}\n\n{says}\n\n{limits}\n\n"
            f"Parameters: {told}.\n\n"
            f"Kind: {rule.kind}. Ground: {rule.legal_basis}.\n\n"
            f"{rule.runbook_vi}\n\n{rule.runbook_en}\n"
        )
    return "\n".join(parts)


PAGES = {"events.md": events_page, "rules.md": rules_page}


def main() -> None:
    """Write both pages."""
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
