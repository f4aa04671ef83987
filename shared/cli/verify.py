"""`giamngheo verify`: check the proof of a finding, as `audit/verify.py` does alone."""

from __future__ import annotations

from pathlib import Path

import click

from audit import verify


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", "keys", multiple=True, help="khóa bạn đã giữ / a public key taken home")
def command(file: Path, keys: tuple[str, ...]) -> None:
    """Kiểm chứng một phát hiện / verify the proof of a finding."""
    trusted = [part for key in keys for part in ("--key", key)]
    raise SystemExit(verify.main([str(file), *trusted]))
