"""The foot of each page of the list: its number of how many, the day of printing, the hash."""

from datetime import date
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from services.households.api.postings.listing import Posting, list_hash
from shared.fonts import REGULAR

GREY = HexColor("#5a5a5a")
MARGIN = 15 * mm


def said_day(day: date) -> str:
    """Write a day as people do."""
    return day.strftime("%d/%m/%Y")


def feet(posting: Posting, printed_on: date) -> type[Canvas]:
    """Give a canvas that ends each page with its number of how many, the day and the hash."""
    digest = list_hash(posting)

    class Numbered(Canvas):  # type: ignore[misc] # reportlab carries no types
        """Keeps the pages until their number is known."""

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self.pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - reportlab's own name
            """Keep a page that is done."""
            self.pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            """Write every page with its foot."""
            for number, page in enumerate(self.pages, start=1):
                self.__dict__.update(page)
                self.foot(number, len(self.pages))
                super().showPage()
            super().save()

        def foot(self, number: int, total: int) -> None:
            """Draw the foot of one page."""
            width, _ = A4
            self.setFillColor(GREY)
            self.setFont(REGULAR, 8)
            said = f"In ngày {said_day(printed_on)} / printed on {printed_on.isoformat()}"
            self.drawString(MARGIN, 12 * mm, said)
            self.drawRightString(width - MARGIN, 12 * mm, f"Trang / page {number}/{total}")
            self.setFont(REGULAR, 6.5)
            self.drawString(MARGIN, 8 * mm, f"SHA-256 {digest}")

    return Numbered
