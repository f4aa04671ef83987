"""The processor time of other processes: PostgreSQL's, and those of a whole system."""

import os
from contextlib import suppress
from pathlib import Path


def spent(*processes: int) -> float:
    """Give the processor time that these processes have used so far, in seconds.

    One that has ended counts nothing.
    """
    ticks = 0
    for process in processes:
        with suppress(OSError):
            told = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
            # after its name, which may hold anything: as a program, and in the kernel for it
            fields = told.rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
