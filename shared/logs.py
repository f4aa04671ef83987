"""Logs as JSON lines, without what people wrote: fields from a list, and no exception texts."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_OURS = ("event", "level", "timestamp", "logger", "process")
FIELDS = frozenset(
    {
        *_OURS,
        "code",
        "correlation_id",
        "count",
        "error",
        "event_id",
        "incident",
        "key",
        "lane",
        "method",
        "milliseconds",
        "offset",
        "partition",
        "pid",
        "port",
        "position",
        "problem",
        "role",
        "route",
        "seconds",
        "service",
        "source",
        "status",
        "stream_id",
        "topic",
        "trace",
        "version",
    }
)
"""The only fields that reach a log line; any other is dropped and its name is said."""


def where_it_broke(error: BaseException) -> dict[str, Any]:
    """Give the kind of an exception and the lines it passed, without its text."""
    frames: list[str] = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return {"error": type(error).__qualname__, "trace": frames[-12:]}


def _only_declared(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    error = line.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        line.update(where_it_broke(error))
    left_out = sorted(name for name in line if name not in FIELDS and not name.startswith("_"))
    for name in left_out:
        del line[name]
    if left_out:
        line["left_out"] = left_out
    return line


def configure(process: str, *, level: int = logging.INFO) -> None:
    """Send every log line of this process to stderr as JSON; call once, at the start."""

    def named(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        line["process"] = process
        return line

    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        named,
        _only_declared,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # their lines repeat what our own say, and may hold values
    for noisy in ("kafka", "sqlalchemy", "alembic", "werkzeug"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
