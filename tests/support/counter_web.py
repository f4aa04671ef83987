"""The made-up service under gunicorn, with a worker that can be told to die at a bad moment."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask

from shared.database import engine
from shared.http.app import create_app
from shared.sealing.keyring import Keyring
from shared.sealing.keys import DatabaseKeys
from shared.sealing.masters import Masters
from shared.service import Runtime
from shared.store.postgres import PostgresStore
from tests.support.counter_app import PROVINCE_KEY, SETTINGS
from tests.support.counter_service import COUNTERS


def die_if_told(moment: str) -> None:
    flag = Path(os.environ["COUNTER_FLAG"])
    if not flag.exists():
        return
    if flag.read_text() == moment:
        flag.unlink()
        os.kill(os.getpid(), signal.SIGKILL)
    if flag.read_text() == f"stop {moment}":
        flag.unlink()
        flag.with_suffix(".stopped").write_text(str(os.getpid()))
        os.kill(os.getpid(), signal.SIGSTOP)


class MortalStore(PostgresStore):
    """Commits as ever, unless the process is killed or stopped just before or just after."""

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        with super().transaction() as transaction:
            yield transaction
            die_if_told("appended")
        die_if_told("committed")


def app() -> Flask:
    own = engine(os.environ["COUNTER_DATABASE"], name="counter web")
    runtime = Runtime(
        settings=replace(SETTINGS, jwks=os.environ["COUNTER_JWKS"]),
        service=COUNTERS,
        store=MortalStore(own, COUNTERS.registry),
        keyring=Keyring(
            "counters", DatabaseKeys(own, "counters", Masters((bytes(32),))), PROVINCE_KEY
        ),
        engine=own,
    )
    return create_app(runtime)
