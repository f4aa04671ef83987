"""Which tests need more than Python, and what is done where that is missing.

A tier that is missing is skipped with its reason, unless REQUIRE_TIERS names it: then the run
fails. Tests that kill processes, or drive a browser or containers, may be tried once more, which
is printed.
"""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
IMAGES = ("postgres:18-bookworm", "apache/kafka:4.3.1", "python:3.12-slim-bookworm")
TRIED_AGAIN = ("faults", "docker", "browser")


def chromium() -> str | None:
    """Return the browser of this machine, if it has one."""
    return next(filter(None, map(shutil.which, CHROMIUMS)), None)


def _no_browser() -> str:
    return "" if chromium() else "no Chromium on the path"


def _no_docker() -> str:
    command = shutil.which("docker")
    if command is None or shutil.which("docker-compose") is None:
        return "no docker and docker-compose on the path"
    for question in (["info"], *(["image", "inspect", image] for image in IMAGES)):
        asked = subprocess.run(
            [command, *question], stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
        if asked.returncode:
            return f"`docker {' '.join(question)}` failed"
    return ""


TIERS = {"docker": _no_docker, "browser": _no_browser}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what this machine cannot run; refuse to where it is required."""
    required = set(filter(None, os.environ.get("REQUIRE_TIERS", "").split(",")))
    if unknown := required - set(TIERS):
        raise pytest.UsageError(f"REQUIRE_TIERS: no such tier: {', '.join(sorted(unknown))}")
    for tier, missing in TIERS.items():
        concerned = [item for item in items if item.get_closest_marker(tier)]
        why = missing() if concerned else ""
        if why and tier in required:
            raise pytest.UsageError(f"the tier {tier} is required, but {why}")
        for item in concerned if why else ():
            item.add_marker(pytest.mark.skip(reason=f"tier {tier}: {why}"))
    for item in items:
        if any(item.get_closest_marker(name) for name in TRIED_AGAIN):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name every test that needed a second try, so that it is not forgotten."""
    again = terminalreporter.stats.get("rerun", [])
    if again:
        terminalreporter.section("needed a second try")
        for report in again:
            terminalreporter.line(report.nodeid)
            terminalreporter.line(report.longreprtext[-2000:])
