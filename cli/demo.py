"""`giamngheo demo`: adds a made-up register of real communes, with planted findings."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

import click

from cli.data_folder import DataFolder, data_option
from cli.loading import History, parts
from shared.auth.roles import Role
from shared.clock import today
from shared.settings import Settings
from simulation.demo.cast import HOUSEHOLDS
from simulation.demo.province import FIRST, FIRST_REGISTERED_AGO, SERVICES, written


@click.command("demo")
@data_option
def command(data: Path) -> None:
    """Thêm dữ liệu mẫu; làm lại không đổi gì / Add the demo data; again changes nothing."""
    load(DataFolder(data.resolve()).settings())


def load(settings: Settings, households: int = HOUSEHOLDS) -> int:
    """Send every line to `/v1/commands` of its service; give how many there are."""
    with ExitStack() as stack:
        history = History(settings, SERVICES, stack, "demo")
        book = written(_day_of_loading(history), households)
        whole = {name: book.of(name) for name in SERVICES}
        count = sum(map(len, whole.values()))
        with click.progressbar(length=count, label="dữ liệu mẫu / demo data") as bar:
            for name, lines in whole.items():
                for part in parts(lines):
                    history.send(name, part)
                    bar.update(len(part))
    return count


def _day_of_loading(history: History) -> date:
    """Give the day for which the demo is written: that of the first loading, else today."""
    found = history.clients["households"].get(
        f"/v1/households/{FIRST}/events", headers=history.bearer(Role.INSPECTOR)
    )
    if found.status_code != 200:  # noqa: PLR2004 - HTTP's OK
        return today()
    registered = date.fromisoformat(found.get_json()["items"][0]["occurred_on"])
    return registered + timedelta(days=FIRST_REGISTERED_AGO)
