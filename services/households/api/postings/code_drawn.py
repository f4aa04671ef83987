"""The code on the paper: drawn for machines, and in letters for who has none."""

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Preformatted, Table

from shared.fonts import BOLD, REGULAR

_SIDE = 40 * mm
_TITLE = ParagraphStyle("code title", fontName=BOLD, fontSize=9, leading=12)
_SAID = ParagraphStyle("code said", fontName=REGULAR, fontSize=7.5, leading=10)
_LETTERS = ParagraphStyle(  # every letter is told from every other, as in no other font of ours
    "code letters", fontName="Courier", fontSize=6.8, leading=8.6, spaceBefore=3
)
_GREY = HexColor("#5a5a5a")
_WHAT = (
    "Hãy chụp lại mã này: nếu danh sách hay sổ gốc bị sửa về sau, nó sẽ chứng tỏ điều đó "
    "(giamngheo&nbsp;verify).<br/><font color='#5a5a5a'>Take a photograph of this code: should "
    "the list or the register be changed later, it will show it.</font>"
)
_NONE = (
    "Bản in này không có mã đối chiếu: chưa có điểm kiểm đã ký, hoặc họ tên bị niêm phong. "
    "<font color='#5a5a5a'>This paper has no code to compare by: there is no signed checkpoint "
    "yet, or names are sealed.</font>"
)


def drawn(code: str | None) -> Flowable:
    """Give the block with the code; without one, the line that says so."""
    if code is None:
        return Paragraph(_NONE, _SAID)
    square = QrCodeWidget(code, barLevel="M", barWidth=_SIDE, barHeight=_SIDE, barBorder=4)
    picture = Drawing(_SIDE, _SIDE)
    picture.add(square)
    letters = [
        Paragraph("Mã đối chiếu <font color='#5a5a5a'>/ code to compare by</font>", _TITLE),
        Paragraph(_WHAT, _SAID),
        Preformatted(code, _LETTERS),
    ]
    look = [("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("BOX", (0, 0), (-1, -1), 0.4, _GREY)]
    return KeepTogether([Table([[picture, letters]], colWidths=(42 * mm, 138 * mm), style=look)])
