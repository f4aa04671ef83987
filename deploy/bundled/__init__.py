"""Real PostgreSQL and Apache Kafka on a bare machine: no Docker, no root, no set-up."""

from deploy.bundled.errors import CannotStart

__all__ = ["CannotStart"]
