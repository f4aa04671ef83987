"""Proofs of findings over HTTP: the file alone convinces, and a file that was touched does not."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from audit import proof
from audit.build import archive_bytes
from audit.refusals import Rejected
from cli.verify import command
from services.reporting.tlog.copy import Copy
from tests.matrix.row import BEFORE
from tests.support import servers
from tests.support.counter_app import bearer
from tests.support.facts import (
    applied,
    approved,
    assigned,
    day,
    disbursed,
    groups,
    inspected,
    registered,
    target,
    uid,
    visited,
)
from tests.support.notary import Notary, forgotten
from tests.support.papers import changed, touched, values_of
from tests.support.projecting import database, emptied
from tests.support.reporting import SETTINGS, Reporting
from tests.support.servers import PostgresServer

pytestmark = pytest.mark.servers

M = 1_000_000
AUDITOR = bearer("auditor")
OTHERS = [uid(f"neighbour {n}") for n in range(40)]


@pytest.fixture(scope="module")
def reporting(postgres_server: PostgresServer) -> Iterator[Reporting]:
    """A household with six findings among its neighbours, all of it signed."""
    with servers.fresh_database(postgres_server) as url:
        made = database(url)
        emptied(made)
        forgotten(made)
        found = Reporting.over(made)
        tell(found)
        yield found
        made.dispose()


def tell(reporting: Reporting) -> None:
    reporting.record(
        registered(date(2025, 1, 10), BEFORE),
        *(registered(date(2025, 1, 10), BEFORE, other) for other in OTHERS),
        groups("no_working_capacity", on=date(2025, 2, 1)),
        target(date(2026, 1, 15), year=2026),
        target(date(2026, 1, 16), year=2026, home=OTHERS[0]),
        assigned(day(60), home=OTHERS[1]),
        applied("HN", on=day(-30)),
        *(applied("HN", on=day(-30), loan=uid(f"loan of {h}"), home=h) for h in OTHERS),
        approved(day(-20)),
        disbursed(day(0), 50 * M),
        inspected(day(20), 40 * M),
        # of no matter to any finding: nothing but the head says that it is there
        approved(day(30)),
        # what two households share: no one history shows it
        *(visited(day(5), uid(f"help {h}"), h, files=["ab" * 32]) for h in OTHERS[2:4]),
    )
    notaries = [Notary(reporting.log, source) for source in ("households", "loans", "sponsorship")]
    for each in notaries:
        each.signs()
    Copy(reporting.engine, reporting.log, SETTINGS).turn()


def proofs(reporting: Reporting, **query: str) -> dict[str, bytes]:
    found = {}
    for item in reporting.items("/v1/findings", AUDITOR, **query):
        answer = reporting.ask(f"/v1/findings/{item['finding_id']}/proof", AUDITOR, **query)
        assert answer.status_code == 200, answer.text
        found[item["code"]] = answer.data
    return found


@pytest.fixture(scope="module")
def files(reporting: Reporting) -> dict[str, bytes]:
    return proofs(reporting)


def reason(raw: bytes, *trusted: str) -> str:
    """Say why a file is refused."""
    with pytest.raises(Rejected) as refused:
        proof.verify(raw, trusted)
    return str(refused.value)


def test_what_a_rule_gives_is_proved_and_the_rest_attested(files: dict[str, bytes]) -> None:
    assert {code: proof.verify(raw).level for code, raw in files.items()} == {
        "INCAPABLE_TARGETED": "proved",
        "WRONG_PURPOSE": "proved",
        "TARGET_WITHOUT_SPONSOR": "proved",
        "TARGET_WITHOUT_PLAN": "proved",
        "CONFIRMATION_OVERDUE": "proved",
        "LOAN_INACTIVE": "proved",
        "REUSED_EVIDENCE": "attested",
    }
    assert max(len(raw) for raw in files.values()) < 20_000


def test_the_file_tells_people_what_it_proves_in_both_languages(files: dict[str, bytes]) -> None:
    proved = proof.verify(files["WRONG_PURPOSE"]).lines
    attested = proof.verify(files["REUSED_EVIDENCE"]).lines
    assert proved[0].startswith("ĐÃ CHỨNG MINH / PROVED: WRONG_PURPOSE")
    assert attested[0].startswith("CHỈ ĐƯỢC XÁC NHẬN / ATTESTED only: REUSED_EVIDENCE")


def test_a_byte_that_was_flipped_is_noticed_wherever_it_is(files: dict[str, bytes]) -> None:
    raw = files["WRONG_PURPOSE"]
    for place in range(0, len(raw), 37):
        touched = bytearray(raw)
        touched[place] ^= 1
        assert "/" in reason(bytes(touched)), place


@pytest.mark.parametrize("code", ["WRONG_PURPOSE", "INCAPABLE_TARGETED"])
def test_no_value_of_a_proved_file_can_be_changed_even_with_the_hash_made_anew(
    files: dict[str, bytes], code: str
) -> None:
    said = (("sha256",), ("verifier",))
    paths = [path for path in values_of(json.loads(files[code])) if path not in said]
    assert len(paths) > 100
    for path in paths:
        assert "/" in reason(touched(files[code], path)), path


def test_every_event_of_the_household_must_be_shown(files: dict[str, bytes]) -> None:
    count = len(json.loads(files["WRONG_PURPOSE"])["histories"][0]["events"])
    assert count == 5
    for number in range(count):

        def leave_out(document: dict[str, Any], number: int = number) -> None:
            del document["histories"][0]["events"][number]

        assert "/" in reason(changed(files["WRONG_PURPOSE"], leave_out))


def test_a_finding_is_not_proved_by_its_evidence_alone(files: dict[str, bytes]) -> None:
    def claim(document: dict[str, Any]) -> None:
        document["claim"] = "proved"
        document["finding"]["code"] = "WRONG_PURPOSE"
        del document["finding"]["household_ids"][1]

    assert "again does not give this finding" in reason(changed(files["REUSED_EVIDENCE"], claim))


def test_that_nobody_helps_is_proved_by_a_place_without_a_head(files: dict[str, bytes]) -> None:
    raw = files["TARGET_WITHOUT_SPONSOR"]
    [_, helps] = json.loads(raw)["histories"]
    assert (helps["source"], helps["events"]) == ("sponsorship", [])
    assert any("pause" in line for line in proof.verify(raw).lines)

    def forget(document: dict[str, Any]) -> None:
        del document["histories"][1]
        [aims] = document["histories"]
        lists = [aims["head"]["siblings"], *(e.get("siblings", []) for e in aims["events"])]
        del document["hashes"][max(number for each in lists for number in each) + 1 :]

    assert "claims one and shows the other" in reason(changed(raw, forget))


def test_only_the_keys_taken_home_count_where_they_are_given(
    reporting: Reporting, files: dict[str, bytes]
) -> None:
    keys = [each["vkey"] for each in reporting.items("/v1/audit/keys", AUDITOR)]
    assert proof.verify(files["WRONG_PURPOSE"], keys).level == "proved"
    assert "none of those you trust" in reason(files["WRONG_PURPOSE"], keys[0])


def test_the_file_that_python_runs_alone_says_the_same_as_the_command(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_bytes(files["WRONG_PURPOSE"])
    bad.write_bytes(files["WRONG_PURPOSE"][:-1])
    by_command = CliRunner().invoke(command, [str(good)])
    assert by_command.exit_code == 0, by_command.output
    pyz = tmp_path / "verify.pyz"
    pyz.write_bytes(archive_bytes())
    alone = [sys.executable, "-I", "-S", str(pyz)]
    told = subprocess.run([*alone, good], capture_output=True, check=True, encoding="utf-8")
    assert told.stdout.startswith("ĐÃ CHỨNG MINH / PROVED: WRONG_PURPOSE")
    assert told.stdout == by_command.output
    named = json.loads(files["WRONG_PURPOSE"])["verifier"]
    assert named == sha256(pyz.read_bytes()).hexdigest()
    assert "made by other code" not in told.stdout
    refused = subprocess.run([*alone, bad], capture_output=True, check=False, encoding="utf-8")
    assert (refused.returncode, refused.stdout[:16]) == (1, "BÁC BỎ / REJECTE")


def test_what_is_not_signed_yet_and_what_was_changed_are_told_apart(reporting: Reporting) -> None:
    [finding] = reporting.items("/v1/findings", AUDITOR, code="WRONG_PURPOSE")
    path = f"/v1/findings/{finding['finding_id']}/proof"
    reporting.record(inspected(day(25), 30 * M))
    assert reporting.ask(path, AUDITOR).status_code == 503
    Notary(reporting.log, "loans").signs()
    Copy(reporting.engine, reporting.log, SETTINGS).turn()
    assert proof.verify(reporting.ask(path, AUDITOR).data).finding["details"]["wrong"] == 30 * M
    with reporting.engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE journal SET data = replace(convert_from(data, 'UTF8'), '30000000',"
                " '30000001')::bytea WHERE type = 'LoanUseInspected'"
            )
        )
    answer = reporting.ask(path, AUDITOR)
    assert (answer.status_code, answer.get_json()["code"]) == (503, "evidence-contradicted")
