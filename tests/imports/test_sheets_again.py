"""A sheet sent again by a colleague, or first only tried, tells and does what it should."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from services.households.app import SERVICE
from tests.support.imports import HEADS, as_csv, fared, imported, row, told
from tests.support.servers import PostgresServer
from tests.support.service_app import Running, Speaker, running

pytestmark = pytest.mark.servers
NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
REVIEW_HEADS = (
    "Mã hộ", "Mã xã", "Năm", "Ngày chấm điểm", "Điểm B1", "Điểm B2", "Ngày họp thôn",
    "Số người dự", "Số người đồng ý", "Ngày niêm yết", "Niêm yết đến", "Ngày quyết định",
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


def test_reviews_sent_again_by_a_colleague_change_nothing(
    service: Running, office: Speaker
) -> None:
    imported(service, office, as_csv(row("R1", "Triệu Văn Xét")))
    steps = ["1/10/2024", "40", "39", "5/10/2024", "10/10/2024"]
    scored = ["R1", "01858", "2024", "15/9/2024", "120", "40", *steps]
    sheet = as_csv([*scored, *[""] * 4], heads=REVIEW_HEADS)
    assert fared(imported(service, office, sheet, kind="reviews")) == (1, 0, 0)
    before = events(service)
    deputy = service.as_("district_officer", areas=["060"], sub="pho-phong")
    assert fared(imported(service, deputy, sheet, kind="reviews")) == (0, 1, 0)
    assert events(service) == before
    decided = ["1/12/2024", "Hộ nghèo", "12/QĐ-UBND", "1/1/2025"]
    sheet = as_csv([*scored, *decided], heads=REVIEW_HEADS)
    assert fared(imported(service, deputy, sheet, kind="reviews")) == (1, 0, 0)
    assert events(service) == before + 1
    head = service.as_("district_officer", areas=["060"], sub="truong-phong")
    assert fared(imported(service, head, sheet, kind="reviews")) == (0, 1, 0)
    assert events(service) == before + 1


def test_groups_that_were_changed_since_stay_when_the_old_sheet_comes_again(
    service: Running, office: Speaker
) -> None:
    sheet = as_csv([*row("R2", "Nông Văn Đổi"), "war_merit"], heads=(*HEADS, "Groups"))
    imported(service, office, sheet)
    (item,) = office.post("/v1/households/search", {"name": "nong van doi"}).get_json()["items"]
    here = f"/v1/households/{item['household_id']}"
    office.put(f"{here}/groups", {"groups": ["single_parent"], "occurred_on": "2024-01-10"})
    deputy = service.as_("district_officer", areas=["060"], sub="pho-phong")
    assert fared(imported(service, deputy, sheet)) == (0, 1, 0)
    assert office.sees(here)["groups"] == ["single_parent"]


def test_one_row_that_is_refused_harms_no_other_in_a_dry_run(
    service: Running, office: Speaker
) -> None:
    imported(service, office, as_csv(row("R3", "Bàn Văn Đầu", citizen="006080000011")))
    sheet = as_csv(
        [*row("R4", "Bàn Văn Nhóm"), "war_merit"],
        [*row("R5", "Bàn Văn Trùng", citizen="006080000011"), "war_merit"],
        heads=(*HEADS, "Groups"),
    )
    dry = imported(service, office, sheet, dry_run="true")
    real = imported(service, office, sheet)
    assert (fared(dry), told(dry)) == (fared(real), told(real))
    assert (fared(real), told(real)) == ((1, 0, 1), [(3, "Mã hộ", "duplicate-citizen")])
