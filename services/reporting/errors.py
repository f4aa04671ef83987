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


class RoleMissing(Conflict):
    """A decision that only inspectors take."""

    code, status = "role-missing", 403
    vi = "Cần vai trò inspector; vai trò của bạn chỉ được giải trình (explain)"
    en = "It needs the role inspector; yours may only explain"


class NotOpen(Conflict):
    """The finding is closed, by people or by itself."""

    code = "not-open"
    vi = "Phát hiện đã khép lại ngày {on}; nếu cần hãy mở lại (reopen)"
    en = "The finding was closed on {on}; reopen it if need be"


class EndedItself(NotOpen):
    """Its condition is there no more."""

    vi = (
        "Phát hiện đã tự khép lại ngày {on}, không còn việc phải làm;"
        " nếu xảy ra lại sẽ là một phát hiện mới"
    )
    en = (
        "The finding ended by itself on {on}, nothing is to be done;"
        " should it happen again, that is a new one"
    )


class NothingToReopen(Conflict):
    """Nobody has concluded anything about it."""

    code = "not-concluded"
    vi = "Chưa có kết luận nào để mở lại"
    en = "Nothing has been concluded that could be reopened"


class AlreadyConfirmed(Conflict):
    """It is confirmed already."""

    code = "already-confirmed"
    vi = "Đã xác nhận ngày {on}; muốn thay đổi hãy mở lại (reopen) trước"
    en = "It was confirmed on {on}; reopen it before changing that"


class NotAssigned(Conflict):
    """Nobody answers for it yet."""

    code = "not-assigned"
    vi = "Chưa giao ai xử lý; hãy giao việc (assign) trước"
    en = "Nobody answers for it yet; assign it first"


class FourEyes(Conflict):
    """Whoever works it, or had a hand in it, does not judge it."""

    code = "four-eyes"
    vi = (
        "Người được giao, người có trong bằng chứng hoặc người thân của hộ không được kết luận;"
        " hãy để một thanh tra viên khác kết luận"
    )
    en = (
        "Whoever it is assigned to, is in its evidence or is kin of the household cannot conclude;"
        " let another inspector do so"
    )


class ExplanationPending(Conflict):
    """An explanation was asked for, and there is time for it."""

    code = "explanation-pending"
    vi = (
        "Đang chờ giải trình đến hết ngày {until};"
        " hãy xác nhận khi đã có giải trình hoặc sau ngày đó"
    )
    en = (
        "An explanation is awaited until the end of {until};"
        " confirm once it is given or after that day"
    )


class SnoozeTooLong(Conflict):
    """Nothing is hidden for longer than 90 days."""

    code = "snooze-too-long"
    vi = "Chỉ được tạm ẩn tối đa 90 ngày, đến {last}"
    en = "It can be snoozed for 90 days at most, until {last}"
