"""The row of a loan that is read: a thousand events must not make it slower than ten."""

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.row import Row
from deploy.bundled import postgres
from services.loans.app import SERVICE
from shared.database import engine
from shared.http.limits import Limits
from shared.migrate import folder, migrate_one
from shared.sealing.keyring import Keyring
from shared.sealing.keys import MemoryKeys
from shared.service import Runtime
from shared.store.postgres import PostgresStore
from tests.support.bank import Counter, lent, somebody
from tests.support.counter_app import PROVINCE_KEY, SETTINGS, People, people

FEW, MANY = 10, 1_000
BEGUN = 4
"""Events until the money is paid out."""
READS = 300


def rows() -> list[Row]:
    """Read a loan of ten events and one of a thousand, in turns."""
    with TemporaryDirectory() as place:
        Path(place).chmod(0o755)  # the server runs as another user
        server = postgres.start(Path(place) / "postgres")
        migrate_one(server.url(), folder("loans"))
        own = engine(server.url(), name="bench", pool_size=4)
        runtime = Runtime(
            settings=SETTINGS,
            service=SERVICE,
            store=PostgresStore(own, SERVICE.registry),
            keyring=Keyring("loans", MemoryKeys(), PROVINCE_KEY),
            engine=own,
        )
        bank = people(runtime, Limits(requests_per_second=1e6, burst=10**9))
        few, many = lent(bank), lent(bank)
        for counter, events in ((few, FEW), (many, MANY)):
            for _ in range(events - BEGUN):
                assert counter.repay(1_000).status_code == 201
        bank.who = somebody("teller")
        short, long = times(bank, few, many)
        own.dispose()
        server.stop()
    return [
        Row(
            what=f"GET a loan with {MANY:,} events",
            ours=long,
            unit="ms",
            goal="<= 1.1 of one with ten",
            reached=long <= 1.1 * short,
            reference=short,
            reference_what=f"ms with {FEW} events",
        )
    ]


def times(bank: People, *counters: Counter) -> list[float]:
    """Give the median milliseconds of reading each; in turns, so that noise hits all alike."""
    found: list[list[float]] = [[] for _ in counters]
    for _ in range(READS):
        for counter, taken in zip(counters, found, strict=True):
            started = perf_counter()
            assert bank.get(f"/v1/loans/{counter.loan}").status_code == 200
            taken.append((perf_counter() - started) * 1e3)
    return [median(each) for each in found]
