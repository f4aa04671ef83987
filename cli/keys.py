"""`giamngheo keys`: makes the keys of an installation; `keys rotate` changes the master key."""

import os
from pathlib import Path

import click
from sqlalchemy import Engine

from cli.data_folder import DataFolder
from shared.auth.issuer import JWKS_FILE, ensure_issuer
from shared.database import engine
from shared.keyfiles import ensure_keys
from shared.sealing import rotation
from shared.sealing.masters import Masters, before


def data_folder() -> Path:
    """Give the data folder where none is named."""
    return Path(os.environ.get("GIAMNGHEO_DATA", "data"))


_DATA = click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), default=data_folder
)


@click.group(name="keys", invoke_without_command=True)
@_DATA
@click.pass_context
def command(context: click.Context, data: Path) -> None:
    """Tạo khóa (một lần), in ra các thiết lập / make the keys (once), print the settings."""
    if context.invoked_subcommand is not None:
        return
    try:
        settings = ensure_keys(data)
        ensure_issuer(data)
    except OSError as problem:
        raise click.ClickException(
            f"{data}: không ghi được / cannot be written: {problem.strerror}"
        ) from problem
    for name, value in {**settings, "JWT_JWKS": str(data / JWKS_FILE)}.items():
        click.echo(f"{name}={value}")
    click.echo(
        "Hãy cất một bản sao các tệp này ở nơi khác / keep a copy of these files elsewhere",
        err=True,
    )


@command.command()
@_DATA
@click.option("--finish", is_flag=True, help="bỏ khóa cũ / delete the old key")
def rotate(data: Path, *, finish: bool) -> None:
    """Đổi khóa chủ trong khi hệ thống chạy / change the master key while the system runs."""
    settings = DataFolder(data.resolve()).settings()
    file, masters = settings.master_key_file, Masters.of(settings)
    if file is None and not settings.old_master_keys:
        raise click.ClickException(
            "MASTER_KEY: đặt khóa mới, đặt khóa hiện nay vào MASTER_KEY_OLD, khởi động lại mọi "
            "tiến trình rồi chạy lại lệnh này / set a new key, set the present one as "
            "MASTER_KEY_OLD, restart every process, then run this again"
        )
    if file is not None and finish and not before(file).exists():
        raise click.ClickException("Không có khóa cũ / there is no old key to delete")
    if file is not None and not finish:
        rotation.begin(file)
    keys = engine(settings.databases["keys"], name="giamngheo keys", pool_size=1)
    try:
        _wrap_anew(keys, masters)
    finally:
        keys.dispose()
    _say_what_is_left(file, finish=finish)


def _wrap_anew(keys: Engine, masters: Masters) -> None:
    count = rotation.left(keys, masters)
    with click.progressbar(length=count, label="gói lại khóa / wrapping keys anew") as bar:
        for done in rotation.wrap_anew(keys, masters):
            bar.update(done)
    click.echo(f"{count} khóa / keys")


def _say_what_is_left(file: Path | None, *, finish: bool) -> None:
    if file is None:
        click.echo("Bỏ MASTER_KEY_OLD và khởi động lại / remove MASTER_KEY_OLD and restart")
    elif finish:
        before(file).unlink()
        click.echo(f"Đã bỏ khóa cũ; cất bản sao / deleted the old key; keep a copy of {file}")
    else:
        click.echo(
            f"Cất bản sao của / keep a copy of {file}; hôm sau chạy / a day later run "
            "`giamngheo keys rotate --finish`"
        )
