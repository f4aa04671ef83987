"""A district office sends its sheets: what is right is recorded, the rest comes back marked."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import text

from services.households.api.imports import running as doing
from services.households.app import SERVICE
from tests.support.imports import HEADS, as_csv, as_xlsx, fared, imported, row, send, told, work
from tests.support.servers import PostgresServer
from tests.support.service_app import Running, Speaker, code_of, pointers_of, running

pytestmark = pytest.mark.servers
NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
REVIEW_HEADS = (
    "Mã hộ", "Mã xã", "Năm", "Loại rà soát", "Ngày chấm điểm", "Điểm B1", "Điểm B2",
    "Người rà soát", "Ngày họp thôn", "Số người dự", "Số người đồng ý", "Ngày quyết định",
    "Kết quả", "Số quyết định", "Hiệu lực từ",
)  # fmt: skip


@pytest.fixture(scope="module")
def service(postgres_server: PostgresServer) -> Iterator[Running]:
    with running(postgres_server, SERVICE, clock=lambda: NOW) as found:
        yield found


@pytest.fixture
def office(service: Running) -> Speaker:
    return service.as_("district_officer", areas=["060"], sub="phong-nn")


def events(service: Running) -> int:
    with service.engine.begin() as connection:
        return int(connection.execute(text("SELECT count(*) FROM events")).scalar_one())


def test_rows_of_a_household_become_one_household(service: Running, office: Speaker) -> None:
    wife = row("A1", "Trần Thị Hai", relation="Vợ", born="15/2/1982", sex="nữ", registered="")
    found = imported(service, office, as_csv(row("A1", "Nông Văn Một"), wife))
    assert fared(found) == (2, 0, 0), found
    (item,) = office.post("/v1/households/search", {"name": "nong van mot"}).get_json()["items"]
    seen = office.sees(f"/v1/households/{item['household_id']}")
    assert [member["full_name"] for member in seen["members"]] == ["Nông Văn Một", "Trần Thị Hai"]
    history = service.as_("auditor").sees(f"/v1/households/{item['household_id']}/events")
    (event,) = history["items"]
    assert event["type"] == "HouseholdRegistered"
    assert event["origin"] == "import"
    assert event["actor"]["sub"] == "phong-nn"


def test_groups_and_causes_hold_from_the_registration(service: Running, office: Speaker) -> None:
    heads = (*HEADS, "Nhóm đối tượng", "Nguyên nhân nghèo")
    told_of_it = ("dân tộc thiểu số; war_merit", "Không có vốn")
    wife = row("NH1", "Trần Thị Nhóm", relation="Vợ", born="15/2/1982", sex="nữ")
    sheet = as_csv([*row("NH1", "Nông Văn Nhóm"), *told_of_it], [*wife, "", ""], heads=heads)
    dry = imported(service, office, sheet, dry_run="true")
    assert fared(dry) == fared(imported(service, office, sheet)) == (2, 0, 0)
    before = events(service)
    assert fared(imported(service, office, sheet)) == (0, 2, 0)
    assert events(service) == before
    (item,) = office.post("/v1/households/search", {"name": "nong van nhom"}).get_json()["items"]
    seen = office.sees(f"/v1/households/{item['household_id']}")
    assert (seen["groups"], seen["causes"]) == (["ethnic_minority", "war_merit"], ["no_capital"])


def test_of_a_household_that_is_refused_nothing_else_is_set(
    service: Running, office: Speaker
) -> None:
    assert fared(imported(service, office, as_csv(row("NH2", "Nông Văn Cũ")))) == (1, 0, 0)
    before = events(service)
    other = [*row("NH2", "Nông Văn Khác"), "war_merit"]
    found = imported(service, office, as_csv(other, heads=(*HEADS, "Groups")))
    assert fared(found) == (0, 0, 1)
    assert [code for _, _, code in told(found)] == ["already-exists"]
    assert events(service) == before


def test_a_group_that_is_not_listed_is_named(service: Running, office: Speaker) -> None:
    heads = (*HEADS, "Nhóm đối tượng")
    found = imported(service, office, as_csv([*row("NH3"), "người giàu"], heads=heads))
    assert [code for _, _, code in told(found)] == ["not-in-list"]


def test_the_same_sheet_again_changes_nothing_whoever_sends_it(
    service: Running, office: Speaker
) -> None:
    sheet = as_csv(row("B1", "Hoàng Văn Lặp"), row("B2", "Hoàng Văn Kép"))
    assert fared(imported(service, office, sheet)) == (2, 0, 0)
    before = events(service)
    assert fared(imported(service, office, sheet)) == (0, 2, 0)
    colleague = service.as_("district_officer", areas=["060"], sub="dong-nghiep")
    assert fared(imported(service, colleague, sheet)) == (0, 2, 0)
    assert events(service) == before


def test_a_dry_run_tells_the_same_and_records_nothing(service: Running, office: Speaker) -> None:
    sheet = as_csv(row("C1", "Lý Văn Thử"), row("C2", "Lý Văn Sai", commune="99999"))
    before = events(service)
    dry = imported(service, office, sheet, dry_run="true")
    assert events(service) == before
    real = imported(service, office, sheet)
    assert (fared(dry), told(dry)) == (fared(real), told(real))
    assert told(real) == [(3, "Mã xã", "unknown-area")]
    assert fared(real) == (1, 0, 1)


def test_each_wrong_cell_is_named_with_its_remedy(service: Running, office: Speaker) -> None:
    child = row("D2", "Vàng Thị Con", relation="Con", born="", registered="", sex="")
    sheet = as_csv(
        row("D1", "Vàng Văn Ngày", born="31/02/1980"),
        row("D2", "Vàng Văn Cha"),
        child,
        row("D3", "Vàng Văn Mai", born="01/01/2027"),
        row("D4", "Vàng Văn Không Ngày", registered=""),
        row("D5", "Vàng Thị Không Chủ", relation="Con"),
        row("D6", "Vàng Văn Đúng"),
        row("D7", "Vàng Văn Ngoài", commune="01900"),
    )
    found = imported(service, office, sheet)
    assert told(found) == [
        (2, "Ngày sinh", "wrong-type"),
        (4, "Ngày sinh", "required"),
        (4, "Giới tính", "required"),
        (5, "Ngày sinh", "in-future"),
        (6, "Ngày đăng ký", "date-required"),
        (7, "Quan hệ với chủ hộ", "out-of-range"),
        (9, "Mã hộ", "outside-area"),
    ]
    assert fared(found) == (1, 0, 7)
    assert found["errors"][0]["value"] == "31/02/1980"
    assert all(" / " in error["remedy"] for error in found["errors"])


def test_a_number_that_is_somebodys_is_refused_with_the_place(
    service: Running, office: Speaker
) -> None:
    imported(service, office, as_csv(row("E1", "Bàn Văn Đầu", citizen="006080000001")))
    sheet = as_csv(
        row("E2", "Bàn Văn Sau", citizen="6080000001"),
        row("E3", "Bàn Văn Ba", citizen="006080000003"),
        row("E4", "Bàn Văn Bốn", citizen="006080000003"),
    )
    found = imported(service, office, sheet)
    assert told(found) == [
        (2, "Mã hộ", "duplicate-citizen"),
        (4, "Số căn cước", "duplicate-citizen"),
    ]
    assert "household_id" in found["errors"][0]["remedy"]


def test_the_sheet_comes_back_with_remarks_and_may_be_sent_again(
    service: Running, office: Speaker
) -> None:
    heads = as_csv().decode().strip().split(";")
    title = ["DANH SÁCH HỘ NGHÈO NĂM 2024"]
    wrong = row("F2", "Sùng Văn Sai", born="hôm qua")
    sheet = as_xlsx(title, [], heads, row("F1", "Sùng Văn Đúng"), wrong)
    found = imported(service, office, sheet)
    assert told(found) == [(5, "Ngày sinh", "wrong-type")]
    back = office.get(f"/v1/imports/{found['id']}/remarks")
    assert "spreadsheetml" in back.content_type
    again = imported(service, office, back.get_data())
    assert (fared(again), told(again)) == ((0, 1, 1), [(5, "Ngày sinh", "wrong-type")])


def test_an_import_goes_on_where_its_worker_died(service: Running, office: Speaker) -> None:
    rows = [row(f"G{number}", f"Đặng Văn Số {number}") for number in range(doing.PART + 3)]
    place = send(office, as_csv(*rows, row("G-", "x", born="?"))).headers["Location"]
    before = events(service)

    def dies(asked: Iterator[None]) -> bool:
        # asked before each part and when it is kept: both times it dies on keeping the second
        if next(asked, "no more"):
            raise KeyboardInterrupt
        return False

    for beats in (3, 1):
        with pytest.raises(KeyboardInterrupt):
            doing.turn(service.runtime, partial(dies, iter([None] * beats)))
        assert office.sees(place)["done"] == doing.PART
    assert events(service) == before + doing.PART + 3
    work(service)
    found = office.sees(place)
    # the second part was recorded already when its worker died
    assert (found["status"], fared(found)) == ("done", (doing.PART, 3, 1))
    assert events(service) == before + doing.PART + 3


def test_a_worker_that_is_told_to_stop_leaves_the_rest_to_the_next(
    service: Running, office: Speaker
) -> None:
    place = send(office, as_csv(row("N1", "Ma Văn Dừng"))).headers["Location"]
    assert doing.turn(service.runtime, lambda: True) is False
    assert office.sees(place)["done"] == 0
    work(service)
    assert fared(office.sees(place)) == (1, 0, 0)


def test_an_import_whose_sheet_is_gone_says_why_it_failed(
    service: Running, office: Speaker
) -> None:
    place = send(office, as_csv(row("O1", "Ma Văn Mất"))).headers["Location"]
    service.runtime.keyring.erase(UUID(place.rpartition("/")[2]))
    work(service)
    found = office.sees(place)
    assert found["status"] == "failed"
    assert found["problem"] == "bảng không còn đọc được / the sheet can be read no more"


def test_reviews_come_in_with_the_steps_that_their_rows_tell(
    service: Running, office: Speaker
) -> None:
    homes = [row("H1", "Triệu Văn Xét"), row("H2", "Triệu Văn Lệch"), row("H3", "Triệu Văn Mới")]
    imported(service, office, as_csv(*homes))
    met = ["1/10/2024", "40", "39"]
    score = ["2024", "Định kỳ", "15/9/2024", "120", "20", "truong-thon"]
    sheet = as_csv(
        ["H1", "01858", *score, *met, "", "", "", ""],
        ["H2", "01858", *score, "1/10/2024", "40", "41", "", "", "", ""],
        ["H404", "01858", *score, "", "", "", "", "", "", ""],
        # the commune that 01858 became part of
        ["H3", "01864", "2025", "Định kỳ", "15/9/2025", "1.000", "0", *[""] * 8],
        heads=REVIEW_HEADS,
    )
    found = imported(service, office, sheet, kind="reviews")
    assert told(found) == [(3, "Số người đồng ý", "out-of-range"), (4, "Mã hộ", "not-found")]
    assert fared(found) == (2, 0, 2)


def test_whoever_scored_does_not_decide_also_in_a_sheet(service: Running, office: Speaker) -> None:
    imported(service, office, as_csv(row("I1", "Nông Văn Mắt")))
    scored = ["I1", "01858", "2024", "", "15/9/2024", "120", "40", "truong-thon", "", "", ""]
    decided = [*scored, "1/12/2024", "Hộ nghèo", "12/QĐ-UBND", "1/1/2025"]
    found = imported(service, office, as_csv(decided, heads=REVIEW_HEADS), kind="reviews")
    assert told(found) == [(2, "Mã hộ", "four-eyes")]
    other = service.as_("district_officer", areas=["060"], sub="lanh-dao")
    found = imported(service, other, as_csv(decided, heads=REVIEW_HEADS), kind="reviews")
    assert fared(found) == (1, 0, 0), found


def test_an_import_is_shown_only_to_whoever_asked_for_it_and_to_auditors(
    service: Running, office: Speaker
) -> None:
    found = imported(service, office, as_csv(row("K1", "Ma Văn Kín", born="?")))
    here = f"/v1/imports/{found['id']}"
    other = service.as_("district_officer", areas=["060"], sub="nguoi-khac")
    for path in (here, f"{here}/remarks"):
        assert code_of(other.get(path)) == (404, "not-found")
        assert code_of(service.as_("commune_officer").get(path)) == (403, "role-missing")
    auditor = service.as_("auditor")
    assert auditor.sees(here)["errors"][0]["value"] is None
    assert code_of(auditor.get(f"{here}/remarks")) == (409, "data-erased")


def test_nothing_of_a_sheet_stands_readable_and_an_erasure_takes_it_away(
    service: Running, office: Speaker
) -> None:
    person = row("L1", "Lò Văn Riêng", citizen="006080000009")
    found = imported(service, office, as_csv(person, row("L2", "Lò Văn Lộ", born="?")))
    with service.engine.begin() as connection:
        for table in ("imports", "import_remarks"):
            rows = connection.execute(text(f"SELECT t::text FROM {table} t")).scalars().all()
            assert rows
            assert not any("Riêng" in one or "Lộ" in one or "00608" in one for one in rows)
        connection.execute(
            text("INSERT INTO erasures (owner, cause, renews, done_at)"
                 " VALUES (gen_random_uuid(), gen_random_uuid(), false, now())")
        )  # fmt: skip
    work(service)
    seen = office.sees(f"/v1/imports/{found['id']}")
    assert (seen["readable"], seen["errors"]) == (False, [])
    assert code_of(office.get(f"/v1/imports/{found['id']}/remarks")) == (409, "data-erased")


def test_what_is_no_sheet_is_refused_with_what_to_do(office: Speaker) -> None:
    assert code_of(send(office, b"PK\x03\x04 no zip")) == (415, "unsupported-media")
    assert pointers_of(send(office, b"a;b\n1;2\n")) == [("/file", "wrong-type")]
    assert pointers_of(send(office, as_csv())) == [("/file", "required")]
    assert pointers_of(send(office, as_csv(row("x")), kind="loans")) == [("/kind", "not-in-list")]
    assert pointers_of(send(office, as_csv(row("x")), dry_run="maybe")) == [
        ("/dry_run", "wrong-type")
    ]
    assert pointers_of(send(office, as_csv(row("x")), colour="red")) == [
        ("/colour", "unknown-field")
    ]
    assert code_of(office.post("/v1/imports?kind=households", {})) == (415, "unsupported-media")


def test_a_sheet_has_its_limits(service: Running, office: Speaker) -> None:
    assert code_of(send(office, as_csv(*[["x"] for _ in range(10_001)]))) == (413, "too-large")
    form = {"Content-Type": "multipart/form-data; boundary=b", **office.who}
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
    for extra in (1, 2 * 1024 * 1024):
        raw = head + b"x" * (8 * 1024 * 1024 + extra) + b"\r\n--b--\r\n"
        answer = office.client.post("/v1/imports?kind=households", data=raw, headers=form)
        assert code_of(answer) == (413, "too-large")


def test_only_the_district_imports(service: Running) -> None:
    for role in ("commune_officer", "inspector", "auditor"):
        refused = send(service.as_(role), as_csv(row("x")))
        assert code_of(refused) == (403, "role-missing")


@pytest.mark.parametrize("kind", ["households", "reviews"])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_template_can_be_sent_as_it_is(
    service: Running, office: Speaker, kind: str, form: str
) -> None:
    template = office.get(f"/v1/imports/templates/{kind}?form={form}")
    assert template.status_code == 200
    if kind == "reviews":
        households = office.get("/v1/imports/templates/households").get_data()
        imported(service, office, households)
    found = imported(service, office, template.get_data(), kind=kind)
    assert (found["refused"], found["errors"]) == (0, [])
    assert json.dumps(found["rows"]) in ("1", "2")
