"""`giamngheo token`: issues an access token of the built-in issuer."""

import os
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import click

from cli.keys import data_folder
from shared.areas import Area, UnknownArea
from shared.auth.issuer import PRIVATE_FILE, load_issuer
from shared.auth.roles import Role
from shared.auth.tokens import RolesConflict, Unauthenticated, caller_of
from shared.clock import system_clock


def _areas(given: tuple[str, ...]) -> list[Area] | None:
    if given == ("*",):
        return None
    try:
        found = [Area.parse(text) for text in given]
        for area in found:
            area.old_communes()
    except UnknownArea as problem:
        raise click.ClickException(f"--area {problem}") from problem
    return found


_ROLE = click.Choice([role.value for role in Role])


@click.command(name="token")
@click.option("--role", "roles", multiple=True, required=True, type=_ROLE)
@click.option("--area", "areas", multiple=True, help="CODE, CODE@DATE hoặc/or *")
@click.option("--sub", default=None, help="mã người dùng / user id; mặc định/default: ROLE-1")
@click.option("--name", default="", help="tên hiển thị / name to show")
@click.option("--sponsor", type=click.UUID, default=None, help="sponsor_id")
@click.option("--related", multiple=True, type=click.UUID, help="household_id")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), default=data_folder)
def command(
    roles: tuple[str, ...],
    areas: tuple[str, ...],
    sub: str | None,
    name: str,
    sponsor: UUID | None,
    related: tuple[UUID, ...],
    data: Path,
) -> None:
    """Cấp mã truy cập, in ở dòng cuối / issue an access token, printed as the last line."""
    try:
        issuer = load_issuer(data)
    except OSError as problem:
        raise click.ClickException(
            f"{data / PRIVATE_FILE}: không đọc được, hãy chạy `giamngheo keys` / "
            "cannot be read, run `giamngheo keys`"
        ) from problem
    claimed = _areas(areas)
    who = sub or f"{roles[0]}-1"
    try:
        caller_of(
            {
                "sub": who,
                "roles": list(roles),
                "sponsor_id": None if sponsor is None else str(sponsor),
            }
        )
    except (Unauthenticated, RolesConflict) as problem:
        raise click.ClickException(str(problem)) from problem
    named = replace(
        issuer,
        issuer=os.environ.get("JWT_ISSUER", issuer.issuer),
        audience=os.environ.get("JWT_AUDIENCE", issuer.audience),
    )
    token = named.issue(
        now=system_clock(),
        sub=who,
        roles=[str(role) for role in roles],
        areas=claimed,
        name=name,
        sponsor_id=sponsor,
        related=related,
    )
    click.echo(token)
