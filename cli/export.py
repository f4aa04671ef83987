"""`giamngheo export`: takes raw events home, checks what arrived, and keeps its manifest beside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import click

from cli.asking import Asker, asker, asking_options
from cli.data_folder import data_option
from shared.auth.roles import Role

_SECONDS = 60
_PART = 1 << 16
_MARKS = {
    "ndjson": (b'{"manifest":', b"}"),
    "ocel": (b',"manifest":', b"}"),
    "xes": (b"<!-- manifest ", b" -->"),
}
"""What stands before and after the manifest."""


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(tuple(_MARKS)), default="ndjson")
@click.option("--household", default=None, help="một hộ / one household")
@click.option("--area", default=None, help="địa bàn CODE[@DATE] / an area")
@click.option("--type", "types", multiple=True, help="loại sự kiện / event type")
@click.option("--from", "first", default=None, help="từ ngày / from a day")
@click.option("--to", "last", default=None, help="tới ngày / to a day")
@asking_options
@data_option
def command(
    file: Path, form: str, household: str | None, area: str | None, types: tuple[str, ...],
    first: str | None, last: str | None, sub: str | None, token: str | None, url: str | None,
    data: Path,
) -> int:  # fmt: skip
    """Xuất sự kiện gốc kèm bản kê / Export raw events with their manifest."""
    asked = {
        "format": form,
        "household_id": household,
        "area": area,
        "type": ",".join(types) or None,
        "from": first,
        "to": last,
    }
    query = urlencode({name: one for name, one in asked.items() if one is not None})
    who = asker(data, "reporting", Role.AUDITOR, token=token, url=url, sub=sub)
    with file.open("wb") as into, click.progressbar(
        _parts(who, f"/v1/audit/export?{query}"), label=file.name, show_pos=True
    ) as parts:  # fmt: skip
        for part in parts:
            into.write(part)
    manifest = _manifest(file, *_MARKS[form])
    beside = file.with_name(f"{file.name}.manifest.json")
    beside.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    click.echo(f"{manifest['events']} sự kiện / events · sha256 {manifest['sha256']}")
    return 0


def _parts(who: Asker, path: str) -> Iterator[bytes]:
    asked = Request(who.url + path, headers={"Authorization": f"Bearer {who.token}"})  # noqa: S310 - the user's own
    try:
        with urlopen(asked, timeout=_SECONDS) as answer:  # noqa: S310 - the same
            while part := answer.read(_PART):
                yield part
    except HTTPError as refusal:
        with refusal:
            said = json.loads(refusal.read() or b"{}")
        raise click.ClickException(said.get("detail", str(refusal))) from None
    except URLError as problem:
        raise click.ClickException(
            f"{asked.full_url}: không kết nối được / cannot be reached"
        ) from problem


def _manifest(file: Path, mark: bytes, end: bytes) -> dict[str, Any]:
    """Read the manifest at the end, and check it against what arrived."""
    with file.open("rb") as whole:
        start = max(0, file.stat().st_size - _PART)
        whole.seek(start)
        tail = whole.read()
        at = tail.rfind(mark)
        try:
            said = tail[at + len(mark) :].rstrip().removesuffix(end) if at >= 0 else b""
            manifest: dict[str, Any] = json.loads(said)
        except ValueError:
            manifest = {}
        if not manifest or _hash(whole, start + at) != manifest["sha256"]:
            raise click.ClickException(
                f"{file}: thiếu hoặc sai so với bản kê, hãy xuất lại / "
                "it is cut short or not what its manifest says, export it again"
            )
    return manifest


def _hash(whole: IO[bytes], size: int) -> str:
    whole.seek(0)
    found = hashlib.sha256()
    while size > 0 and (part := whole.read(min(_PART, size))):
        found.update(part)
        size -= len(part)
    return found.hexdigest()
