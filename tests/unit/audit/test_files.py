"""The file about a finding: thin however long the history, and nothing in it is taken on trust."""

import json
import zlib
from base64 import b64encode
from datetime import date
from functools import lru_cache
from hashlib import sha512
from pathlib import Path
from typing import Any

import pytest

from audit import proof, proof_file
from audit.main import main
from audit.provable import sources_of
from audit.refusals import Rejected
from services.reporting.detection.detect import findings
from services.reporting.detection.finding_versions import appearances
from services.reporting.domain.dossier import fold
from services.reporting.proofs.assembly import MOST_BYTES, Assembly
from tests.support.facts import HOME, applied, approved, day, disbursed, history, inspected, repaid
from tests.support.findings import BOOK
from tests.support.papers import PaperLogs, changed

M = 1_000_000
LAST = date(2040, 1, 1)
OTHERS = 2_000


@lru_cache(maxsize=8)
def file_of(code: str, months: int = 0, of_no_matter: int = 0) -> bytes:
    """Give the file about a loan paid back for some months, approved again and again."""
    paid = [repaid(day(30 * number), M // 10 + number) for number in range(1, months + 1)]
    names = [sha512(bytes([number])).hexdigest() for number in range(of_no_matter)]
    again = [approved(day(number), by=name) for number, name in enumerate(names)]
    recorded = history(applied(), *again, disbursed(), inspected(day(20), 40 * M), *paid)
    every = findings(fold(HOME, recorded), BOOK, follow_ups=())
    [shown] = [each for each in appearances(every) if each.code == code and not each.until_on]
    logs = PaperLogs(HOME, recorded, OTHERS)
    found = Assembly(logs, shown, BOOK, logs.lines(sources_of(code))).proved(LAST)
    assert found is not None
    return found


def attested() -> bytes:
    """Give the file of one finding as if its rule were not known."""
    recorded = history(applied(), disbursed(), inspected(day(20), 40 * M))
    every = findings(fold(HOME, recorded), BOOK, follow_ups=())
    [shown] = [each for each in appearances(every) if each.code == "WRONG_PURPOSE"]
    logs = PaperLogs(HOME, recorded, OTHERS)
    lines = [each for each in logs.lines(["loans"]) if each.event_id in shown.evidence]
    return Assembly(logs, shown, BOOK, lines).attested()


def reason(raw: bytes) -> str:
    with pytest.raises(Rejected) as refused:
        proof.verify(raw)
    return str(refused.value)


def folded(document: dict[str, Any]) -> bytes:
    """Fold what may be anything."""
    return proof_file.folded(proof_file.sealed(document))


def test_a_short_history_is_there_to_be_read() -> None:
    raw = file_of("WRONG_PURPOSE")
    assert json.loads(raw)["format"] == proof_file.FORMAT
    assert proof.verify(raw).level == proof.PROVED


@pytest.mark.parametrize("code", ["WRONG_PURPOSE", "LOAN_INACTIVE"])
def test_a_long_history_is_folded_and_still_proved(code: str) -> None:
    raw = file_of(code, months=60)
    assert len(raw) <= MOST_BYTES < len(proof_file.packed(proof_file.read_file(raw)))
    assert json.loads(raw)["format"] == proof_file.FOLDED
    assert proof.verify(raw).level == proof.PROVED


def test_what_is_too_long_even_folded_leaves_closed_what_the_rule_does_not_read() -> None:
    raw = file_of("WRONG_PURPOSE", of_no_matter=200)
    verdict = proof.verify(raw)
    assert (verdict.level, len(raw) <= MOST_BYTES) == (proof.ATTESTED, True)
    assert any("202 sự kiện của hộ không được mở" in line for line in verdict.lines)


def test_every_byte_of_a_folded_file_counts() -> None:
    raw = file_of("LOAN_INACTIVE", months=60)
    for place in range(0, len(raw), 61):
        touched = bytearray(raw)
        touched[place] ^= 1
        assert "/" in reason(bytes(touched)), place


def test_an_event_cannot_be_taken_out_of_a_folded_file() -> None:
    document = proof_file.read_file(file_of("LOAN_INACTIVE", months=60))
    for number in (0, 30, 62):
        events = document["histories"][0]["events"]
        less = [*events[:number], *events[number + 1 :]]
        [head] = document["histories"]
        assert "/" in reason(folded({**document, "histories": [{**head, "events": less}]}))


def test_what_is_folded_is_one_file_and_nothing_more() -> None:
    inside = proof_file.packed(proof_file.read_file(file_of("WRONG_PURPOSE")))

    def with_inside(packed: bytes) -> bytes:
        told = {"format": proof_file.FOLDED, "file": b64encode(packed).decode()}
        return proof_file.sealed(told)

    assert proof.verify(with_inside(zlib.compress(inside))).level == proof.PROVED
    assert "has not the form" in reason(with_inside(zlib.compress(inside) + b"x"))
    assert "has not the form" in reason(with_inside(zlib.compress(inside)[:-9]))
    bomb = zlib.compress(b" " * (proof_file.MOST_UNFOLDED + 1))
    assert "too long" in reason(with_inside(bomb))
    twice = with_inside(zlib.compress(with_inside(zlib.compress(inside))))
    assert "form of file that is not known" in reason(twice)


def test_a_file_of_the_former_form_is_still_verified() -> None:
    def formerly(document: dict[str, Any]) -> None:
        document["format"] = proof_file.FIRST
        del document["verifier"]

    assert proof.verify(changed(file_of("WRONG_PURPOSE"), formerly)).level == proof.PROVED


def test_evidence_is_not_taken_from_a_history_without_a_head() -> None:
    def forget(document: dict[str, Any]) -> None:
        document["hashes"] = []
        for event in document["histories"][0]["events"]:
            del event["siblings"]

    assert proof.verify(attested()).level == proof.ATTESTED
    assert "not proved to be in the log" in reason(changed(attested(), forget))


def test_the_least_evidence_is_proved_to_be_in_the_log_beside_its_head() -> None:
    def forget(document: dict[str, Any]) -> None:
        [history] = document["histories"]
        document["hashes"] = [document["hashes"][number] for number in history["head"]["siblings"]]
        history["head"]["siblings"] = list(range(len(document["hashes"])))
        for event in history["events"]:
            event.pop("siblings", None)

    assert "least evidence" in reason(changed(file_of("WRONG_PURPOSE"), forget))


@pytest.mark.parametrize("code", ["WRONG_PURPOSE", "NOT_USED"], ids=["its own", "another's"])
def test_the_numbers_are_those_of_the_rulebook_of_that_hash(code: str) -> None:
    def ease(document: dict[str, Any]) -> None:
        document["rulebook"]["content"]["parameters"][code]["days"] = 31

    assert "rulebook is not the one" in reason(changed(file_of("WRONG_PURPOSE"), ease))


def test_what_is_folded_can_be_looked_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw, file = file_of("LOAN_INACTIVE", months=60), tmp_path / "proof.json"
    file.write_bytes(raw)
    assert main([str(file), "--open"]) == 0
    shown, _, told = capsys.readouterr().out.partition("\n}\n")
    assert json.loads(shown + "}") == proof_file.read_file(raw)
    assert told.startswith("ĐÃ CHỨNG MINH / PROVED: LOAN_INACTIVE")
