"""The bundled set in one process per role: `python -m services mover|consume|migrate`."""

import sys
from collections.abc import Sequence

from shared import logs
from shared.log import open_log
from shared.migrate import migrate
from shared.run import USAGE_EXIT, consume_jobs, declared, mover_jobs, run_jobs, settings_or_exit
from shared.settings import COMMAND_SERVICES, SERVICES


def main(argv: Sequence[str]) -> int:
    """Run one role for every service; the exit code says how it ended."""
    role = argv[0] if argv else ""
    settings = settings_or_exit()
    logs.configure(role)
    if role == "mover":
        jobs = [job for name in SERVICES for job in mover_jobs(settings, declared(name))]
        return run_jobs(role, jobs)
    if role == "consume":
        jobs = [job for name in COMMAND_SERVICES for job in consume_jobs(settings, declared(name))]
        return run_jobs(role, jobs)
    if role == "migrate":
        migrate(settings)
        log = open_log(settings)
        try:
            log.ensure_topics(list(settings.topics.values()), settings.partitions)
            log.ensure_topics([settings.checkpoints_topic], 1)
        finally:
            log.close()
        return 0
    sys.stderr.write("python -m services mover|consume|migrate\n")
    return USAGE_EXIT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
