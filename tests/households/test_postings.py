"""The list for the notice board over HTTP: whom it names, where they lived, and who printed it;
and the code by which it is compared later.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pypdfium2
import pytest
from sqlalchemy import text

from audit import checkpoints, notices
from services.households.app import SERVICE
from shared.http.app import create_app
from shared.ids import named
from shared.tlog.checkpoint import Checkpoint
from shared.tlog.notes import Signer, sign
from shared.tlog.posted_code import FORMAT, MOST_BYTES
from shared.tlog.schema import OWN
from tests.support.counter_app import SETTINGS, authenticator
from tests.support.registering import IN_BA_BE, register
from tests.support.servers import PostgresServer
from tests.support.service_app import Running, Speaker, code_of, pointers_of, running

pytestmark = pytest.mark.servers

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
LIST = "/v1/postings/01864?year=2025"  # Bằng Thành, as the reform made it


@pytest.fixture(scope="module")
def service(postgres_server: PostgresServer) -> Iterator[Running]:
    with running(postgres_server, SERVICE, clock=lambda: NOW) as found:
        yield found


@pytest.fixture(scope="module")
def officer(service: Running) -> Speaker:
    """The officer of a commune in which four were decided on, one moved away before the year's end,
    and one lives elsewhere.
    """
    here = service.as_("commune_officer", areas=["060"], sub="can-bo")
    chair = service.as_("commune_officer", sub="chu-tich")
    for name, full_name, status in (
        ("one", "Đặng Thị Ặn", "poor"),
        ("two", "Lường Văn Quỹ", "near_poor"),
        ("three", "Nông Ngọc Phượng", "newly_escaped"),
        ("four", "Hoàng Khá Giả", "not_poor"),
        ("gone", "Bàn Đã Đi", "poor"),
    ):
        home = register(here, name, full_name)
        _decide(chair, home, status)
    away = {"commune_code": IN_BA_BE, "village": "Bản Cám", "area_type": "rural"}
    chair.must(f"{named_home('gone')}/move", {"moved_on": "2025-06-30"} | away)
    elsewhere = register(chair, "elsewhere", "Triệu Ở Xa", commune_code=IN_BA_BE)
    _decide(chair, elsewhere, "poor")
    return here


def named_home(name: str) -> str:
    return f"/v1/households/{named(name)}"


def _decide(chair: Speaker, home: str, status: str, number: str = "12/QĐ-UBND") -> None:
    decision = {"decided_on": "2025-12-05", "status": status, "decision_no": number}
    when = {"effective_from": "2026-01-01", "decided_by": "lanh-dao"}
    chair.must(f"{home}/classifications", decision | when)


def printed(by: Speaker, path: str = LIST) -> bytes:
    answer = by.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "application/pdf"
    return answer.get_data()


def text_of(paper: bytes) -> str:
    with closing(pypdfium2.PdfDocument(paper)) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return "\n".join(pages)


def test_the_list_names_who_was_found_poor_near_poor_or_newly_escaped(officer: Speaker) -> None:
    text = text_of(printed(officer))
    for wanted in (
        *("NĂM 2025", "Xã Bằng Thành", "01864", "Nà Lẹng", "12/QĐ-UBND", "05/12/2025"),
        *("Đặng Thị Ặn", "Lường Văn Quỹ", "Nông Ngọc Phượng", "Hộ cận nghèo", "near-poor"),
        *("In ngày 02/03/2026", "Trang / page 1/1", "SHA-256"),
    ):
        assert wanted in text


def test_it_names_nobody_who_is_not_poor_moved_away_or_lives_elsewhere(officer: Speaker) -> None:
    text = text_of(printed(officer))
    for other in ("Hoàng Khá Giả", "Bàn Đã Đi", "Triệu Ở Xa"):
        assert other not in text


def test_what_is_posted_before_it_is_decided_stands_as_expected(service: Running) -> None:
    here = service.as_("commune_officer", areas=["060"], sub="can-bo")
    home = register(here, "awaited", "Lý Chờ Đợi")
    points = {"year": 2026, "kind": "annual", "b1": 120, "b2": 40, "scored_on": "2026-02-01"}
    here.must(f"{home}/reviews", points)
    text = text_of(printed(here, "/v1/postings/01864?year=2026"))
    for wanted in ("Lý Chờ Đợi", "dự kiến", "expected", "TM. ỦY BAN NHÂN DÂN", "Niêm yết từ ngày"):
        assert wanted in text


def test_many_decisions_are_counted_above_and_named_in_their_rows(service: Running) -> None:
    here = service.as_("district_officer", sub="tinh")
    for number in range(7):
        home = register(here, f"own {number}", f"Hộ Thứ {number}", commune_code="01936")
        _decide(here, home, "poor", f"{number}/QĐ-RIÊNG")
    text = text_of(printed(here, "/v1/postings/01936?year=2025"))
    assert "Theo 7 quyết định ngày 05/12/2025" in text
    assert text.count("QĐ-RIÊNG") == 7


def test_the_same_list_is_the_same_bytes(officer: Speaker) -> None:
    assert printed(officer) == printed(officer)


def test_a_year_without_decisions_says_so(officer: Speaker) -> None:
    assert "Không có hộ nào" in text_of(printed(officer, "/v1/postings/01858?year=2024"))


def test_to_an_auditor_the_names_stay_sealed(officer: Speaker, service: Running) -> None:
    text = text_of(printed(service.as_("auditor", areas=["060"])))
    assert "niêm phong" in text
    assert "Đặng" not in text


def test_who_printed_it_stands_in_the_access_log(officer: Speaker, service: Running) -> None:
    printed(officer)
    watcher = service.as_("privacy_officer", areas=["060"])
    for name, is_there in (("one", True), ("four", False)):
        log = watcher.sees(f"/v1/access-log?household_id={named(name)}")
        found = {(entry["reader"], entry["kind"]) for entry in log["items"]}
        assert (("can-bo", "posting") in found) is is_there


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("", "/year", "required"),
        ("?year=x", "/year", "wrong-type"),
        ("?year=2027", "/year", "in-future"),
        ("?year=1999", "/year", "out-of-range"),
        ("?year=2025&village=x", "/village", "unknown-field"),
    ],
)
def test_a_question_that_cannot_be_right_is_named(
    officer: Speaker, query: str, pointer: str, code: str
) -> None:
    answer = officer.get(f"/v1/postings/01864{query}")
    assert code_of(answer) == (422, "invalid")
    assert pointers_of(answer) == [(pointer, code)]


@pytest.mark.parametrize("path", ["/v1/postings/01900?year=2024", "/v1/postings/99999?year=2025"])
def test_another_commune_is_not_there(officer: Speaker, path: str) -> None:
    assert code_of(officer.get(path)) == (404, "not-found")


SIGNER = Signer("giamngheo/households", bytes(range(32)))
KEY = checkpoints.read_key(SIGNER.verifier.vkey)
SIGNED = Checkpoint(SIGNER.name, 7, bytes(32), bytes(32), NOW)


@pytest.fixture(scope="module")
def signing(officer: Speaker, service: Running) -> Speaker:
    """The same officer, of a service that holds the key, after a checkpoint was signed."""
    with service.engine.begin() as connection:
        connection.execute(
            text(f"INSERT INTO {OWN}.checkpoints VALUES ('households', 1, 7, :note, :vkey, :at)"),
            {"note": str(sign(SIGNED.text, [SIGNER])), "vkey": SIGNER.verifier.vkey, "at": NOW},
        )
    settings = replace(SETTINGS, evidence_keys=(bytes(32), SIGNER.seed))
    app = create_app(replace(service.runtime, settings=settings), authenticator=authenticator())
    return Speaker(app.test_client(), officer.who)


def code_on(paper: bytes) -> str:
    said = text_of(paper)
    code = "\n".join(said[said.index(FORMAT) :].splitlines()[:7])
    assert len(code.encode()) <= MOST_BYTES
    return code


def test_the_paper_has_a_code_signed_by_the_key_of_the_last_checkpoint(signing: Speaker) -> None:
    answer = signing.get(LIST)
    found = notices.read_kept(code_on(answer.get_data()), [KEY])
    assert found.speaks_of == "01864 2025-07-01 2025"
    assert found.list_hash.hex() == answer.get_etag()[0]
    assert (found.origin, found.size, found.root) == (SIGNER.name, SIGNED.size, SIGNED.root)
    assert found.time == "2026-03-02T03:00:00Z"


def test_without_the_key_or_to_whom_names_are_sealed_it_says_that_there_is_no_code(
    signing: Speaker, officer: Speaker, service: Running
) -> None:
    auditor = Speaker(signing.client, service.as_("auditor", areas=["060"]).who)
    for speaker in (officer, auditor):
        said = text_of(printed(speaker))
        assert "giamngheo/notice/1" not in said
        assert "no code to compare by" in said


def test_a_later_paper_exposes_that_the_list_was_changed(
    signing: Speaker, service: Running
) -> None:
    def shown() -> str:
        texts = [before, code_on(printed(signing))]
        return notices.compare(texts, (), (), [SIGNER.verifier.vkey]).level

    before = code_on(printed(signing))
    assert shown() == "same"
    _decide(service.as_("commune_officer", sub="chu-tich"), named_home("two"), "poor")
    assert shown() == "changed"
