"""Real PostgreSQL and Apache Kafka on a bare machine: no Docker, no root, no set-up."""

from deploy.bundled.errors import CannotHave, CannotStart

__all__ = ["CannotHave", "CannotStart"]
