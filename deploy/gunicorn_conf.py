"""gunicorn's settings for all web roles: threads in few processes, loaded once, then forked."""

import os

_HOST = os.environ.get("HOST", "127.0.0.1")
_BASE = int(os.environ.get("PORT_BASE", "8000"))
_PORTS = os.environ.get("WEB_PORTS", " ".join(str(_BASE + offset) for offset in range(5)))

bind = [f"{_HOST}:{port}" for port in _PORTS.split()]
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "8"))
preload_app = True
timeout = 60
graceful_timeout = 10
keepalive = 5
max_requests = 0
accesslog = None
errorlog = "-"
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112, S108 - memory, not a secret
control_socket_disable = True  # its socket is one per user: two data folders would fight for it
