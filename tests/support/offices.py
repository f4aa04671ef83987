"""All services of a commune's offices on one database server, and what carries facts between them.

Everything is asked over HTTP; the mover and the consumers take their turns when a test says so.
"""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field

from services.households.app import SERVICE as HOUSEHOLDS
from services.loans.app import SERVICE as LOANS
from services.sponsorship.app import SERVICE as SPONSORSHIP
from shared.mover.sequencer import Sequencer
from shared.projector.loop import Consumer
from tests.support import servers
from tests.support.projecting import PARTITIONS, database, drain, publish, topics
from tests.support.reporting import NOON, Reporting
from tests.support.servers import PostgresServer
from tests.support.service_app import Running, running


@dataclass
class Offices:
    """The three command services and reporting."""

    services: dict[str, Running]
    reporting: Reporting
    read: dict[str, int] = field(default_factory=dict)

    def carry(self) -> None:
        """Give every fact its position, publish it, and let every service learn of it."""
        for name, service in self.services.items():
            with closing(Sequencer(service.engine)) as sequencer:
                while sequencer.run_pass():
                    pass
            store = service.runtime.store
            after = self.read.get(name, 0)
            publish(self.reporting.log, store.read_log(after, 10_000))
            self.read[name] = store.head()
        for service in self.services.values():
            self._learn(service)
        self.reporting.feed([])

    def _learn(self, service: Running) -> None:
        made = service.runtime.service
        if made.project is None:
            return
        named = {source: topics()[source] for source in made.consumes}
        log, lanes = self.reporting.log, range(PARTITIONS)
        drain(Consumer(service.engine, log, named, made.consumes, made.project, lanes))


@contextmanager
def open_offices(server: PostgresServer) -> Iterator[Offices]:
    """Open every service on an empty database."""
    with ExitStack() as stack:
        made = {
            service.name: stack.enter_context(running(server, service, clock=lambda: NOON))
            for service in (HOUSEHOLDS, LOANS, SPONSORSHIP)
        }
        engine = database(stack.enter_context(servers.fresh_database(server)))
        stack.callback(engine.dispose)
        yield Offices(made, Reporting.over(engine))
