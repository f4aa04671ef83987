"""`giamngheo import`: sends a sheet to the running system and shows how far it is."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen
from uuid import uuid4

import click

from cli.asking import token_of
from cli.data_folder import DataFolder, data_option
from shared.auth.roles import Role

_LOOK_SECONDS = 0.3
_SECONDS = 60
_ENDED = ("done", "failed")


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--kind", type=click.Choice(["households", "reviews"]), default="households", show_default=True
)
@click.option("--dry-run", is_flag=True, help="chỉ kiểm tra / check only, record nothing")
@click.option("--sub", default=None, help="nhập với tên người dùng này / the user who imports")
@click.option(
    "--token",
    envvar="GIAMNGHEO_TOKEN",
    default=None,
    help="mã truy cập / an access token; mặc định/default: --data",
)
@click.option("--url", default=None, help="cổng vào / the gateway; mặc định/default: --data")
@data_option
def command(
    file: Path, kind: str, dry_run: bool, sub: str | None, token: str | None, url: str | None,
    data: Path,
) -> int:  # fmt: skip
    """Nhập bảng CSV hoặc XLSX; làm lại không đổi gì / Import a sheet; again changes nothing."""
    if token is None or url is None:
        folder = DataFolder(data.resolve())
        url = url or f"http://127.0.0.1:{folder.settings().port_base}"
        token = token or token_of(folder, Role.DISTRICT_OFFICER, sub or "district_officer-1")
    service = f"{url.rstrip('/')}/households"
    asked = urlencode({"kind": kind, "dry_run": str(dry_run).lower()})
    job = _send(f"{service}/v1/imports?{asked}", token, file)
    here = f"{service}/v1/imports/{job['id']}"
    with click.progressbar(length=job["rows"], label=file.name) as bar:
        while job["status"] not in _ENDED:
            time.sleep(_LOOK_SECONDS)
            job = _answered(Request(here, headers=_bearer(token)))  # noqa: S310 - the user's own
            bar.update(job["done"] - bar.pos)
    job = _answered(Request(here, headers=_bearer(token)))  # noqa: S310 - the user's own address
    return _tell(job, here)


def _tell(job: dict[str, Any], here: str) -> int:
    """Say how it went; 1 if a row was refused or the import failed."""
    for error in job["errors"]:
        click.echo(f"{error['row']} · {error['column']} · {error['value']}: {error['remedy']}")
    left = job["errors_total"] - len(job["errors"])
    if left:
        click.echo(f"… {left} nữa / more: {here}/remarks")
    click.echo(
        f"{job['rows']} dòng / rows: {job['recorded']} ghi / recorded, "
        f"{job['unchanged']} có sẵn / there before, {job['refused']} bị từ chối / refused"
    )
    return int(job["status"] == "failed" or job["refused"] > 0)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _send(url: str, token: str, file: Path) -> dict[str, Any]:
    edge = uuid4().hex
    head = (
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="sheet"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    body = head.encode() + file.read_bytes() + f"\r\n--{edge}--\r\n".encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={edge}"}
    return _answered(Request(url, data=body, headers=_bearer(token) | kind))  # noqa: S310 - as above


def _answered(asked: Request) -> dict[str, Any]:
    try:
        with urlopen(asked, timeout=_SECONDS) as answer:  # noqa: S310 - the address is the user's
            found: dict[str, Any] = json.loads(answer.read())
            return found
    except HTTPError as refusal:
        with refusal:
            said = json.loads(refusal.read() or b"{}")
        errors = [f"{one['pointer']}: {one['message']}" for one in said.get("errors", ())]
        raise click.ClickException("\n".join([said.get("detail", str(refusal)), *errors])) from None
    except URLError as problem:
        raise click.ClickException(
            f"{asked.full_url}: không kết nối được, hãy chạy `giamngheo up` / "
            "cannot be reached, run `giamngheo up`"
        ) from problem
