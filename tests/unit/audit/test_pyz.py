"""The one file that Python runs alone: the same bytes everywhere, and the rules themselves."""

import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from random import Random

import msgspec
import pytest

from audit import proof
from audit.build import ROOT, STANDINS, archive_bytes, closure
from audit.build import imported as imports
from audit.origin import code_digest
from audit.proof_file import FIRST, FORMAT, SECOND, read_file
from audit.provable import READS
from audit.refusals import Rejected
from tests.support.papers import changed

SITE = Path(msgspec.__file__).parents[1]
GOLDEN = sorted((ROOT / "tests" / "golden" / "proofs").glob("*.json"))
"""Proofs as they were made when the rules were written a second time."""
ATTESTED = {"attested_WRONG_PURPOSE", "closed_WRONG_PURPOSE"}
IMPURE = {"socket", "ssl", "http", "urllib", "subprocess", "multiprocessing", "sqlite3", "ctypes"}
KNOWN = re.compile(
    r"(__main__|audit/(?!standins|build|calendar)\w+|holidays|msgspec/\w+|cryptography/[\w/]+"
    r"|services/(households|loans|sponsorship)/(__init__|events/\w+)"
    r"|services/reporting/(__init__|events|(domain|rules)/\w+)|services/__init__"
    r"|shared/(policy|areas|tlog)/\w+|shared/\w+)\.(py|csv)"
)


@pytest.fixture(scope="module")
def pyz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("taken home") / "verify.pyz"
    path.write_bytes(archive_bytes())
    return path


def alone(pyz: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command: Sequence[str | Path] = [sys.executable, "-I", "-S", pyz, *arguments]
    return subprocess.run(command, capture_output=True, check=False, encoding="utf-8", timeout=60)


def test_it_is_built_of_the_source_alone_and_byte_for_byte_the_same(
    pyz: Path, tmp_path: Path
) -> None:
    other = tmp_path / "again.pyz"
    # no library of ours is needed to build it: -S leaves them out
    command = [sys.executable, "-S", "-m", "audit.build", str(other)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, encoding="utf-8")
    assert other.read_bytes() == pyz.read_bytes()
    assert told.stdout == f"{code_digest()}  {other}\n"


def test_an_installed_copy_beside_the_libraries_builds_the_same(pyz: Path, tmp_path: Path) -> None:
    for name, folder in (("audit", ROOT), ("services", ROOT), ("shared", ROOT), ("msgspec", SITE)):
        shutil.copytree(folder / name, tmp_path / name, ignore=shutil.ignore_patterns("*.pyc"))
    built = tmp_path / "built.pyz"
    command = [sys.executable, "-S", "-m", "audit.build", str(built)]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    assert built.read_bytes() == pyz.read_bytes()


def test_nothing_in_it_depends_on_when_or_where_it_is_built(pyz: Path) -> None:
    with zipfile.ZipFile(pyz) as archive:
        entries = archive.infolist()
    names = [each.filename for each in entries]
    assert names == sorted(names)
    assert {each.date_time for each in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {each.compress_type for each in entries} == {zipfile.ZIP_STORED}
    assert {(each.create_system, each.external_attr >> 16) for each in entries} == {(3, 0o644)}


def test_nothing_is_in_it_but_pure_modules_and_what_stands_in_for_libraries() -> None:
    assert [name for name in closure() if not KNOWN.fullmatch(name)] == []
    for name, raw in closure().items():
        if not name.endswith(".py"):
            continue
        imported = {each.partition(".")[0] for each in imports(raw.decode(), "msgspec")}
        assert not imported & IMPURE, name
        ours = {"audit", "services", "shared", "holidays", "msgspec", "cryptography"}
        assert imported <= ours | set(sys.stdlib_module_names), name


def test_every_rule_in_it_is_the_file_that_the_system_runs() -> None:
    rules = {path.name for path in (ROOT / "services" / "reporting" / "rules").glob("*.py")}
    inside = {name.rpartition("/")[2] for name in closure() if "/rules/" in name}
    assert inside == rules
    for name, raw in closure().items():
        source = STANDINS / name if (STANDINS / name).exists() else ROOT / name
        assert name == "__main__.py" or raw == source.read_bytes(), name


def test_it_names_its_own_hash_as_the_system_does(pyz: Path) -> None:
    assert alone(pyz, "--hash").stdout.strip() == code_digest()
    assert sha256(pyz.read_bytes()).hexdigest() == code_digest()


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_proof_of_the_former_code_is_still_verified_and_said_to_be_of_another(path: Path) -> None:
    raw = path.read_bytes()
    assert read_file(raw)["format"] in (SECOND, FIRST)
    verdict = proof.verify(raw)
    assert verdict.level == ("attested" if path.stem in ATTESTED else "proved")
    assert any("made by other code" in line for line in verdict.lines)
    by = Random(path.stem)
    for _ in range(20):
        flipped = bytearray(raw)
        flipped[by.randrange(len(raw))] ^= 1 << by.randrange(8)
        with pytest.raises(Rejected, match=" / "):
            proof.verify(bytes(flipped))


def test_there_is_such_a_proof_of_every_rule() -> None:
    assert set(READS) <= {path.stem for path in GOLDEN}


@pytest.mark.parametrize("code", ["WRONG_PURPOSE", "SPONSOR_ABSENT", "folded_LOAN_INACTIVE"])
def test_it_verifies_alone_what_is_verified_here(pyz: Path, code: str, tmp_path: Path) -> None:
    [path] = [each for each in GOLDEN if each.stem == code]
    told = alone(pyz, path)
    assert told.returncode == 0, told.stdout + told.stderr
    assert tuple(told.stdout.splitlines()[:-1]) == proof.verify(path.read_bytes()).lines
    wrong = tmp_path / "wrong.json"
    for place in (3, 500, 4000):
        flipped = bytearray(path.read_bytes())
        flipped[place] ^= 1
        wrong.write_bytes(flipped)
        refused = alone(pyz, wrong)
        assert (refused.returncode, refused.stdout[:7]) == (1, "BÁC BỎ "), refused.stderr


def test_a_proof_names_the_code_that_made_it_and_another_is_told_apart() -> None:
    [path] = [each for each in GOLDEN if each.stem == "WRONG_PURPOSE"]

    def by(digest: str) -> tuple[str, ...]:
        raw = changed(path.read_bytes(), lambda it: it.update(format=FORMAT, verifier=digest))
        return proof.verify(raw).lines

    assert not any("made by other code" in line for line in by(code_digest()))
    said = [line for line in by("0" * 64) if "made by other code" in line]
    assert [line.rpartition(" ")[2] for line in said] == ["0" * 64]
    with pytest.raises(Rejected, match="no hash"):
        by("0" * 63)


def test_a_proof_that_another_code_made_and_this_refuses_names_the_difference() -> None:
    [path] = [each for each in GOLDEN if each.stem == "WRONG_PURPOSE"]
    raw = changed(path.read_bytes(), lambda it: it["finding"].update(severity="low"))
    with pytest.raises(Rejected, match=r"made by other code.*does not give this finding"):
        proof.verify(raw)


def test_an_older_python_says_what_is_needed() -> None:
    main = closure()["__main__.py"].decode()
    old = main.replace("sys.version_info", "(3, 10)")
    told = subprocess.run([sys.executable, "-c", old], capture_output=True, check=False, text=True)
    assert (told.returncode, "Python 3.11 or later is needed" in told.stderr) == (1, True)
