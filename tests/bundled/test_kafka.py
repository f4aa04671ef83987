"""Kafka from its own jars: keeps its records, comes back from a kill, says why it cannot start."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka import KafkaAdminClient
from kafka.admin import NewTopic

from deploy.bundled import CannotStart, kafka
from deploy.bundled.kafka import RunningKafka

pytestmark = [pytest.mark.servers, pytest.mark.faults]


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningKafka]:
    running = kafka.start(tmp_path_factory.mktemp("kafka"))
    yield running
    running.kill()


def topics(broker: RunningKafka, *make: str) -> list[str]:
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
    try:
        if make:
            admin.create_topics([NewTopic(name, 1, 1) for name in make])
        return list(admin.list_topics())
    finally:
        admin.close()


def test_it_recovers_from_a_kill_with_its_topics_and_its_identity(broker: RunningKafka) -> None:
    topics(broker, "kept")
    cluster = (broker.data_dir / "cluster.id").read_text()
    broker.kill()
    again = kafka.start(broker.data_dir, broker.port)
    assert topics(again) == ["kept"]
    assert (broker.data_dir / "cluster.id").read_text() == cluster
    assert again.stop()


def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=str(port)):
            kafka.start(tmp_path, port)


def test_a_folder_that_lost_its_identity_is_refused_untouched(tmp_path: Path) -> None:
    (tmp_path / "cluster.id").write_text("MkU3OEVBNTcwNTJENDM2Qk\n")
    segment = tmp_path / "log" / "loans.events-0" / "00000000000000000000.log"
    segment.parent.mkdir(parents=True)
    segment.write_bytes(b"records")
    with pytest.raises(CannotStart, match=r"meta\.properties"):
        kafka.start(tmp_path)
    assert segment.read_bytes() == b"records"
