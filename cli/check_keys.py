"""Whether the keys fit the texts that they seal, for `doctor`."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from cli.checks import Line
from shared.database import engine
from shared.missing_keys import look, missing_keys
from shared.settings import SERVICES, Settings

MORE = 50_000
"""How many of the newest events are looked at: more than at a start, nothing waits for this."""


def fitting(settings: Settings) -> Iterator[Line]:
    """Compare each service's sealed texts and erasures with the keys there are."""
    keys = engine(settings.databases["keys"], name="giamngheo doctor", transaction_seconds=0)
    for name in SERVICES:
        own = engine(settings.databases[name], name="giamngheo doctor", transaction_seconds=0)
        what = f"{name}: khóa / keys"
        try:
            found = look(name, own, keys, MORE)
        except SQLAlchemyError as broken:
            yield Line(what, str(broken).strip().splitlines()[0], well=False)
            continue
        finally:
            own.dispose()
        if found.without_key:
            yield Line(what, missing_keys(name, len(found.without_key)), well=False)
        elif found.came_back:
            yield Line(
                what,
                f"{found.came_back} lệnh xóa đã mất hiệu lực: chạy `giamngheo rebuild {name}` / "
                f"erasures came undone: run `giamngheo rebuild {name}`",
                well=False,
            )
        else:
            yield Line(what, "khớp / they fit")
    keys.dispose()
