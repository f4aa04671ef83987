"""gunicorn's settings for all web roles: few processes, loaded once, then forked."""

import os
import shutil
import tempfile
from typing import Any

_HOST = os.environ.get("HOST", "127.0.0.1")
_BASE = int(os.environ.get("PORT_BASE", "8000"))
_PORTS = os.environ.get("WEB_PORTS", " ".join(str(_BASE + offset) for offset in range(5)))

bind = [f"{_HOST}:{port}" for port in _PORTS.split()]
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "deploy.server.worker.BufferingWorker"
preload_app = True
timeout = 60
graceful_timeout = 10
max_requests = 200_000
max_requests_jitter = 50_000
accesslog = None
errorlog = "-"
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112, S108 - memory, not a secret
control_socket_disable = True  # its socket is one per user: two data folders would fight for it

# the counters of all workers in one place, so that a scrape of any of them tells of all
_METRICS = "PROMETHEUS_MULTIPROC_DIR"
_made = "" if _METRICS in os.environ else tempfile.mkdtemp(prefix="giamngheo-metrics-")
os.environ.setdefault(_METRICS, _made)


def when_ready(_: Any) -> None:
    """Leave what all workers share as it is: looked through by none, it is copied by none."""
    from shared.gc_tuning import settle  # noqa: PLC0415 - after the app is loaded

    settle()


def child_exit(_: Any, worker: Any) -> None:
    """Forget what only a living worker has; its counts stay."""
    from prometheus_client import multiprocess  # noqa: PLC0415 - after the folder is named

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call] # theirs


def on_exit(_: Any) -> None:
    """Take the counters along."""
    if _made:
        shutil.rmtree(_made, ignore_errors=True)
