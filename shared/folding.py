"""Names without their marks: how people search, and how the same person is written twice."""

import re
from unicodedata import combining, normalize

_WORD = re.compile(r"[^\W_]+")


def folded_words(text: str) -> tuple[str, ...]:
    """Give the words of a text in order, without marks and capitals: `Đặng Thị Én` → dang thi en.

    A text that was typed without marks, or with marks of either Unicode form, gives the same.
    """
    plain = (letter for letter in normalize("NFD", text.casefold()) if not combining(letter))
    return tuple(_WORD.findall("".join(plain).replace("đ", "d")))
