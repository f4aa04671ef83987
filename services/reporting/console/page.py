"""The page at `/`: health, open findings, one finding with its decisions, a household, an area."""

import base64
import hashlib
import re
from functools import lru_cache
from importlib import resources

from flask import Blueprint, Response

from shared.service import Runtime

SCRIPTS = ("dom.js", "words.js", "lists.js", "finding.js", "places.js", "main.js")
"""In the order in which the page needs them."""


@lru_cache(maxsize=1)
def _page() -> str:
    """Give the page as one document: nothing else has to be fetched over a slow line."""
    folder = resources.files("services.reporting.console")

    def part(name: str) -> str:
        return folder.joinpath(name).read_text("utf-8")

    page = part("page.html").replace("/*style*/", part("style.css"))
    return page.replace("/*script*/", "".join(map(part, SCRIPTS)))


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
