"""Signs checkpoints over what is on a log, by the definitions alone, and publishes them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Engine, text

from services.reporting.tlog.tables import COPY
from shared.log.memory import MemoryLog
from shared.tlog.checkpoint import Checkpoint
from shared.tlog.heads import Head, path_of, subtree
from shared.tlog.leaf import NO_EVENTS, Leaf, chained
from shared.tlog.merkle import root_of
from shared.tlog.notes import Signer, sign
from shared.tlog.publishing import outgoing
from shared.tlog.schema import APPEND_ONLY

SEED = bytes(range(32))
AT = datetime(2026, 6, 1, tzinfo=UTC)
TOPIC = "audit.checkpoints"


def leaves_on(log: MemoryLog, source: str) -> list[Leaf]:
    """Give every event of a source that is on the log, in order."""
    found = {
        record.position: Leaf(record.position, record.key, record.digest)
        for records in log.topics[f"{source}.events"]
        for record in records
    }
    return [found[position] for position in sorted(found)]


def heads_of(leaves: list[Leaf]) -> list[Head]:
    """Give the heads of all keys, in order of their paths."""
    heads: dict[UUID, Head] = {}
    for leaf in leaves:
        before = heads.get(leaf.key, Head(path_of(leaf.key), 0, 0, NO_EVENTS))
        chain = chained(before.chain, leaf.hash)
        heads[leaf.key] = Head(before.path, leaf.position, before.count + 1, chain)
    return sorted(heads.values())


def forgotten(engine: Engine) -> None:
    """Empty reporting's copy of the logs, as nothing but a test can."""
    tables = ("keys", "cosignatures", *APPEND_ONLY)
    every = ("trees", "heads", "buckets", "cursor", "waiting", *tables)
    with engine.begin() as connection:
        for table in tables:
            refusing = f"ALTER TABLE {COPY}.{table} DISABLE TRIGGER ALL"
            connection.execute(text(refusing))
        connection.execute(text("TRUNCATE " + ", ".join(f"{COPY}.{each}" for each in every)))
        for table in tables:
            again = f"ALTER TABLE {COPY}.{table} ENABLE ALWAYS TRIGGER {table}_append_only"
            connection.execute(text(again))


@dataclass
class Notary:
    """One service's signer; `seeds` are its keys, the present one first."""

    log: MemoryLog
    source: str = "households"
    seeds: tuple[bytes, ...] = (SEED,)
    number: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.log.ensure_topics([TOPIC], 1)

    @property
    def signers(self) -> list[Signer]:
        return [Signer(f"giamngheo/{self.source}", seed) for seed in self.seeds]

    def says(self, leaves: list[Leaf]) -> Checkpoint:
        """Give the checkpoint over these events."""
        hashes, heads = [leaf.hash for leaf in leaves], heads_of(leaves)
        origin = f"giamngheo/{self.source}"
        return Checkpoint(origin, len(leaves), root_of(hashes), subtree(heads).hash, AT)

    def signs(self, size: int | None = None) -> Checkpoint:
        """Sign and publish what the log holds of the first events, by default of all."""
        return self.publish(self.says(leaves_on(self.log, self.source)[:size]))

    def publish(self, said: Checkpoint, vkey: str | None = None) -> Checkpoint:
        """Sign and publish whatever is given, true or not."""
        self.number += 1
        note = str(sign(said.text, self.signers))
        key = vkey or self.signers[0].verifier.vkey
        self.log.publish([outgoing(TOPIC, self.source, self.number, note, key)])
        return said
