"""What every service says of itself: health, metrics, documents, code lists."""

from flask import Blueprint, Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shared.codec import canonical
from shared.service import Runtime
from shared.store.port import StoreUnavailable


def blueprint(runtime: Runtime) -> Blueprint:
    """Give the endpoints about the service itself; none needs a token or shows business data."""
    made = Blueprint("about", __name__)

    @made.get("/health/live")
    def live() -> Response:
        return _json({"status": "live", "service": runtime.service.name})

    @made.get("/health/ready")
    def ready() -> Response:
        """Say whether commands and queries would be answered."""
        found: dict[str, object] = {
            "service": runtime.service.name,
            "history_load": runtime.settings.history_load,
        }
        try:
            found["head"] = runtime.store.head()
            if runtime.engine is not None:
                with runtime.engine.begin() as connection:
                    connection.execute(text("SELECT 1"))
        except (StoreUnavailable, SQLAlchemyError):
            return _json({"status": "unavailable", **found}, 503)
        return _json({"status": "ready", **found})

    return made


def _json(document: dict[str, object], status: int = 200) -> Response:
    made = Response(canonical(document), status=status, content_type="application/json")
    if status >= 500:  # noqa: PLR2004 - HTTP's line
        made.headers["Retry-After"] = "1"
    return made
