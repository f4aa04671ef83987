"""What is printed has every letter of Vietnamese."""

from unicodedata import normalize

import pytest
from reportlab.pdfbase import pdfmetrics

from shared.fonts import BOLD, REGULAR, register

TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
VOWELS = "aăâeêioôơuưy"
LETTERS = "".join(normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES)


@pytest.mark.parametrize("name", [REGULAR, BOLD])
def test_a_font_has_every_letter_with_every_tone(name: str) -> None:
    register()
    glyphs = pdfmetrics.getFont(name).face.charToGlyph
    wanted = f"{LETTERS}{LETTERS.upper()}đĐ–…₫0123456789/().,:;"
    assert [letter for letter in wanted if ord(letter) not in glyphs] == []
