"""Whether the logs of who read personal data stand as they were written, for `doctor`."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from cli.checks import Line
from shared import access
from shared.database import engine
from shared.settings import SERVICES, Settings


def readings(settings: Settings) -> Iterator[Line]:
    """Follow the chain of each service's log; name the first entry that does not fit."""
    for name in SERVICES:
        # a long log takes longer than a command may
        connects = engine(settings.databases[name], pool_size=1, transaction_seconds=0)
        try:
            with connects.connect() as connection:
                count = access.entries(connection)
                broken = access.first_broken(connection)
        except SQLAlchemyError as problem:
            said = str(problem.__cause__ or problem).strip().splitlines()[0]
            yield Line(f"{name}: truy cập / access log", said, well=False)
            continue
        finally:
            connects.dispose()
        state = f"{count} lượt đọc, nguyên vẹn / readings, whole"
        if broken is not None:
            state = (
                f"lượt đọc {broken} đã bị sửa hoặc mất / reading {broken} was changed or is gone"
            )
        yield Line(f"{name}: truy cập / access log", state, well=broken is None)
