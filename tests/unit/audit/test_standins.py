"""What stands in for libraries in `verify.pyz` does as they do, and the rules are tested on it."""

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from audit.build import ROOT, STANDINS
from audit.calendar import FIRST_YEAR, LAST_YEAR, table
from audit.rerun import FIRST_YEAR as FIRST_JUDGED
from audit.rerun import LAST_YEAR as LAST_JUDGED
from shared.calendar import is_working_day
from shared.codec import canonical
from tests.golden.files import HERE, REGISTRIES

RULES = ("unit/policy", "unit/areas", "unit/loans", "unit/households", "unit/sponsorship")
OF_REPORTING = ("unit/reporting", "golden/test_golden.py", "unit/audit/test_rerun.py")
OF_SHARED = ("test_calendar.py", "test_corrections.py", "test_ids.py")
OF_TREES = ("test_merkle.py", "test_heads.py")
BESIDE = {
    # figures, comparisons and back-tests of the server, on structs that are not in the file
    *("test_backtest_leaks.py", "test_backtest_years.py", "test_differences.py"),
    *("test_kept_figures.py", "test_releases.py", "test_views_version.py", "test_money_buckets.py"),
    *("test_area_figures.py", "test_coverage_told.py"),
    # endpoints and lists, which need the web framework and sealing
    *("test_reasons.py", "test_posting_listing.py", "test_what_is_shown.py"),
}
"""Unit tests that are not about what is in the file."""
FEWEST = 1_000


def test_the_unit_tests_of_the_rules_pass_on_what_stands_in() -> None:
    named = [
        *(*RULES, *OF_REPORTING),
        *(f"unit/shared/{name}" for name in OF_SHARED),
        *(f"unit/evidence/{name}" for name in OF_TREES),
    ]
    beside = [f"--ignore-glob=*/{name}" for name in sorted(BESIDE)]
    where = f"{STANDINS}{os.pathsep}{ROOT}"
    told = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-n0"),
            *(f"tests/{name}" for name in named),
            *beside,
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": where, "PYTEST_ADDOPTS": ""},
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=300,
    )
    assert told.returncode == 0, told.stdout[-4000:] + told.stderr[-2000:]
    passed = [word for word in told.stdout.split() if word.isdigit()]
    assert int(passed[-1]) >= FEWEST if " passed" in told.stdout else False, told.stdout[-200:]


_READS_EVERYTHING = """
import sys
sys.path[:0] = [{standins!r}, {root!r}]
import msgspec
from pathlib import Path
from shared.codec import canonical
from tests.golden.files import HERE, REGISTRIES
assert msgspec.__file__.startswith({standins!r}), msgspec.__file__
for registry in REGISTRIES:
    for path in sorted((HERE / registry.source).glob("*.json")):
        name, _, version = path.stem.partition(".v")
        fact = registry.decode(name, int(version), path.read_bytes().strip())
        print(registry.source, path.stem, repr(fact), canonical(fact).decode())
"""


def test_every_event_is_read_and_written_as_the_library_does() -> None:
    script = _READS_EVERYTHING.format(standins=str(STANDINS), root=str(ROOT))
    told = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        check=True,
        encoding="utf-8",
        cwd=ROOT,
    )
    ours = [
        f"{registry.source} {path.stem} {fact!r} {canonical(fact).decode()}"
        for registry in REGISTRIES
        for path in sorted((HERE / registry.source).glob("*.json"))
        for name, _, version in [path.stem.partition(".v")]
        for fact in [registry.decode(name, int(version), path.read_bytes().strip())]
    ]
    assert told.stdout.splitlines() == ours


def test_the_table_of_days_off_is_that_of_the_library() -> None:
    written = (STANDINS / "holidays.py").read_text(encoding="utf-8")
    assert written == table(FIRST_YEAR, LAST_YEAR), "python -m audit.calendar writes it anew"
    assert FIRST_YEAR < FIRST_JUDGED < LAST_JUDGED < LAST_YEAR


@pytest.fixture(scope="module")
def worked_by_the_table() -> set[date]:
    script = (
        f"import sys; sys.path[:0] = [{str(STANDINS)!r}, {str(ROOT)!r}]\n"
        "from datetime import date, timedelta\n"
        "from shared.calendar import is_working_day\n"
        "days = [date(2000, 1, 1) + timedelta(n) for n in range(18_263)]\n"
        "print(*[day for day in days if is_working_day(day)])"
    )
    command = [sys.executable, "-c", script]
    told = subprocess.run(command, capture_output=True, check=True, text=True, cwd=ROOT)
    return {date.fromisoformat(each) for each in told.stdout.split()}


def test_the_same_days_are_worked_by_the_table_and_by_the_library(
    worked_by_the_table: set[date],
) -> None:
    days = [date(2000, 1, 1) + timedelta(number) for number in range(18_263)]
    assert worked_by_the_table == {each for each in days if is_working_day(each)}


@pytest.mark.parametrize("asked", ["'VN', years=2101", "'VN', years=1949", "'LA', years=2026"])
def test_days_off_that_are_not_known_are_refused(asked: str, tmp_path: Path) -> None:
    script = f"import holidays; holidays.country_holidays({asked}, observed=True)"
    told = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(STANDINS)},
        cwd=tmp_path,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert told.returncode == 1
    assert "are not known" in told.stderr
