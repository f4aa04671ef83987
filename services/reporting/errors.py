"""Why reporting may refuse a command, one class per broken rule."""

from shared.decider import Conflict


class NotFound(Conflict):
    """There is no such pause."""

    code, status = "not-found", 404
    vi = "Không tìm thấy; hãy kiểm tra mã trong địa chỉ"
    en = "There is none; check the id in the address"


class AlreadyExists(Conflict):
    """It is there already."""

    code = "already-exists"
    vi = "Đã có {what}; hãy dùng mã khác"
    en = "{what} is there already; use another one"


class AlreadyClosed(Conflict):
    """The pause has ended already."""

    code = "already-closed"
    vi = "Việc tạm dừng đã kết thúc ngày {on}"
    en = "The pause ended on {on} already"


class OutsideArea(Conflict):
    """An area that the caller does not have."""

    code, status = "outside-area", 403
    vi = "Địa bàn {area} ngoài phạm vi của bạn"
    en = "The area {area} is not within yours"
