"""What people write on the list by hand: how long it hangs, and who signs it."""

from typing import Any

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, Paragraph, Spacer, Table

from shared.fonts import BOLD, REGULAR

_TEXT = ParagraphStyle("signed", fontName=REGULAR, fontSize=9.5, leading=14)
_SIGNER = ParagraphStyle("signer", parent=_TEXT, alignment=TA_CENTER)
_GREY = "<font size=8 color='#5a5a5a'>{}</font>"
_DATE = "…/…/……"
_POSTED = (
    f"Niêm yết từ ngày {_DATE} đến hết ngày {_DATE}<br/>"
    + _GREY.format("Posted from … to …, the last day included")
    + "<br/>Kiến nghị, khiếu nại: gửi UBND xã trong thời gian này<br/>"
    + _GREY.format("Complaints: to the commune's office while the list is posted")
)
_BY = (
    "……………, ngày …… tháng …… năm ………<br/>"
    f"<font name='{BOLD}'>TM. ỦY BAN NHÂN DÂN<br/>CHỦ TỊCH</font><br/>"
    + _GREY.format("Ký tên, đóng dấu / signature and seal")
)


def signatures() -> Any:
    """Give the lines at the end of the list, never parted by a page."""
    columns = [[Paragraph(_POSTED, _TEXT), Paragraph(_BY, _SIGNER)]]
    lines = Table(
        columns, colWidths=(104 * mm, 76 * mm), style=[("VALIGN", (0, 0), (-1, -1), "TOP")]
    )
    return KeepTogether([Spacer(1, 2 * mm), lines, Spacer(1, 20 * mm)])
