"""`giamngheo evidence`: the signing key is changed, witnesses sign beside it, time is stamped."""

from __future__ import annotations

from pathlib import Path

import click
from cryptography.x509 import Certificate, load_pem_x509_certificates
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from cli.asking import asker, asking_options
from cli.data_folder import DataFolder, data_option
from deploy.bundled import CannotStart
from services.reporting.tlog.cosigning import cosign
from services.reporting.tlog.proofs import latest
from services.reporting.tlog.tables import COPY
from shared.database import engine
from shared.sealing import rotation
from shared.sealing.masters import before
from shared.settings import SERVICES, Settings
from shared.tlog.notes import BadNote, read_vkey
from shared.tlog.signing import signers
from shared.tlog.timestamp import NotStamped, over_http, stamp

_KNOWN = text(f"SELECT source, vkey FROM {COPY}.keys")


@click.group(name="evidence")
def command() -> None:
    """Nhật ký bằng chứng: khóa, nhân chứng, dấu thời gian / keys, witnesses, time-stamps."""


@command.command()
@data_option
@click.option("--finish", is_flag=True, help="bỏ khóa cũ / delete the old key")
def rotate(data: Path, *, finish: bool) -> None:
    """Đổi khóa ký trong khi hệ thống chạy / change the signing key while the system runs."""
    settings = DataFolder(data.resolve()).settings()
    file = settings.evidence_key_file
    if file is None:
        raise click.ClickException(
            "EVIDENCE_KEY: đặt khóa mới, đặt khóa hiện nay vào EVIDENCE_KEY_OLD rồi khởi động lại "
            "mover / set a new key, set the present one as EVIDENCE_KEY_OLD, restart the mover"
        )
    if finish and not before(file).exists():
        raise click.ClickException("Không có khóa cũ / there is no old key to delete")
    if finish:
        _refuse_too_early(settings)
        before(file).unlink()
        click.echo(f"Đã bỏ khóa cũ; cất bản sao / deleted the old key; keep a copy of {file}")
        return
    rotation.begin(file)
    click.echo(
        "Hai khóa cùng ký; khi mọi dịch vụ đã có điểm kiểm mới (`/v1/audit/keys`) hãy chạy / both "
        "keys sign; once every service has a new checkpoint (`/v1/audit/keys`) run "
        "`giamngheo evidence rotate --finish`"
    )


def _refuse_too_early(settings: Settings) -> None:
    """Keep the old key while it has not vouched for the new one everywhere."""
    own = _reporting(settings)
    try:
        with own.begin() as connection:
            waiting = ", ".join(unaware(connection, settings))
    except SQLAlchemyError:
        waiting = "reporting"
    finally:
        own.dispose()
    if waiting:
        raise click.ClickException(
            f"{waiting}: chưa có điểm kiểm mà hai khóa cùng ký, bỏ khóa cũ thì không ai tin khóa "
            "mới nữa; để hệ thống chạy thêm (điểm kiểm lúc yên lặng: EVIDENCE_SILENCE_SECONDS) / "
            "no checkpoint that both keys signed is known yet, without the old key nobody would "
            "take the new one; let the system run on"
        )


def unaware(connection: Connection, settings: Settings) -> list[str]:
    """Name the services whose log is known by other keys and not yet by the present one."""
    known: dict[str, set[str]] = {}
    for source, vkey in connection.execute(_KNOWN):
        known.setdefault(source, set()).add(vkey)
    return [
        source
        for source, vkeys in sorted(known.items())
        if signers(settings, source)[0].verifier.vkey not in vkeys
    ]


@command.command("cosign")
@data_option
@asking_options
@click.argument("note", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def cosign_command(
    data: Path, note: Path, url: str | None, token: str | None, sub: str | None
) -> None:
    """Nhận chữ ký của nhân chứng / take in what witnesses have signed (EVIDENCE_WITNESSES)."""
    if url is not None:
        who = asker(data, "reporting", "auditor", token=token, url=url, sub=sub)
        taken = who.ask("/v1/audit/cosignatures", {"note": note.read_text(encoding="utf-8")})
        click.echo(f"đã nhận / taken in: {', '.join(taken['witnesses'])}")
        return
    settings = DataFolder(data.resolve()).settings()
    own = _reporting(settings)
    try:
        witnesses = [read_vkey(vkey) for vkey in settings.evidence_witnesses]
        with own.begin() as connection:
            _, names = cosign(connection, note.read_text(encoding="utf-8"), witnesses)
    except (BadNote, UnicodeDecodeError) as problem:
        raise CannotStart(f"{note}: không nhận ({problem})", f"{note}: refused") from None
    finally:
        own.dispose()
    click.echo(f"đã nhận / taken in: {', '.join(names)}")


@command.command()
@data_option
@click.option("--tsa", required=True, help="địa chỉ RFC 3161 / the address of the authority")
@click.option(
    "--root",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="chứng thư gốc của nơi đóng dấu (PEM) / the authority's root certificates",
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="[DATA/anchors]")
def anchor(data: Path, tsa: str, root: Path | None, out: Path | None) -> None:
    """Đóng dấu thời gian các điểm kiểm mới nhất / have the latest checkpoints time-stamped."""
    folder = DataFolder(data.resolve())
    kept = out or folder.path / "anchors"
    roots = _certificates(root) if root else []
    own = _reporting(folder.settings())
    try:
        with own.begin() as connection:
            found = [latest(connection, source) for source in SERVICES]
        kept.mkdir(parents=True, exist_ok=True)
        for agreed in (each for each in found if each is not None):
            signed = agreed.note.encode()
            reply = stamp(signed, over_http(tsa), roots)
            name = kept / f"{agreed.source}-{agreed.said.size}-{agreed.said.at:%Y%m%dT%H%M%SZ}"
            name.with_suffix(".note").write_bytes(signed)
            name.with_suffix(".tsr").write_bytes(reply)
            click.echo(f"{name}.tsr")
    except NotStamped as problem:
        raise CannotStart(f"Chưa có dấu thời gian: {problem}", "There is no time-stamp") from None
    finally:
        own.dispose()


def _certificates(file: Path) -> list[Certificate]:
    try:
        return load_pem_x509_certificates(file.read_bytes())
    except ValueError:
        raise CannotStart(
            f"--root {file}: cần chứng thư dạng PEM", f"--root {file}: PEM certificates are needed"
        ) from None


def _reporting(settings: Settings) -> Engine:
    return engine(settings.databases["reporting"], name="giamngheo evidence", pool_size=1)
