"""The two apps that `bench.command` compares: ours, and bare Flask that checks nothing."""

import os
from dataclasses import replace
from threading import local
from uuid import uuid4

import psycopg
from flask import Flask, request

from shared.database import engine
from shared.http.app import create_app
from shared.http.limits import Limits
from shared.sealing.keyring import Keyring
from shared.sealing.keys import MemoryKeys
from shared.service import Runtime
from shared.store.postgres import PostgresStore
from tests.support.counter_app import PROVINCE_KEY, SETTINGS
from tests.support.counter_service import COUNTERS

BARE_TABLE = """
    CREATE TABLE bare (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        stream_id text NOT NULL, version int NOT NULL, data jsonb NOT NULL,
        UNIQUE (stream_id, version)
    )
"""


def ours() -> Flask:
    """Give the app with everything on: token, schema, load, decide, append, idempotency."""
    own = engine(os.environ["BENCH_DATABASE"], name="bench", pool_size=4)
    runtime = Runtime(
        settings=replace(SETTINGS, jwks=os.environ["BENCH_JWKS"]),
        service=COUNTERS,
        store=PostgresStore(own, COUNTERS.registry),
        keyring=Keyring("counters", MemoryKeys(), PROVINCE_KEY),
        engine=own,
    )
    return create_app(runtime, limits=Limits(requests_per_second=1e6, burst=10**9))


def bare() -> Flask:
    """Give the reference: load a stream, insert one row, commit, answer."""
    app, mine = Flask("bare"), local()

    @app.post("/v1/boxs/<box>/coins")
    def put(box: str) -> tuple[dict[str, object], int]:
        body = request.get_json()
        if not hasattr(mine, "connection"):
            mine.connection = psycopg.connect(os.environ["BENCH_DATABASE"])
        with mine.connection.transaction(), mine.connection.cursor() as cursor:
            cursor.execute(
                "SELECT version, data FROM bare WHERE stream_id = %s ORDER BY version", (box,)
            )
            version = len(cursor.fetchall()) + 1
            cursor.execute(
                "INSERT INTO bare (stream_id, version, data) VALUES (%s, %s, %s)",
                (box, version, psycopg.types.json.Jsonb(body)),
            )
        return {"id": str(uuid4()), "version": version}, 201

    return app
