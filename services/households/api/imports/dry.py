"""A store in which everything happens and nothing stays."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from shared.codec import Registry
from shared.recorded import Recorded
from shared.sealing.keyring import Keyring
from shared.sealing.keys import MemoryKeys
from shared.service import Runtime
from shared.store.port import EventStore, RawEvent, StoreTransaction


class _Undone(Exception):  # noqa: N818 - how a transaction is told to roll back
    """Everything was tried."""


@dataclass(frozen=True, slots=True)
class Undoing:
    """A store whose transactions are rolled back at their end."""

    store: EventStore

    @property
    def source(self) -> str:
        """The service whose events these are."""
        return self.store.source

    @property
    def registry(self) -> Registry:
        """The events that may be here."""
        return self.store.registry

    @contextmanager
    def transaction(self) -> Iterator[StoreTransaction]:
        """Begin, and undo at the end whatever was done."""
        with suppress(_Undone), self.store.transaction() as transaction:
            yield transaction
            raise _Undone

    def read_stream(self, stream_id: str) -> list[Recorded]:
        """Give a stream's events."""
        return self.store.read_stream(stream_id)

    def read_log(self, after: int, limit: int) -> list[Recorded]:
        """Give positioned events above `after`, in order."""
        return self.store.read_log(after, limit)

    def read_raw(self, after: int, limit: int) -> list[RawEvent]:
        """Give the same as bytes."""
        return self.store.read_raw(after, limit)

    def head(self) -> int:
        """Give the last position."""
        return self.store.head()


def dry(runtime: Runtime) -> Runtime:
    """Give the same service where no command leaves an event, a row or a key behind."""
    ring = runtime.keyring
    forgetful = Keyring(ring.service, MemoryKeys(), ring.province_key)
    return replace(runtime, store=Undoing(runtime.store), keyring=forgetful)
