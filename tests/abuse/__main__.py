"""Tries every abuse on a running system and prints what it answered: `make abuse`.

For operators and auditors, on a system of their own over plain HTTP (behind its TLS proxy). A
system that answers as it must records nothing of it; one that does not may, so try it on a copy
first. Wrong tokens are among it: other new tokens from this address may meet 429 for a while.
"""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlsplit

import click

from tests.abuse import contents, frames, heads, sheets
from tests.abuse.row import tried
from tests.abuse.target import ROLES, Target
from tests.support.system import giamngheo

ROWS = (*heads.ROWS, *frames.ROWS, *contents.ROWS, *sheets.ROWS)
NOBODY = "00000000-0000-7000-8000-000000000001"


def issued(data: Path, role: str, *options: str) -> str:
    """Return a token of a data folder's built-in issuer."""
    done = giamngheo("token", "--data", str(data), "--role", role, *options)
    if done.returncode:
        raise click.ClickException(done.stderr.strip())
    return done.stdout.strip().splitlines()[-1]


def tokens_of(data: Path | None, given: tuple[str, ...]) -> dict[str, str]:
    """Return a token of each role that the abuses need."""
    found = dict(text.partition("=")[::2] for text in given)
    for role in ROLES if data is not None else ():
        sponsor = ("--sponsor", NOBODY) if role == "sponsor" else ()
        found.setdefault(role, issued(data, role, "--area", "*", *sponsor))  # type: ignore[arg-type] # data is there
    if missing := {"district_officer", "auditor", "sponsor"} - set(found):
        raise click.ClickException(f"--token ROLE=…, or --data: {', '.join(sorted(missing))}")
    return found


@click.command(help=__doc__)
@click.option("--gateway", default="http://127.0.0.1:8000", show_default=True)
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--token", "tokens", multiple=True, help="ROLE=TOKEN")
@click.option("--family", "families", multiple=True, help="only these")
def main(
    gateway: str, data: Path | None, tokens: tuple[str, ...], families: tuple[str, ...]
) -> None:
    """Try them one after the other; exit code 1 if one is answered as it must not be."""
    where = urlsplit(gateway)
    if where.scheme != "http" or where.hostname is None:
        raise click.ClickException("--gateway: http://host:port")
    found = tokens_of(data, tokens)
    target = Target(where.hostname, where.port or 80, found, lambda *_: "")
    with target.client("district_officer") as client:
        items = client.get("/households/v1/households?limit=1").raise_for_status().json()["items"]
    if not items:
        raise click.ClickException("no household is registered: `giamngheo demo` makes some")
    target.ids.update(household=items[0]["household_id"])
    failed = 0
    for abuse in ROWS:
        if not families or abuse.family in families:
            met = tried(target, abuse)
            failed += bool(met.wrong)
            click.echo(f"{abuse!s:<62.62} {met.answer:<20} {met.seconds:6.2f} s  {met.verdict}")
    sys.exit(1 if failed else 0)


main()
