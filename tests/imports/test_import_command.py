"""`giamngheo import` sends a sheet over the network and tells what became of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server

from cli.import_ import command
from services.households.api.imports import turn
from services.households.app import SERVICE
from tests.support.counter_app import token
from tests.support.imports import as_csv, row
from tests.support.servers import PostgresServer
from tests.support.service_app import Running, running

pytestmark = pytest.mark.servers


@contextmanager
def served(service: Running) -> Iterator[str]:
    """Run the service at a gateway's address, with a worker beside it."""
    stop = threading.Event()

    def works() -> None:
        while not stop.is_set():
            if not turn(service.runtime, stop.is_set):
                stop.wait(0.05)

    app = service.client.application
    gateway = DispatcherMiddleware(app, {"/households": app})
    server = make_server("127.0.0.1", 0, gateway, threaded=True)
    threads = [threading.Thread(target=server.serve_forever), threading.Thread(target=works)]
    for thread in threads:
        thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        stop.set()
        server.shutdown()
        for thread in threads:
            thread.join()
        server.server_close()


def test_a_sheet_is_sent_and_what_became_of_it_is_told(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    file = tmp_path / "ho-ngheo.csv"
    file.write_bytes(as_csv(row("A1", "Nông Văn Gửi"), row("A2", "Nông Văn Sai", born="?")))
    with running(postgres_server, SERVICE) as service, served(service) as gateway:
        named = [str(file), "--url", gateway, "--token"]
        done = CliRunner().invoke(command, [*named, token("district_officer")])
        assert "3 · Ngày sinh · ?: cần ngày có thật" in done.output
        assert "1 ghi / recorded" in done.output
        refused = CliRunner().invoke(command, [*named, token("commune_officer")])
        assert refused.exit_code == 1
        assert "district_officer" in refused.output
    away = CliRunner().invoke(command, [*named, "x"])
    assert away.exit_code == 1
    assert "giamngheo up" in away.output
