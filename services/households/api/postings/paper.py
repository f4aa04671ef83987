"""The yearly list on paper: A4, Vietnamese first, English beside it in small."""

from collections.abc import Iterator, Sequence
from datetime import date
from io import BytesIO
from itertools import groupby
from typing import Any
from unicodedata import normalize
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from services.households.api.postings.code_drawn import drawn
from services.households.api.postings.feet import GREY, MARGIN, feet, said_day
from services.households.api.postings.listing import RESULTS, Line, Posting, counts
from services.households.api.postings.signed import signatures
from shared.areas import place_of
from shared.fonts import BOLD, REGULAR, register
from shared.sealed import PREFIX

_RULE = HexColor("#9a9a9a")
_BAND, _BAND_OF_COLUMNS = HexColor("#e4e4e4"), HexColor("#f4f4f4")
_TEXT = {
    "poor": ("Hộ nghèo", "poor"),
    "near_poor": ("Hộ cận nghèo", "near-poor"),
    "newly_escaped": ("Hộ mới thoát nghèo", "newly escaped"),
}
_HEAD = (
    ("STT", "No."),
    ("Chủ hộ", "Head of household"),
    ("Kết quả", "Result"),
    ("Số quyết định", "Decision no."),
    ("Ngày", "Date"),
)
_SIZE, _PADDING = 9.5, 12
_NAMED = 6
"""So many decisions are named above the tables; each stands in its row all the same."""
_WIDTHS = (13 * mm, 56 * mm, 54 * mm, 34 * mm, 23 * mm)
_LOOK = (
    ("GRID", (0, 1), (-1, -1), 0.4, _RULE),
    ("BOX", (0, 0), (-1, 0), 0.4, _RULE),
    ("SPAN", (0, 0), (-1, 0)),
    ("BACKGROUND", (0, 0), (-1, 0), _BAND),
    ("BACKGROUND", (0, 1), (-1, 1), _BAND_OF_COLUMNS),
    ("FONT", (0, 2), (-1, -1), REGULAR, _SIZE),
    ("ALIGN", (0, 2), (0, -1), "RIGHT"),
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ("TOPPADDING", (0, 0), (-1, -1), 2.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
    ("NOSPLIT", (0, 0), (0, 2)),
)
_FOOT = 22 * mm


def _small(text: str, size: int = 8) -> str:
    """Set what stands beside the Vietnamese."""
    return f"<font name='{REGULAR}' size={size} color='#5a5a5a'>{text}</font>"


_ERASED = _small("(đã xóa dữ liệu / erased)", 9)
_SEALED = _small("(niêm phong / sealed)", 9)


def _style(name: str, size: float, **more: Any) -> ParagraphStyle:
    options: dict[str, Any] = {"fontName": REGULAR, "leading": size * 1.3} | more
    return ParagraphStyle(name, fontSize=size, **options)


_CELL = _style("cell", _SIZE)
_VILLAGE = _style("village", 10, fontName=BOLD)
_COLUMN = _style("column", 9, fontName=BOLD, alignment=TA_CENTER)
_TITLE = _style("title", 15, fontName=BOLD, alignment=TA_CENTER)
_UNDER = _style("under", 9.5, alignment=TA_CENTER, textColor=GREY)
_PLACE = _style("place", 11, fontName=BOLD, alignment=TA_CENTER, spaceBefore=4)
_OFFICE = _style("office", 10, alignment=TA_CENTER)
_SUM = _style("sum", 10)


def pdf(posting: Posting, printed_on: date, code: str | None = None) -> bytes:
    """Give the list as PDF: the same bytes for the same list and code on the same day."""
    register()
    into = BytesIO()
    paper = SimpleDocTemplate(
        into,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=_FOOT,
        title=f"{_name(posting)} {posting.year}",
        lang="vi",
        invariant=1,
    )
    story = [*_top(posting), *_body(posting.lines), signatures(), drawn(code)]
    paper.build(story, canvasmaker=feet(posting, printed_on))
    return into.getvalue()


def _name(posting: Posting) -> str:
    known = place_of(posting.commune)
    return known.name if known else posting.commune.code


def _top(posting: Posting) -> Iterator[Any]:
    name = escape(_name(posting))
    left = Paragraph(f"ỦY BAN NHÂN DÂN<br/><b>{name.upper()}</b>", _OFFICE)
    right = Paragraph(
        "<b>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</b><br/><b>Độc lập – Tự do – Hạnh phúc</b>", _OFFICE
    )
    yield Table(
        [[left, right]], colWidths=(70 * mm, 110 * mm), style=[("VALIGN", (0, 0), (-1, -1), "TOP")]
    )
    yield Spacer(1, 6 * mm)
    yield Paragraph(f"KẾT QUẢ RÀ SOÁT HỘ NGHÈO, HỘ CẬN NGHÈO<br/>NĂM {posting.year}", _TITLE)
    yield Paragraph(
        f"Poor, near-poor and newly escaped households: result of the review of {posting.year}",
        _UNDER,
    )
    since = posting.commune.valid_from
    yield Paragraph(f"{name} – mã {posting.commune.code}", _PLACE)
    yield Paragraph(f"Commune code {posting.commune.code}, in force from {said_day(since)}", _UNDER)
    yield Spacer(1, 4 * mm)
    yield from _sums(posting.lines)
    yield Spacer(1, 4 * mm)


def _sums(lines: Sequence[Line]) -> Iterator[Any]:
    found = counts(lines)
    listed = "; ".join(
        f"{_TEXT[result][0].lower()} {_small(f'({_TEXT[result][1]})')}:\xa0<b>{found[result]}</b>"
        for result in RESULTS
    )
    yield Paragraph(
        f"Tổng số hộ {_small('(households)')}: <b>{len(lines)}</b> – {listed}.",
        _SUM,
    )
    awaited = sum(line.decided_on is None for line in lines)
    if awaited:
        yield Paragraph(
            f"Trong đó dự kiến, chưa có quyết định {_small('(expected, not decided yet)')}:"
            f" <b>{awaited}</b>.",
            _SUM,
        )
    yield from _decisions(lines)


def _decisions(lines: Sequence[Line]) -> Iterator[Any]:
    """Name the decisions where they are few; where each household has its own, say when."""
    found = sorted({(line.decided_on, line.decision_no or "") for line in lines if line.decided_on})
    if not found:
        return
    if len(found) > _NAMED:
        first, last = said_day(found[0][0]), said_day(found[-1][0])
        when = f"ngày {first}" if first == last else f"từ ngày {first} đến ngày {last}"
        on = f"on {first}" if first == last else f"from {first} to {last}"
        yield Paragraph(
            f"Theo {len(found)} quyết định {when} {_small(f'({len(found)} decisions {on})')}.", _SUM
        )
        return
    named = "; ".join(f"{_clean(number)} ({said_day(day)})" for day, number in found)
    yield Paragraph(f"Theo quyết định {_small('(by decision)')}: {named}.", _SUM)


def _body(lines: Sequence[Line]) -> Iterator[Any]:
    if not lines:
        yield Paragraph("Không có hộ nào trong danh sách.", _PLACE)
        yield Paragraph("No household is on the list.", _UNDER)
        yield Spacer(1, 3 * mm)
        return
    number = 0
    for village, here in groupby(lines, key=lambda line: line.village):
        some = list(here)
        yield _village(village, some, number)
        yield Spacer(1, 3 * mm)
        number += len(some)


def _village(village: str, lines: Sequence[Line], before: int) -> Table:
    """Give the table of one village; its name and the columns' stand on every page of it."""
    title = f"{_clean(village)} – {_small(f'{len(lines)} hộ / households')}"
    columns = [Paragraph(f"{vi}<br/>{_small(en, 7)}", _COLUMN) for vi, en in _HEAD]
    rows = [_row(place, line) for place, line in enumerate(lines, start=before + 1)]
    return Table(
        [[Paragraph(title, _VILLAGE), *[""] * (len(_HEAD) - 1)], columns, *rows],
        colWidths=_WIDTHS,
        repeatRows=2,
        style=_LOOK,
    )


def _row(number: int, line: Line) -> list[Any]:
    return [
        str(number),
        _fitting(line.head_name, _WIDTHS[1]),
        _Beside(*_TEXT[line.result]),
        *_decision(line),
    ]


def _decision(line: Line) -> tuple[Any, str]:
    if line.decided_on is None:
        return _Beside("dự kiến", "expected"), "–"
    return _fitting(line.decision_no, _WIDTHS[3]), said_day(line.decided_on)


def _fitting(text: str | None, width: float) -> Any:
    """Give a text for a cell: broken into lines only where it must be, which takes long."""
    if text is None:
        return Paragraph(_ERASED, _CELL)
    if text.startswith(PREFIX):
        return Paragraph(_SEALED, _CELL)
    plain = normalize("NFC", text)
    fits = stringWidth(plain, REGULAR, _SIZE) <= width - _PADDING
    return plain if fits else Paragraph(escape(plain), _CELL)


class _Beside(Flowable):  # type: ignore[misc] # reportlab carries no types
    """A Vietnamese text with the English in small after it, on one line."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__()
        self.vi, self.en = vi, en

    def wrap(self, *_: float) -> tuple[float, float]:
        """Take one line."""
        return 0, _SIZE

    def draw(self) -> None:
        """Draw both texts."""
        self.canv.setFont(REGULAR, _SIZE)
        self.canv.drawString(0, 0.5, self.vi)
        self.canv.setFont(REGULAR, 7)
        self.canv.setFillColor(GREY)
        self.canv.drawString(stringWidth(f"{self.vi} ", REGULAR, _SIZE), 0.5, self.en)


def _clean(text: str) -> str:
    return escape(normalize("NFC", text))
