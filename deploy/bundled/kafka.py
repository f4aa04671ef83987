"""One Apache Kafka broker from its own jars: formatted once, started, stopped, recovered."""

from __future__ import annotations

import base64
import errno
import shutil
import signal
import subprocess
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from deploy.bundled import jars, java, processes
from deploy.bundled.errors import CannotStart, disk_full, not_writable, port_in_use
from deploy.bundled.processes import LOOPBACK

HERE = Path(__file__).parent
# The first compiler only: the second takes more of two cores than one broker ever gives back
# (measured: 6.2 s of processor time until it answers, against 3.5 s).
COMPILER = "-XX:TieredStopAtLevel=1"
HEAP = ("-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", COMPILER)
FORMATTER = ("-Xmx64m", "-XX:+UseSerialGC", COMPILER)
STARTED = "Kafka Server started"
START_SECONDS = 120.0


@dataclass(slots=True)
class RunningKafka:
    """A broker that answers, and how to end it."""

    data_dir: Path
    port: int
    pid: int
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def bootstrap(self) -> str:
        """Return the address for clients."""
        return f"{LOOPBACK}:{self.port}"

    def stop(self) -> bool:
        """Stop the broker; False if it had to be forced (the next start recovers)."""
        gentle = processes.stop(self.pid, self.process, processes.GENTLE)
        (self.data_dir / "kafka.pid").unlink(missing_ok=True)
        return gentle

    def kill(self) -> None:
        """End the broker as a power cut would."""
        processes.stop(self.pid, self.process, ((signal.SIGKILL, 10.0),))


def start(data_dir: Path, port: int = 0) -> RunningKafka:
    """Start the broker on that folder, formatting it on first use and recovering it after a crash.

    The folder must be used by one caller at a time: a broker found running on it is a left-over
    and is stopped first.
    """
    program = java.find()
    libraries = ":".join(str(path) for path in jars.class_path())
    data_dir = data_dir.resolve()
    stop_left_over(data_dir)
    chosen = processes.claim_port("Kafka", port)
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        configuration = _configure(data_dir, chosen)
        common = [str(program), "-cp", libraries, f"-Dlog4j2.configurationFile={_logging()}"]
        if not (data_dir / "log" / "meta.properties").exists():
            _format(data_dir, configuration, [*common, *FORMATTER])
        return _run(data_dir, chosen, [*common, *HEAP, "kafka.Kafka", str(configuration)])
    except OSError as broken:
        if broken.errno == errno.ENOSPC:
            raise disk_full(data_dir) from None
        raise not_writable(data_dir, broken.strerror or str(broken)) from None


def stop_left_over(data_dir: Path) -> None:
    """Stop a broker that an earlier run left behind."""
    data_dir = data_dir.resolve()
    with suppress(OSError, ValueError):
        pid = int((data_dir / "kafka.pid").read_text())
        if str(data_dir / "kafka.properties") in processes.command_line(pid):
            processes.stop(pid, None, processes.GENTLE)
        (data_dir / "kafka.pid").unlink(missing_ok=True)


def _logging() -> Path:
    return HERE / "kafka_log4j2.properties"


def _configure(data_dir: Path, port: int) -> Path:
    controller = processes.free_port()
    path = data_dir / "kafka.properties"
    path.write_text(
        (HERE / "kafka.properties").read_text()
        + f"listeners=BROKER://{LOOPBACK}:{port},CONTROLLER://{LOOPBACK}:{controller}\n"
        + f"advertised.listeners=BROKER://{LOOPBACK}:{port}\n"
        + f"controller.quorum.voters=1@{LOOPBACK}:{controller}\n"
        + f"log.dirs={data_dir / 'log'}\n"
    )
    return path


def _format(data_dir: Path, configuration: Path, common: list[str]) -> None:
    log_dir = data_dir / "log"
    kept = data_dir / "cluster.id"
    if kept.exists() and log_dir.exists() and any(log_dir.iterdir()):
        raise _damaged(log_dir, "no meta.properties")
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
    said = subprocess.run(
        [
            *common, "kafka.tools.StorageTool", "format",
            "--config", str(configuration), f"--cluster-id={cluster}",
        ],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if said.returncode:
        shutil.rmtree(log_dir, ignore_errors=True)  # nothing was in it: the next start tries again
        (data_dir / "kafka.log").write_text(said.stdout + said.stderr)
        raise _from_log(data_dir, 0)
    kept.write_text(cluster + "\n")


def _run(data_dir: Path, port: int, command: list[str]) -> RunningKafka:
    log_path = data_dir / "kafka.log"
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            cwd="/", start_new_session=True,
        )  # fmt: skip
    (data_dir / "kafka.pid").write_text(f"{process.pid}\n")

    def settled() -> bool:
        return process.poll() is not None or STARTED in log_path.read_text(errors="replace")

    if not processes.wait_until(settled, START_SECONDS) or process.poll() is not None:
        processes.stop(process.pid, process, processes.GENTLE)
        raise _from_log(data_dir, port)
    return RunningKafka(data_dir, port, process.pid, process)


def _from_log(data_dir: Path, port: int) -> CannotStart:
    said = (data_dir / "kafka.log").read_text(errors="replace")
    if processes.says_disk_full(data_dir / "kafka.log"):
        return disk_full(data_dir)
    if "Address already in use" in said:
        return port_in_use("Kafka", port)
    wrong = [line for line in said.splitlines() if "ERROR" in line or "Exception" in line]
    return _damaged(data_dir, wrong[0].strip() if wrong else processes.tail(data_dir / "kafka.log"))


def _damaged(folder: Path, why: str) -> CannotStart:
    return CannotStart(
        f"Kafka không chạy được trên {folder} ({why}): hãy khôi phục từ bản sao lưu, chọn thư mục "
        "khác bằng --data, hoặc xoá thư mục này để sao chép lại từ cơ sở dữ liệu.",
        f"Kafka cannot run on {folder} ({why}): restore it from a backup, choose another folder "
        "with --data, or delete this folder to have it copied again from the databases.",
    )
