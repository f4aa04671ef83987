"""`giamngheo keys`: makes the keys of an installation, once."""

import os
from pathlib import Path

import click

from shared.auth.issuer import JWKS_FILE, ensure_issuer
from shared.keyfiles import ensure_keys


def data_folder() -> Path:
    """Give the data folder where none is named."""
    return Path(os.environ.get("GIAMNGHEO_DATA", "data"))


@click.command(name="keys")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), default=data_folder)
def command(data: Path) -> None:
    """Tạo khóa (một lần), in ra các thiết lập / make the keys (once), print the settings."""
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
