"""The command line, `giamngheo`: one module per command, loaded when it is called.

A module of COMMANDS has one `click.Command` named `command`.
"""

from __future__ import annotations

import errno
import importlib

import click

from deploy.bundled import CannotStart
from deploy.bundled.errors import disk_full
from shared.settings import BadSetting

COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("up", "cli.up", "chạy toàn bộ hệ thống / run all of it"),
    ("down", "cli.down", "dừng hệ thống / stop what `up` started"),
    ("doctor", "cli.doctor", "kiểm tra / what runs, versions, lag, what is wrong"),
    ("demo", "cli.demo", "thêm dữ liệu mẫu / add the demo data"),
    ("generate", "cli.generate", "tạo tỉnh giả định / make a synthetic province"),
    ("score", "cli.score", "chấm quy tắc / how right the rules are on it"),
    ("token", "cli.token", "cấp mã truy cập / issue an access token"),
    ("import", "cli.import_", "nhập bảng tính / import a sheet"),
    ("replay", "cli.replay", "tái lập lịch sử / tell history again, and compare"),
    ("differences", "cli.differences", "so hai thời điểm / compare two points in time"),
    ("export", "cli.export", "xuất sự kiện / take raw events home"),
    ("backtest", "cli.backtest", "thử quy tắc khác / try another rulebook"),
    ("keys", "cli.keys", "tạo khoá / make the keys"),
    ("evidence", "cli.evidence", "khóa ký, nhân chứng / signing key, witnesses, time"),
    ("verify", "cli.verify", "kiểm chứng phát hiện / verify the proof of a finding"),
    ("rebuild", "cli.rebuild", "dựng lại các bảng / rebuild the views from the log"),
    ("recover", "cli.recover", "phục hồi / bring store and log together again"),
)


class _Commands(click.Group):
    """Knows every command by name and loads only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return [name for name, _module, _help in COMMANDS]

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        cmd_name: str,
    ) -> click.Command | None:
        for name, module, _help in COMMANDS:
            if name == cmd_name:
                command: click.Command = importlib.import_module(module).command
                return command
        return None

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        with formatter.section("Lệnh / commands"):
            formatter.write_dl([(name, text) for name, _module, text in COMMANDS])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
def group() -> None:
    """Sổ hộ nghèo, vay vốn ưu đãi và đỡ đầu / the register of poor households."""


def main() -> int:
    """Run a command; what a person can put right is one sentence and exit code 1."""
    try:
        code = group(standalone_mode=False)
    except (CannotStart, BadSetting) as problem:
        click.secho(str(problem), fg="red", err=True)
        return 1
    except OSError as problem:
        if problem.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        click.secho(str(disk_full(problem.filename or ".")), fg="red", err=True)
        return 1
    except click.ClickException as problem:
        problem.show()
        return problem.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    return code if isinstance(code, int) else 0
