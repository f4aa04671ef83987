"""`giamngheo backtest`: what other numbers in the rulebook would have shown over a period."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from cli.asking import asker, asking_options
from cli.data_folder import data_option
from shared.auth.roles import Role

_CHANGE = re.compile(r"([A-Z_]+)\.([a-z_]+)=(-?\d+)")
_WHATS = {
    "gained": "thêm / gained",
    "lost": "mất / lost",
    "earlier": "sớm hơn / earlier",
    "later": "muộn hơn / later",
    "graver": "nặng hơn / graver",
    "milder": "nhẹ hơn / milder",
}
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("backtest")
@click.argument("changes", nargs=-1, required=True, metavar="RULE.PARAMETER=NUMBER…")
@click.option("--from", "first", type=_DAY, required=True, help="ngày đầu / the first day")
@click.option("--to", "last", type=_DAY, required=True, help="ngày cuối / the last day")
@click.option("--area", default=None, help="địa bàn CODE[@DATE] / an area")
@click.option("--json", "as_json", is_flag=True, help="in toàn bộ kết quả / print all of it")
@asking_options
@data_option
def command(
    changes: tuple[str, ...], first: datetime, last: datetime, area: str | None, as_json: bool,
    sub: str | None, token: str | None, url: str | None, data: Path,
) -> int:  # fmt: skip
    """Thử quy tắc với tham số khác trên một giai đoạn / Try other parameters over a period."""
    body: dict[str, Any] = {
        "rulebook_changes": _changes(changes),
        "from": first.date().isoformat(),
        "to": last.date().isoformat(),
    }
    if area is not None:
        body["area"] = area
    who = asker(data, "reporting", Role.INSPECTOR, token=token, url=url, sub=sub)
    found = who.follow("/v1/backtests", body)
    click.echo(json.dumps(found, ensure_ascii=False, indent=2) if as_json else _told(found))
    return 0


def _changes(given: tuple[str, ...]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for each in given:
        read = _CHANGE.fullmatch(each)
        if read is None:
            said = f"{each}: cần QUY_TẮC.tham_số=số / RULE.parameter=number is needed"
            raise click.ClickException(said)
        found.setdefault(read[1], {})[read[2]] = int(read[3])
    return found


def _told(found: dict[str, Any]) -> str:
    lines = [f"{found['households']} hộ / households"]
    for code, counts in found["counts"].items():
        parts = [f"{counts[what]} {said}" for what, said in _WHATS.items() if counts[what]]
        told = ", ".join(parts) or "không đổi / nothing changes"
        lines.append(f"{code}: {counts['before']} → {counts['after']}: {told}")
    lines += [_example(what, each) for what in _WHATS for each in found[what][:3]]
    confirmed = found["confirmed"]["items"]
    lines += [f"✓ {each['finding_id']}: {each['days_earlier']} ngày sớm hơn / days earlier"
              for each in confirmed[:3] if "days_earlier" in each]  # fmt: skip
    return "\n".join(lines)


def _example(what: str, each: dict[str, Any]) -> str:
    seen = each["after"] or each["before"]
    moved = f" ({each['days_earlier']:+d})" if "days_earlier" in each else ""
    return f"{_WHATS[what]} · {seen['seen_on']}{moved} · {each['code']}: {each['reason']['vi']}"
