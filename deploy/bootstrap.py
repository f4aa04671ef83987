"""Makes .venv from requirements.lock with Python alone: `python3 deploy/bootstrap.py bundled`.

Groups: base (always), bundled (PostgreSQL, a Java), dev (tests and checks). Nothing is done, and no
network is needed, when the lock and the groups are those of the last time.
"""

# Only the standard library, and syntax that an old Python can read to say that it is too old.
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "giamngheo.stamp"
LOG = VENV / "bootstrap.log"
OLDEST = (3, 11)
GROUPS = ("base", "bundled", "dev")
TRUE_PYTHONS = ("python3.13", "python3.12", "python3.11", "python3.14")
COMMAND = """\
#!{python}
import sys

from cli import main

sys.exit(main())
"""


def sections(lock: str) -> "dict[str, str]":
    """Split the lock at its group lines."""
    found = {}  # type: "dict[str, str]"
    for part in lock.split("# ---- group: ")[1:]:
        name, _, text = part.partition(" ----\n")
        found[name] = text.strip() + "\n"
    return found


def requirements(lock: str, groups: "frozenset[str]") -> str:
    """Return the part of the lock that these groups need; base is always among them."""
    parts = sections(lock)
    return "".join(parts[name] for name in GROUPS if name == "base" or name in groups)


def fingerprint(lock: str) -> str:
    """Tell one lock, Python and place of the project from another."""
    about = "\n".join([lock, sys.version, str(ROOT)])
    return hashlib.sha256(about.encode()).hexdigest()


def installed(stamp: Path, expected: str) -> "frozenset[str]":
    """Return the groups that are installed from this very lock."""
    try:
        first, _, rest = stamp.read_text(encoding="ascii").partition("\n")
    except (OSError, ValueError):
        return frozenset()
    return frozenset(rest.split()) if first == expected else frozenset()


def python_of(venv: Path) -> Path:
    """Return the virtual environment's own Python."""
    windows = venv / "Scripts" / "python.exe"
    return windows if os.name == "nt" else venv / "bin" / "python"


def fail(vi: str, en: str) -> int:
    """Say what is wrong in both languages."""
    sys.stderr.write(f"{vi} / {en}\n")
    return 1


def newer_python() -> "str | None":
    """Return another Python on this machine that is new enough."""
    for name in TRUE_PYTHONS:
        found = shutil.which(name)
        if found and subprocess.call([found, "-c", "import venv"], stderr=subprocess.DEVNULL) == 0:
            return found
    return None


def make_venv() -> bool:
    """Make the environment, or make it again where it is broken."""
    python = python_of(VENV)
    works = python.exists() and subprocess.call([str(python), "-m", "pip", "--version"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0  # fmt: skip
    if works:
        return True
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, check=False
    )
    return made.returncode == 0


def install(wanted: str) -> int:
    """Install exactly these, with their hashes, showing one line that moves."""
    listed = VENV / "requirements.txt"
    listed.write_text(wanted, encoding="utf-8")
    total = wanted.count("==")
    command = [
        str(python_of(VENV)), "-m", "pip", "install", "--require-hashes", "--no-deps",
        "--disable-pip-version-check", "--no-input", "--progress-bar=off", "-r", str(listed),
    ]  # fmt: skip
    seen = 0
    with LOG.open("w", encoding="utf-8") as log, subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    ) as pip:  # fmt: skip
        for line in pip.stdout or ():
            log.write(line)
            if line.startswith(("Collecting ", "Requirement already satisfied: ")):
                seen += 1
                show(f"[{seen}/{total}] {line.split()[1 if line[0] == 'C' else 3]}")
            elif line.startswith("Installing collected"):
                show("Đang cài đặt / installing …")
    show("")
    return pip.returncode


def show(text: str) -> None:
    """Replace the progress line; where nobody watches, say nothing."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{text}")
        sys.stderr.flush()


def explain(log: str) -> int:
    """Say in one sentence why pip gave up."""
    where = f"({LOG})"
    if "DO NOT MATCH THE HASHES" in log:
        return fail(
            f"Một gói tải về không đúng mã băm nên không được cài {where}: hãy chạy lại; "
            "nếu vẫn vậy, kho gói đang dùng không đáng tin.",
            f"A package did not have the hash of the lock and was not installed {where}: "
            "start again; if it stays so, your package index cannot be trusted.",
        )
    if "No space left on device" in log:
        return fail(
            "Ổ đĩa đã đầy: hãy giải phóng ít nhất 2 GB rồi chạy lại.",
            "The disk is full: free at least 2 GB and start again.",
        )
    return fail(
        f"Không tải được các gói {where}: hãy kiểm tra mạng hoặc cấu hình pip rồi chạy lại.",
        f"The packages could not be fetched {where}: check the network or pip's settings "
        "and start again.",
    )


def write_command() -> None:
    """Put `giamngheo` on the environment's path and the project on its import path."""
    python = python_of(VENV)
    asked = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.check_output(asked, text=True).strip())
    (site / "giamngheo.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    command = python.parent / "giamngheo"
    command.write_text(COMMAND.format(python=python), encoding="utf-8")
    command.chmod(0o755)


def main(arguments: "list[str]") -> int:
    """Bring the environment up to the lock; 0 if it is."""
    if sys.version_info < OLDEST:
        other = newer_python()
        if other:
            return subprocess.call([other, __file__, *arguments])
        have = ".".join(str(part) for part in sys.version_info[:2])
        return fail(
            f"Cần Python 3.11 trở lên, máy này có {have}: hãy cài bản mới hơn rồi chạy lại.",
            f"Python 3.11 or newer is needed, this is {have}: install a newer one and start again.",
        )
    unknown = [name for name in arguments if name not in (*GROUPS, "--requirements")]
    if unknown:
        return fail(
            f"Không có nhóm {unknown[0]}: {', '.join(GROUPS)}.",
            f"There is no group {unknown[0]}: {', '.join(GROUPS)}.",
        )
    lock = LOCK.read_text(encoding="utf-8")
    groups = frozenset(arguments) & frozenset(GROUPS)
    if "--requirements" in arguments:
        sys.stdout.write(requirements(lock, groups))
        return 0
    return bring_up(lock, groups)


def bring_up(lock: str, groups: "frozenset[str]") -> int:
    """Install what is asked for and not there yet; what is there stays."""
    expected = fingerprint(lock)
    have = installed(STAMP, expected)
    if have and groups <= have and python_of(VENV).exists():
        return 0
    wanted = groups | have | {"base"}
    sys.stderr.write("Chuẩn bị môi trường Python / preparing the Python environment …\n")
    if not make_venv():
        return fail(
            f"Không tạo được {VENV}: hãy cài gói venv của Python (Debian: python3-venv).",
            f"{VENV} could not be made: install Python's venv package (Debian: python3-venv).",
        )
    STAMP.unlink(missing_ok=True)
    if install(requirements(lock, wanted)):
        return explain(LOG.read_text(encoding="utf-8"))
    write_command()
    STAMP.write_text(expected + "\n" + " ".join(sorted(wanted)) + "\n", encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
