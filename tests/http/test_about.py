"""What a service says of itself: health, metrics, documents, code lists, limits, logs."""

import io
import json
import logging
from collections.abc import Iterator
from uuid import UUID

import pytest
import structlog

from shared import logs
from shared.codes import code_lists
from shared.http.limits import Limits, RateLimit
from tests.support.counter_app import bearer, people


def test_health_and_documents_need_no_token() -> None:
    client = people().client
    for path in ("/health/live", "/health/ready", "/metrics", "/openapi.json", "/docs",
                 "/asyncapi.json"):  # fmt: skip
        assert client.get(path).status_code == 200, path


def test_the_document_names_every_command_with_its_refusals() -> None:
    document = people().client.get("/openapi.json").get_json()
    put = document["paths"]["/v1/boxs/{box_id}/coins"]["post"]
    assert "box-full" in put["responses"]["409"]["description"]
    assert "commune_officer" in put["description"]
    schema = put["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    fields = document["components"]["schemas"][schema.rpartition("/")[2]]
    assert fields["required"] == ["amount"]
    assert set(fields["properties"]) == {"put_on", "coin_id", "amount", "kind"}


def test_the_topic_is_described_with_every_event() -> None:
    document = people().client.get("/asyncapi.json").get_json()
    channels = document["channels"]
    assert set(channels["counters"]["messages"]) == {"BoxOpened", "MoneyPutIn"}
    assert set(channels["checkpoints"]["messages"]) == {"CheckpointSigned"}
    assert channels["checkpoints"]["address"] == "audit.checkpoints"
    reference = document["components"]["messages"]["MoneyPutIn"]["payload"]["$ref"]
    payload = document["components"]["schemas"][reference.rpartition("/")[2]]
    assert "amount" in payload["properties"]


def test_the_page_of_documents_fetches_nothing_from_elsewhere() -> None:
    page = people().client.get("/docs").text
    assert "http://" not in page
    assert "https://" not in page
    assert "//cdn" not in page


def test_metrics_name_routes_and_never_ids() -> None:
    someone = people()
    gone = UUID(int=77)
    someone.post(f"/v1/boxs/{gone}/coins", {"amount": 1})
    text = someone.client.get("/metrics").text
    assert str(gone) not in text
    assert 'route="/v1/boxs/<uuid:box_id>/coins",service="counters",status="404"' in text
    assert 'giamngheo_up{service="counters"} 1.0' in text


class TestCodes:
    def test_every_list_is_named_and_each_code_has_both_names(self) -> None:
        someone = people()
        for name in someone.get("/v1/codes").get_json()["items"]:
            items = someone.get(f"/v1/codes/{name}").get_json()["items"]
            assert items
            assert all(item["vi"] and item["en"] for item in items)

    @pytest.mark.parametrize(
        ("day", "code"), [("2026-12-31", "info_means"), ("2027-01-01", "waste")]
    )
    def test_a_code_holds_on_its_dates(self, day: str, code: str) -> None:
        items = people().get(f"/v1/codes/indicators?on={day}").get_json()["items"]
        assert {item["code"] for item in items} & {"info_means", "waste"} == {code}

    def test_an_unknown_list_is_404_and_a_bad_date_422(self) -> None:
        someone = people()
        assert someone.get("/v1/codes/colours").status_code == 404
        assert someone.get("/v1/codes/sex?on=today").status_code == 422

    def test_no_code_stands_twice_in_a_list(self) -> None:
        for name, codes in code_lists().items():
            assert len({code.code for code in codes}) == len(codes), name


class TestHistories:
    def test_the_log_is_for_the_auditor_of_the_whole_province(self) -> None:
        someone = people()
        someone.post("/v1/boxs", {"commune_code": "01864"})
        for who, status in (
            (bearer("auditor"), 200),
            (bearer("auditor", areas=["060"]), 403),
            (bearer("inspector"), 403),
        ):
            assert someone.client.get("/v1/events", headers=who).status_code == status

    def test_the_log_goes_on_after_a_position(self) -> None:
        someone = people()
        for _ in range(3):
            someone.post("/v1/boxs", {"commune_code": "01864"})
        answer = someone.client.get("/v1/events?after=1&limit=1", headers=bearer("auditor"))
        (line,) = [json.loads(each) for each in answer.text.splitlines()]
        assert (line["position"], line["version"], line["type"]) == (2, 1, "BoxOpened")
        assert line["data"]["commune"]["code"] == "01864"

    @pytest.mark.parametrize(
        ("roles", "areas", "status"),
        [
            (["auditor"], None, 200),
            (["inspector"], ["060"], 200),
            (["inspector"], ["061"], 404),
            (["commune_officer"], None, 403),
        ],
    )
    def test_the_history_of_one_is_for_its_areas_readers(
        self, roles: list[str], areas: list[str] | None, status: int
    ) -> None:
        someone = people()
        made = someone.post("/v1/boxs", {"commune_code": "01864"})
        path = f"{made.headers['Location']}/events"
        assert someone.client.get(path, headers=bearer(*roles, areas=areas)).status_code == status

    def test_a_history_comes_in_pages(self) -> None:
        someone = people()
        path = someone.post("/v1/boxs", {"commune_code": "01864"}).headers["Location"]
        for _ in range(4):
            someone.post(f"{path}/coins", {"amount": 1})
        someone.who = bearer("auditor")
        versions: list[int] = []
        more = ""
        for _ in range(3):
            page = someone.get(f"{path}/events?limit=2{more}").get_json()
            versions += [item["version"] for item in page["items"]]
            more = f"&cursor={page['next_cursor']}"
        assert page["next_cursor"] is None
        assert versions == [1, 2, 3, 4, 5]


class TestLimits:
    @pytest.mark.parametrize(("more", "status"), [(0, 201), (1, 413)])
    def test_a_body_has_a_size(self, more: int, status: int) -> None:
        someone = people(limits=Limits(body_bytes=200))
        raw = b'{"commune_code":"01864"}'
        answer = someone.send("/v1/boxs", raw + b" " * (200 - len(raw) + more))
        assert answer.status_code == status
        if status == 413:
            assert answer.get_json()["code"] == "too-large"
            assert "200" in answer.get_json()["detail"]

    @pytest.mark.parametrize(("more", "status"), [(0, 201), (1, 413)])
    def test_a_body_that_comes_in_chunks_has_the_same_size(self, more: int, status: int) -> None:
        someone = people(limits=Limits(body_bytes=200))
        raw = b'{"commune_code":"01864"}'
        answer = someone.client.post(
            "/v1/boxs",
            input_stream=io.BytesIO(raw + b" " * (200 - len(raw) + more)),
            headers=someone.who,
            content_type="application/json",
            environ_overrides={"wsgi.input_terminated": True},
        )
        assert answer.status_code == status

    def test_a_person_asks_only_so_often(self) -> None:
        someone = people(limits=Limits(burst=2, requests_per_second=0.001))
        answers = [someone.get("/v1/codes") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert answers[2].get_json()["code"] == "too-many"
        assert int(answers[2].headers["Retry-After"]) > 0
        someone.who = bearer(sub="another")
        assert someone.get("/v1/codes").status_code == 200

    def test_after_a_while_one_may_ask_again(self) -> None:
        rate = RateLimit(Limits(burst=1, requests_per_second=2))
        assert [rate.wait_for("a", now) for now in (0.0, 0.0, 0.5)] == [0.0, 0.5, 0.0]


class TestLogs:
    @pytest.fixture
    def lines(self) -> Iterator[io.StringIO]:
        root = logging.getLogger()
        handlers, level = root.handlers[:], root.level
        logs.configure("tests")
        stream = io.StringIO()
        handler = root.handlers[0]
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(stream)
        yield stream
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.reset_defaults()

    def test_only_declared_fields_are_written(self, lines: io.StringIO) -> None:
        structlog.get_logger("x").info("done", service="loans", full_name="Lan")
        line = json.loads(lines.getvalue())
        assert (line["event"], line["service"], line["process"]) == ("done", "loans", "tests")
        assert line["left_out"] == ["full_name"]
        assert "Lan" not in lines.getvalue()

    def test_an_exception_is_written_without_its_text(self, lines: io.StringIO) -> None:
        try:
            int("Hoàng Thị Lan")
        except ValueError:
            logging.getLogger("y").exception("failed")
        line = json.loads(lines.getvalue())
        assert line["error"] == "ValueError"
        assert "test_about.py" in line["trace"][0]
        assert "Lan" not in lines.getvalue()
