"""`giamngheo replay`: tells history again from another source and says whether it is the same."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from cli.asking import asker, asking_options, job_option
from cli.data_folder import data_option
from shared.auth.roles import Role

_DAY = click.DateTime(["%Y-%m-%d"])
_FIRST = 20


@click.command("replay")
@click.option(
    "--source",
    type=click.Choice(["journal", "kafka", "stores"]),
    default="stores",
    show_default=True,
    help="đọc lại từ đâu / what to read again",
)
@click.option("--valid-at", type=_DAY, default=None, help="đúng vào ngày / true on")
@click.option("--known-at", default=None, help="biết tới lúc (RFC 3339) / known at")
@click.option("--rules-at", type=_DAY, default=None, help="theo quy tắc ngày / rules of")
@click.option("--area", default=None, help="địa bàn CODE[@DATE] / an area")
@click.option("--json", "as_json", is_flag=True, help="in toàn bộ kết quả / print all of it")
@job_option
@asking_options
@data_option
def command(
    source: str, valid_at: datetime | None, known_at: str | None, rules_at: datetime | None,
    area: str | None, as_json: bool, job_id: str | None, sub: str | None, token: str | None,
    url: str | None, data: Path,
) -> int:  # fmt: skip
    """Tái lập lịch sử ở chỗ riêng, 1 nếu khác / Replay history apart; 1 where it differs."""
    body = {
        "source": source,
        "valid_at": None if valid_at is None else valid_at.date().isoformat(),
        "known_at": known_at,
        "rules_at": None if rules_at is None else rules_at.date().isoformat(),
        "area": area,
    }
    who = asker(data, "reporting", Role.AUDITOR, token=token, url=url, sub=sub)
    asked = {name: one for name, one in body.items() if one is not None}
    found = who.follow("/v1/replays", asked, job_id)
    click.echo(json.dumps(found, ensure_ascii=False, indent=2) if as_json else _told(found))
    return 0 if found["equal"] else 1


def _told(found: dict[str, Any]) -> str:
    lines = [
        f"{each['view']}: {each['rows']} dòng / rows {_sign(each['equal'])} {each['digest'][:16]}"
        for each in found["views"]
    ]
    lines += [
        f"{source}: {each['events']} sự kiện / events {_sign(each['equal'])} {each['digest'][:16]}"
        for source, each in found["events"].items()
    ]
    lines += [
        f"{source}: {each['as_signed']}/{each['signed']} như đã ký / as signed "
        f"{_sign(each['equal'])}"
        for source, each in found["checkpoints"].items()
    ]
    lines += [_difference(each) for each in found["differences"][:_FIRST]]
    left = found["differences_total"] - len(found["differences"][:_FIRST])
    if left > 0:
        lines.append(f"… {left} nữa / more: --json")
    same = found["equal"]
    lines.append("giống nhau / equal" if same else "KHÁC NHAU / THEY DIFFER")
    return "\n".join(lines)


def _sign(equal: bool) -> str:
    return "=" if equal else "≠"


def _difference(each: dict[str, Any]) -> str:
    if each["kind"] == "view":
        events = ", ".join(each["events"]) or "–"
        return f"view · {each['view']} {each['name']}: {each['detail']}; {events}"
    where = f"{each['source']} {each['position'] or ''} {each['event_id'] or each['place'] or ''}"
    return f"{each['kind']} · {where} {each['type'] or ''}: {each['detail']}"
