"""The page at `/`: health of the services, links to their documents, open findings by a token."""

import base64
import hashlib
import re
from functools import lru_cache
from importlib import resources

from flask import Blueprint, Response

from shared.service import Runtime


@lru_cache(maxsize=1)
def _page() -> str:
    return resources.files("services.reporting.console").joinpath("page.html").read_text("utf-8")


@lru_cache(maxsize=1)
def _policy() -> str:
    """Allow exactly the style and the script of the page, and talking to where it came from."""
    page = _page()
    allowed = {}
    for tag in ("style", "script"):
        inside = re.search(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        content = inside.group(1).encode() if inside else b""
        allowed[tag] = base64.b64encode(hashlib.sha256(content).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{allowed['style']}';"
        f" script-src 'sha256-{allowed['script']}'; connect-src 'self'; img-src data:;"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def blueprint(_: Runtime) -> Blueprint:
    """Give the page."""
    made = Blueprint("console", __name__)

    @made.get("/")
    def page() -> Response:
        answer = Response(_page(), content_type="text/html; charset=utf-8")
        answer.headers["Content-Security-Policy"] = _policy()
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Cache-Control"] = "no-cache"
        return answer

    return made
