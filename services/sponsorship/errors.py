"""Why sponsorship refuses, one class per broken rule."""

from shared.decider import Conflict


class SponsorNotFound(Conflict):
    """There is no such sponsor."""

    code = "not-found"
    status = 404
    vi = "Không có đơn vị giúp đỡ này; hãy kiểm tra mã"
    en = "There is no such sponsor; check its id"


class SponsorAlreadyRegistered(Conflict):
    """The sponsor is on the register."""

    code = "already-exists"
    vi = "Đơn vị giúp đỡ đã được đăng ký với nội dung khác; hãy dùng mã mới"
    en = "The sponsor is registered already with other content; use a new sponsor_id"


class SponsorAlreadyDissolved(Conflict):
    """The sponsor was dissolved before."""

    code = "already-closed"
    vi = "Đơn vị giúp đỡ đã giải thể ngày {dissolved_on}"
    en = "The sponsor was dissolved on {dissolved_on}"


class NoPerson(Conflict):
    """The sponsor is an agency or organisation: nothing kept of it is personal data."""

    code = "not-a-person"
    vi = "Chỉ cá nhân mới có dữ liệu để xóa; đơn vị ngừng giúp đỡ thì hãy ghi giải thể"
    en = "Only a person's data can be erased; where an agency or organisation ends, dissolve it"


class AlreadyHelping(Conflict):
    """The sponsor answers for the household already on some of these days."""

    code = "already-exists"
    vi = "Đơn vị này đã được phân công giúp hộ trong thời gian đó (phân công {assignment_id}); "
    vi += "hãy ghi vào phân công ấy, hoặc kết thúc nó trước"
    en = "The sponsor answers for the household in that time already (assignment {assignment_id}); "
    en += "record under that one, or end it first"


class HouseholdClosedBefore(Conflict):
    """The household was no more on that day."""

    code = "already-closed"
    vi = "Hộ {household_id} đã đóng ngày {closed_on}; hãy kiểm tra mã hộ và ngày"
    en = "Household {household_id} is closed from {closed_on} on; check its id and the date"


class AssignmentNotFound(Conflict):
    """There is no such assignment."""

    code = "not-found"
    status = 404
    vi = "Không có phân công này trong địa bàn của bạn; hãy kiểm tra mã"
    en = "There is no such assignment in your area; check its id"


class AssignmentAlreadyMade(Conflict):
    """The assignment is there already."""

    code = "already-exists"
    vi = "Phân công đã có với nội dung khác; hãy dùng mã mới"
    en = "The assignment exists already with other content; use a new assignment_id"


class AssignmentAlreadyEnded(Conflict):
    """The assignment was over on that day."""

    code = "already-closed"
    vi = "Phân công đã kết thúc ngày {ended_on}; muốn mở lại, hãy hủy sự kiện kết thúc"
    en = "The assignment ended on {ended_on}; to re-open it, annul its end"


class AlreadyRecorded(Conflict):
    """The visit, pledge or difficulty has this id already."""

    code = "already-exists"
    vi = "Mã {id} đã được dùng với nội dung khác; hãy dùng mã mới"
    en = "The id {id} is in use with other content; use a new one"


class PartNotFound(Conflict):
    """The assignment has no such pledge or difficulty."""

    code = "not-found"
    status = 404
    vi = "Phân công không có {what} {id}"
    en = "The assignment has no {what} {id}"


class PartNotOpen(Conflict):
    """The pledge or difficulty is done with."""

    code = "not-open"
    vi = "{what} {id} không còn mở"
    en = "The {what} {id} is open no longer"


class NoHandoverOffered(Conflict):
    """Nobody was asked to take over, or the answer was given."""

    code = "not-open"
    vi = "Không có đề nghị bàn giao nào đang chờ trả lời; hãy ghi đề nghị trước"
    en = "No handover is waiting for an answer; record its offer first"


class HandoverOfAnother(Conflict):
    """The offer is another sponsor's to answer."""

    code = "not-asked"
    vi = "Đề nghị bàn giao này gửi cho đơn vị khác; chỉ người của đơn vị ấy nhận hoặc từ chối"
    en = "This handover is offered to another sponsor; only its people may accept or refuse it"


class ModelNotFound(Conflict):
    """There is no such model."""

    code = "not-found"
    status = 404
    vi = "Không có mô hình này trong địa bàn của bạn; hãy kiểm tra mã"
    en = "There is no such model in your area; check its id"


class ModelAlreadyLaunched(Conflict):
    """The model is there already."""

    code = "already-exists"
    vi = "Mô hình đã có với nội dung khác; hãy dùng mã mới"
    en = "The model exists already with other content; use a new model_id"


class ModelAlreadyClosed(Conflict):
    """The model was over on that day."""

    code = "already-closed"
    vi = "Mô hình đã kết thúc ngày {closed_on}"
    en = "The model was closed on {closed_on}"


class AlreadyEnrolled(Conflict):
    """The household takes part already."""

    code = "already-exists"
    vi = "Hộ {household_id} đã tham gia mô hình"
    en = "Household {household_id} takes part in the model already"


class NotEnrolled(Conflict):
    """The household takes no part in the model."""

    code = "not-enrolled"
    vi = "Hộ {household_id} không tham gia mô hình; hãy ghi tham gia trước"
    en = "Household {household_id} takes no part in the model; enrol it first"
