"""Why a file as a whole cannot be read as a sheet."""


class BadSheet(Exception):  # noqa: N818 - a file that a person can put right
    """The file is no sheet of its kind, or too large; `code` is that of the problem."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(f"{vi} / {en}")
        self.code, self.vi, self.en = code, vi, en
