"""`giamngheo differences`: what two points in time show differently, and through which events."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click

from cli.asking import asker, asking_options
from cli.data_folder import data_option
from shared.auth.roles import Role

_TIMES = ("valid_at", "known_at", "rules_at")


@click.command("differences")
@click.option("--household", default=None, help="một hộ / one household")
@click.option("--area", default=None, help="hoặc một địa bàn CODE / or an area")
@click.option(
    "--from", "before", multiple=True, metavar="TIME=…", help="valid_at=… known_at=… rules_at=…"
)
@click.option("--to", "after", multiple=True, metavar="TIME=…", help="mặc định/default: now")
@asking_options
@data_option
def command(
    household: str | None, area: str | None, before: tuple[str, ...], after: tuple[str, ...],
    sub: str | None, token: str | None, url: str | None, data: Path,
) -> int:  # fmt: skip
    """So hai thời điểm và kể sự kiện làm khác / Compare two points in time."""
    if (household is None) is (area is None):
        raise click.UsageError("cần --household hoặc --area / --household or --area is needed")
    query = {**_point("from", before), **_point("to", after)}
    who = asker(data, "reporting", Role.AUDITOR, token=token, url=url, sub=sub)
    if household is not None:
        found = who.ask(f"/v1/households/{household}/differences?{urlencode(query)}")
        _tell(found)
        return 0
    while True:
        page = who.ask(f"/v1/areas/{area}/differences?{urlencode(query)}")
        for each in page["items"]:
            _tell(each)
        if page["next_cursor"] is None:
            return 0
        query["cursor"] = page["next_cursor"]


def _point(side: str, given: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in given:
        name, _, value = each.partition("=")
        if name not in _TIMES or not value:
            raise click.UsageError(f"{each}: {' | '.join(f'{one}=…' for one in _TIMES)}")
        found[f"{side}_{name}"] = value
    return found


def _tell(found: dict[str, Any]) -> None:
    click.echo(f"{found['household_id']}:")
    for each in found["differences"]:
        before, after = (json.dumps(each[side], ensure_ascii=False) for side in ("from", "to"))
        click.echo(f"  {each['what']}: {before} → {after}  [{', '.join(each['times'])}]")
        for event in each["events"]:
            place = f"{event['source']} {event['position']}"
            click.echo(f"    {event['occurred_on']} {event['type']} {event['event_id']} ({place})")
