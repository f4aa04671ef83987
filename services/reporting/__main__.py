"""Runs one role of reporting: web, mover, project, rebuild."""

import sys
from collections.abc import Sequence

from services.reporting.app import SERVICE
from services.reporting.jobs.worker import jobs_job
from services.reporting.projections.project import (
    announce_job,
    evidence_job,
    project_job,
    recount_job,
    redetect_job,
)
from services.reporting.projections.rebuild_process import rebuild_views
from shared import logs
from shared.run import main as run_role
from shared.run import run_jobs, settings_or_exit


def main(argv: Sequence[str]) -> int:
    """Run a role; `project [WORKER WORKERS]` takes a share of the lanes.

    `rebuild [WORKERS] [--anew] [--forget]` goes on with one that was interrupted, or does not.
    """
    role = argv[0] if argv else ""
    if role not in ("project", "rebuild"):
        return run_role(SERVICE, argv)
    settings = settings_or_exit()
    logs.configure(f"reporting {role}")
    if role == "rebuild":
        return rebuild_views(settings, argv[1:])
    worker, workers = (int(argv[1]), int(argv[2])) if len(argv) > 2 else (0, 1)  # noqa: PLR2004
    jobs = [("reporting", project_job(settings, worker, workers))]
    if worker == 0:
        jobs.append(("redetect", redetect_job(settings)))
        jobs.append(("recount", recount_job(settings)))
        jobs.append(("announce", announce_job(settings)))
        jobs.append(("evidence", evidence_job(settings)))
        jobs.append(("jobs", jobs_job(settings)))
    return run_jobs(role, jobs)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
