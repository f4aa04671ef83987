"""PostgreSQL refuses to run as root; here is the account that its programs get instead."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from deploy.bundled.errors import CannotStart

ACCOUNTS = ("giamngheo", "postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server: ourselves (no uid), or an unprivileged account where we are root."""

    uid: int | None = None
    gid: int | None = None
    prefix: tuple[str, ...] = ()

    def command(self, arguments: Sequence[str]) -> list[str]:
        """Return the command that runs as this account."""
        return [*self.prefix, *arguments]

    def own(self, folder: Path) -> None:
        """Give the folder to this account, with all that is in it."""
        if self.uid is None or self.gid is None:
            return
        for path in (folder, *folder.rglob("*")):
            if path.stat(follow_symlinks=False).st_uid != self.uid:
                os.chown(path, self.uid, self.gid, follow_symlinks=False)


def for_servers() -> Account:
    """Return the account to run PostgreSQL as, or say why there is none."""
    if os.geteuid() != 0:
        return Account()
    for name in ACCOUNTS:
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return _unprivileged(entry.pw_uid, entry.pw_gid)
    return _unprivileged(65534, 65534)


def _unprivileged(uid: int, gid: int) -> Account:
    """Keep one right of root's, to walk through folders that are closed to others.

    The project may lie in /root, and temporary folders are private to their owner.
    """
    setpriv = shutil.which("setpriv")
    become = (f"--reuid={uid}", f"--regid={gid}", "--clear-groups")
    keep = ("--inh-caps=+dac_override", "--ambient-caps=+dac_override")
    for options in ((*become, *keep), become):
        if setpriv and _works([setpriv, *options, "true"]):
            return Account(uid, gid, (setpriv, *options))
    raise CannotStart(
        "PostgreSQL không chạy được bằng root và máy này không có setpriv: hãy chạy lại bằng "
        "một tài khoản thường.",
        "PostgreSQL refuses to run as root and this machine has no working setpriv: start again "
        "as an ordinary user.",
    )


def _works(command: list[str]) -> bool:
    with suppress(OSError):
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    return False
