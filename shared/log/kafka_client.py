"""Making Kafka clients: what they have in common, and no client where there is no broker."""

import socket
from typing import Any

from kafka.errors import KafkaConnectionError, KafkaError
from kafka.net.compat import KafkaNetClient

COMMON_SETTINGS: dict[str, Any] = {
    "security_protocol": "PLAINTEXT",
    "client_dns_lookup": "use_all_dns_ips",
    "bootstrap_timeout_ms": 5_000,
    "reconnect_backoff_ms": 20,
    "reconnect_backoff_max_ms": 1_000,
    "retry_backoff_ms": 50,
}

KNOCK_S = 2.0


def client(kind: Any, bootstrap: str, settings: dict[str, Any]) -> Any:
    """Make a client; KafkaConnectionError at once where none of the brokers can be reached."""
    for address in bootstrap.split(","):
        host, _, port = address.strip().rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), timeout=KNOCK_S).close()
        except OSError:
            continue
        return _made_whole(kind, {"bootstrap_servers": bootstrap, **COMMON_SETTINGS, **settings})
    raise KafkaConnectionError(f"no broker answers at {bootstrap}")


def _made_whole(kind: Any, settings: dict[str, Any]) -> Any:
    """Make a client, or leave nothing behind: by itself it would leave sockets and a thread."""
    networks: list[Any] = []

    def network(*arguments: Any, **configs: Any) -> Any:
        made = KafkaNetClient(*arguments, **configs)
        networks.append(made)
        return made

    try:
        return kind(kafka_client=network, **settings)
    except KafkaError:
        for left in networks:
            left.close()
        raise
