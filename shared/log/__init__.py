"""The log: where each service's events are copied for everybody else to read."""

from shared.log.embedded import EmbeddedLog
from shared.log.port import Log
from shared.settings import Settings


def open_log(settings: Settings) -> Log:
    """Open the log that the settings name; each thread needs one of its own."""
    if settings.log == "kafka":
        # imported here so that an office laptop without Kafka never loads its client
        from shared.log.kafka import KafkaLog  # noqa: PLC0415

        return KafkaLog(settings.kafka_bootstrap)
    return EmbeddedLog(settings.databases["log"])
