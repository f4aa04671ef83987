"""`giamngheo verify`: check the proof of a finding, as `verify.pyz` does alone."""

from __future__ import annotations

from pathlib import Path

import click

from audit.main import main

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", required=False, type=_FILE)
@click.option("--key", "keys", multiple=True, help="khóa bạn đã giữ / a public key taken home")
@click.option(
    "--notice",
    "notices",
    multiple=True,
    help="mã niêm yết, điểm kiểm (chữ, tệp) / a posted code, a checkpoint (text, file)",
)
@click.option(
    "--growth",
    "growths",
    multiple=True,
    type=_FILE,
    help="bằng chứng nối tiếp / an answer of …/consistency",
)
@click.option("--export", type=_FILE, help="tệp xuất toàn bộ / an export of everything")
def command(
    file: Path | None,
    keys: tuple[str, ...],
    notices: tuple[str, ...],
    growths: tuple[Path, ...],
    export: Path | None,
) -> None:
    """Kiểm chứng một phát hiện, hoặc điều đã mang về / verify a finding, or what was taken home."""
    if (file is None) is not bool(notices):
        raise click.UsageError("cần tệp FILE hoặc --notice / FILE or --notice is needed")
    given = {
        "--key": keys,
        "--notice": notices,
        "--growth": growths,
        "--export": () if export is None else (export,),
    }
    options = [part for name, all_of in given.items() for each in all_of for part in (name, each)]
    raise SystemExit(main([str(each) for each in ([] if file is None else [file]) + options]))
