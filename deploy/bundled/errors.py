"""Why a bundled server could not be started, as one sentence with its remedy."""


class CannotStart(Exception):  # noqa: N818 - it reads as what happened, and is printed as such
    """A server or a process did not start; the text says why and what to do, in both languages."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(f"{vi} / {en}")
        self.vi = vi
        self.en = en


class CannotHave(CannotStart):
    """The server cannot be had on this machine at all; another way may do."""


def disk_full(folder: object) -> CannotStart:
    """Say that nothing more can be written under that folder."""
    return CannotStart(
        f"Ổ đĩa chứa {folder} đã đầy: hãy giải phóng ít nhất 1 GB rồi chạy lại.",
        f"The disk that holds {folder} is full: free at least 1 GB and start again.",
    )


def not_writable(folder: object, reason: str) -> CannotStart:
    """Say that the folder refuses to be written to."""
    return CannotStart(
        f"Không ghi được vào {folder} ({reason}): hãy chọn thư mục khác bằng --data.",
        f"{folder} cannot be written to ({reason}): choose another folder with --data.",
    )


def port_in_use(what: str, port: int) -> CannotStart:
    """Say that somebody else listens on the port that was asked for."""
    return CannotStart(
        f"Cổng {port} cho {what} đang được chương trình khác dùng: hãy dừng chương trình đó "
        "hoặc chọn cổng khác.",
        f"Port {port} for {what} is used by another program: stop that program "
        "or choose another port.",
    )
