"""The person behind a request."""

from dataclasses import dataclass
from uuid import UUID

from shared.areas import Scope
from shared.recorded import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """What a checked token says: never more, and never taken from the body."""

    sub: str
    roles: frozenset[str]
    scope: Scope
    name: str = ""
    sponsor_id: UUID | None = None
    related: frozenset[UUID] = frozenset()

    @property
    def actor(self) -> Actor:
        """Give what an event keeps of them: no name."""
        return Actor(
            sub=self.sub, roles=tuple(sorted(self.roles)), related=tuple(sorted(self.related))
        )

    def has(self, *roles: str) -> bool:
        """Tell whether they hold one of the roles."""
        return not self.roles.isdisjoint(roles)

    def only_helps(self, *offices: str) -> bool:
        """Tell whether they come as a sponsor's people and by none of the offices.

        What belongs to other sponsors is then not theirs, whatever else they may be.
        """
        return self.has("sponsor") and not self.has(*offices)
