"""Brings databases or topics to what the processes expect: `python -m deploy.prepare databases`."""

from __future__ import annotations

import sys

from sqlalchemy.exc import OperationalError

from shared import missing_keys
from shared.log import open_log
from shared.log.port import LogUnavailable, WrongTopic
from shared.migrate import migrate
from shared.settings import BadSetting, Settings, from_environment


def topics(settings: Settings) -> None:
    """Make the topics that are missing."""
    log = open_log(settings)
    try:
        log.ensure_topics(settings.topics.values(), settings.partitions)
        log.ensure_topics([settings.checkpoints_topic], 1)
    finally:
        log.close()


def databases(settings: Settings) -> None:
    """Bring the databases to the present schema, and see whether the keys fit the texts."""
    for right in migrate(settings):
        sys.stderr.write(f"đã thu hồi / taken away: {right.right} {right.name}, {right.role}\n")
    for sentence in missing_keys.check(settings):
        sys.stderr.write(sentence + "\n")


STEPS = {"databases": databases, "topics": topics}


def main(names: list[str]) -> int:
    """Take the steps; what hinders one is said in one sentence."""
    try:
        settings = from_environment()
        for name in names:
            STEPS[name](settings)
    except (BadSetting, WrongTopic) as problem:
        return _refuse(str(problem))
    except OperationalError as problem:
        first = str(problem.orig).strip().splitlines()[0]
        return _refuse(
            f"Không dùng được cơ sở dữ liệu ({first}): hãy kiểm tra các DATABASE_URL / "
            f"A database cannot be used ({first}): check the DATABASE_URLs"
        )
    except LogUnavailable as problem:
        return _refuse(
            f"Không tới được Kafka tại {settings.kafka_bootstrap} ({problem}): hãy kiểm tra "
            f"KAFKA_BOOTSTRAP / Kafka at {settings.kafka_bootstrap} cannot be reached: "
            "check KAFKA_BOOTSTRAP"
        )
    return 0


def _refuse(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
