"""Letters for paper: Noto Sans with all of Vietnamese, so that it looks the same everywhere.

Regular and Bold were cut from version 2.015 of the variable font of the Noto project to the Latin
letters, marks and signs that Vietnamese and English texts have. OFL.txt is their licence.
"""

from functools import lru_cache
from importlib import resources
from io import BytesIO

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, BOLD = "NotoSans-Regular", "NotoSans-Bold"


@lru_cache(maxsize=1)
def register() -> None:
    """Make both known to ReportLab by their names."""
    for name in (REGULAR, BOLD):
        letters = resources.files("shared.fonts").joinpath(f"{name}.ttf").read_bytes()
        pdfmetrics.registerFont(TTFont(name, BytesIO(letters)))
    pdfmetrics.registerFontFamily(REGULAR, REGULAR, BOLD, REGULAR, BOLD)
