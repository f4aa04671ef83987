"""`make bench`: each row of docs/benchmarks.md beside its reference; a table and JSON."""

import importlib
import json
import os
import platform
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.row import Row

MODULES = (
    "store",
    "relay",
    "log",
    "command",
    "reporting",
    "views",
    "rebuilds",
    "lists",
    "loan",
    "past",
    "figures",
    "proofs",
    "province",
    "detectors",
    "replays",
    "whole",
)
OUT = Path(__file__).parent / "out"


def machine() -> dict[str, object]:
    """Say on what it was measured."""
    model = ""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text(encoding="utf-8").splitlines()
        model = next((line.split(":", 1)[1].strip() for line in lines if "model name" in line), "")
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "cpu": model,
        "load": os.getloadavg(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def table(rows: list[Row]) -> Table:
    """Lay the rows out for people."""
    shown = Table(title="giamngheo: đo được / measured")
    for heading in ("what", "ours", "reference", "ratio", "goal", "reached"):
        shown.add_column(heading, overflow="fold")
    for row in rows:
        reached = "–" if row.reached is None else ("yes" if row.reached else "NO")
        reference = f"{row.reference:,.1f} {row.reference_what}" if row.reference else "–"
        ratio = f"{row.ratio:.2f}" if row.ratio else "–"
        note = f"\n{row.note}" if row.note else ""
        shown.add_row(
            row.what + note, f"{row.ours:,.1f} {row.unit}", reference, ratio, row.goal, reached
        )
    return shown


def main(wanted: list[str]) -> int:
    """Measure the modules named, or all; fails if a module cannot be measured."""
    console = Console()
    facts = machine()
    console.print(facts)
    rows: list[Row] = []
    for name in wanted or MODULES:
        console.print(f"… {name}")
        rows += importlib.import_module(f"bench.{name}").rows()
    console.print(table(rows))
    OUT.mkdir(exist_ok=True)
    path = OUT / f"{datetime.now(UTC):%Y%m%dT%H%M%S}.json"
    path.write_text(json.dumps({"machine": facts, "rows": [asdict(row) for row in rows]}, indent=1))
    console.print(f"JSON: bench/out/{path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
