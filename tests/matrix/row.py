"""One row of the table of who may do what: an endpoint, how it is asked, and whose it is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.ids import named
from tests.support.facts import HELP, uid

COMMUNE, DISTRICT = "commune_officer", "district_officer"
TELLER, CONTROLLER, UNION = "bank_teller", "bank_controller", "union_inspector"
SPONSOR, INSPECTOR, AUDITOR = "sponsor", "inspector", "auditor"
PRIVACY, OPERATOR = "privacy_officer", "operator"
ROLES = (
    COMMUNE,
    DISTRICT,
    TELLER,
    CONTROLLER,
    UNION,
    SPONSOR,
    INSPECTOR,
    AUDITOR,
    PRIVACY,
    OPERATOR,
)
OFFICERS = (COMMUNE, DISTRICT)
BANK = (TELLER, CONTROLLER)
CARD = (*OFFICERS, *BANK, UNION, INSPECTOR, PRIVACY)
"""Who sees at least the card of a household."""

HIDDEN, REFUSED, OPEN = 404, 403, 200
"""What someone outside the area meets: nothing there, a refusal, or the same as everybody."""

_IDS = (
    "household", "head", "child", "review", "reviewer", "complaint", "item", "support",
    "group", "loan", "disbursement", "reversed", "recall",
    "agency", "person", "other", "assignment", "offered", "commitment", "difficulty", "model",
    "pause", "import", "held", "new", "backtest", "waiting", "replay", "unreplayed",
)  # fmt: skip
IDS = {name: str(named(f"matrix {name}")) for name in _IDS}
IDS["event"] = str(uid("event 2"))
IDS["finding"] = str(named(f"SPONSOR_ABSENT|{HELP}|{uid('event 1')}"))
"""Every thing that a path may name; the finding is of the first fact that reporting hears.

The event is the second, the household's registration.
"""

COSIGNED = {"note": ""}
"""A checkpoint as a witness has signed it; known once something is on record."""

# a commune of Pác Nặm (060) before and after the reform; 061 is Ba Bể
BEFORE, AFTER = "01858", "01864"
INSIDE, OUTSIDE = ["060"], ["061"]
NOWHERE: list[str] = []
"""A token with no area at all: it sees what everybody sees, and writes nothing."""


_GIVEN = re.compile(
    r"\{[^/]*\}|(?<=/)(2026|060|1)(?=/|$)|(?<=templates/)households|(?<=postings/)\d+"
    r"|(?<=audit/log/)households|(?<=/tile/).*"
)
"""What stands in a path where the app's own rule has a parameter."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """An endpoint: `may` are its roles, `outside` what they meet beyond their area.

    `path` has the names of things that the seeded services hold, so that those who may are
    answered. `asks` says that it records nothing though it is a POST. `shows` is the thing that
    those inside find in the answer, and nobody else. `anywhere` are roles whose area does not
    count; `blind` those that may ask such a thing, but not see this one. `nowhere` is what those
    meet who have no area at all, where it is not as `outside`. `file`: it is sent so.
    """

    service: str
    method: str
    path: str
    may: tuple[str, ...]
    body: Mapping[str, Any] | None = None
    outside: int = HIDDEN
    shows: str = ""
    anywhere: tuple[str, ...] = ()
    nowhere: int = 0
    blind: tuple[str, ...] = ()
    file: bytes = b""
    asks: bool = False
    areas: list[str] | None = field(default_factory=lambda: INSIDE)

    def __str__(self) -> str:
        return f"{self.method} /{self.service}{self.path}"

    @property
    def shape(self) -> tuple[str, str, str]:
        """The endpoint without the names of ids, as the app's own rules have it."""
        path = self.path.partition("?")[0]
        return (
            self.service,
            self.method,
            _GIVEN.sub("{}", path),
        )

    @property
    def where(self) -> str:
        """The address, ids filled in."""
        return self.path.format_map(IDS)

    @property
    def is_command(self) -> bool:
        """Tell whether it records something."""
        return self.body is not None and not self.asks


def write(service: str, path: str, may: tuple[str, ...], body: Any, **more: Any) -> Row:
    """Give the row of a command."""
    method = more.pop("method", "POST")
    return Row(service=service, method=method, path=path, may=may, body=body, **more)


def ask(service: str, path: str, may: tuple[str, ...], body: Any, **more: Any) -> Row:
    """Give the row of something that is asked by POST, so that it stands in no address."""
    return write(service, path, may, body, asks=True, **more)


def read(service: str, path: str, may: tuple[str, ...], **more: Any) -> Row:
    """Give the row of something read, which an auditor may as well."""
    return Row(service=service, method="GET", path=path, may=(*may, AUDITOR), **more)
