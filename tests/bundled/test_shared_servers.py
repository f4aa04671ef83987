"""The servers of a test run are there, and each test has a corner of its own."""

import psycopg
import pytest
from kafka import KafkaAdminClient

from tests.support.servers import KafkaServer

pytestmark = pytest.mark.servers


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_finds_an_empty_database(postgres_url: str, turn: int) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE mine (n int)")


def test_the_server_is_postgresql_18(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        row = connection.execute("SHOW server_version_num").fetchone()
    assert row is not None
    assert row[0].startswith("18")


def test_the_broker_answers_and_makes_no_topics_of_its_own(kafka_server: KafkaServer) -> None:
    admin = KafkaAdminClient(bootstrap_servers=kafka_server.bootstrap)
    try:
        assert "never-made" not in admin.list_topics()
    finally:
        admin.close()
