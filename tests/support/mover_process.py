"""A mover of the made-up service as a process, to be stopped and killed.

python -m tests.support.mover_process DATABASE_URL KAFKA_BOOTSTRAP TOPIC PARTITIONS
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.database import engine
from shared.log.kafka import KafkaLog
from shared.mover.mover import Mover
from shared.store.postgres import PostgresStore
from tests.support.records import registry

ROOT = Path(__file__).resolve().parents[2]


def main(url: str, bootstrap: str, topic: str, partitions: str) -> None:
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    store = PostgresStore(engine(url, name="mover"), registry())
    cursors = PostgresStore(engine(url, name="mover", durable=False), registry())
    Mover(store, KafkaLog(bootstrap), topic, int(partitions), cursors).run(stop)


def start(url: str, bootstrap: str, topic: str, partitions: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", __spec__.name, url, bootstrap, topic, str(partitions)]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONWARNINGS": "default"})


@contextmanager
def started(
    url: str, bootstrap: str, topic: str, partitions: int
) -> Iterator[subprocess.Popen[bytes]]:
    process = start(url, bootstrap, topic, partitions)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
