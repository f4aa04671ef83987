"""Why the register of households refuses, one class per broken rule."""

from collections.abc import Callable
from typing import Any

from shared.areas import Commune
from shared.decider import Conflict


class HouseholdNotFound(Conflict):
    """There is no such household."""

    code = "not-found"
    status = 404
    vi = "Không có hộ này trong địa bàn của bạn; hãy kiểm tra mã hộ"
    en = "There is no such household in your area; check its id"


class HouseholdAlreadyRegistered(Conflict):
    """The household is on the register."""

    code = "already-exists"
    vi = "Hộ đã được đăng ký với nội dung khác; hãy dùng mã hộ mới"
    en = "The household is registered already with other content; use a new household_id"


class HouseholdAlreadyClosed(Conflict):
    """The household was no more on that day."""

    code = "already-closed"
    vi = "Hộ đã đóng ngày {closed_on}; muốn mở lại, hãy hủy sự kiện đóng hộ bằng đính chính"
    en = "The household is closed from {closed_on} on; to re-open it, annul the closure"


class MemberNotFound(Conflict):
    """Nobody by that id has been in the household."""

    code = "not-found"
    status = 404
    vi = "Hộ không có thành viên {member_id}"
    en = "The household has no member {member_id}"


class NotAMember(Conflict):
    """The person does not belong to the household on that day."""

    code = "not-a-member"
    vi = "{member_id} không phải là thành viên của hộ vào ngày đó; hãy chọn thành viên hiện có"
    en = "{member_id} is not a member of the household on that day; choose one who is"


class AlreadyAMember(Conflict):
    """The person belongs to the household already."""

    code = "already-exists"
    vi = "{member_id} đã là thành viên của hộ"
    en = "{member_id} is a member of the household already"


class MemberAlreadyLeft(Conflict):
    """The person has left the household before."""

    code = "already-left"
    vi = "{member_id} đã rời hộ ngày {left_on}"
    en = "{member_id} left the household on {left_on}"


class DuplicateCitizen(Conflict):
    """The citizen number is that of somebody who is a member here or elsewhere in that time."""

    code = "duplicate-citizen"
    vi = "Trong thời gian đó số căn cước đã thuộc một thành viên của hộ này hay hộ khác; "
    vi += "hãy ghi rời hộ trước, hoặc sửa ngày"
    en = "In that time the citizen id is that of another member, here or elsewhere; "
    en += "record the departure first, or correct the dates"

    def redacted_for(self, sees: Callable[[Commune | None], bool]) -> "DuplicateCitizen":
        """Name the other household, and who it is there, to those who may see it."""
        if self.details and not sees(self.details["commune"]):
            return DuplicateCitizen()
        return self

    def extra(self) -> dict[str, Any]:
        """Give the ids of the household and of the member, where they are told."""
        return {name: str(self.details[name]) for name in self.details if name != "commune"}


class ReviewNotFound(Conflict):
    """The household has no such review."""

    code = "not-found"
    status = 404
    vi = "Hộ không có phiếu rà soát {review_id}"
    en = "The household has no review {review_id}"


class AlreadyRecorded(Conflict):
    """The part of the household has this id already."""

    code = "already-exists"
    vi = "Mã {id} đã được dùng với nội dung khác; hãy dùng mã mới"
    en = "The id {id} is in use with other content; use a new one"


class FourEyesBroken(Conflict):
    """Those who scored, or are kin, must not decide (G12)."""

    code = "four-eyes"
    vi = "Người quyết định phân loại không được là người rà soát hay người thân của hộ: {who}"
    en = "Whoever decides a classification must be neither its reviewer nor related: {who}"


class DepartureUnexplained(Conflict):
    """The status is not the one that the points give."""

    code = "departure-unexplained"
    vi = "Điểm rà soát cho kết quả `{given}`, khác `{status}`; hãy ghi `departure_reason`"
    en = "The points give `{given}`, not `{status}`; say why in `departure_reason`"


class TargetAlreadySet(Conflict):
    """The year has another target."""

    code = "already-exists"
    vi = "Năm {year} đã có mục tiêu thoát nghèo; hãy rút mục tiêu cũ trước"
    en = "There is an exit target for {year}; withdraw it first"


class PartNotFound(Conflict):
    """The household has no such target, plan item or support."""

    code = "not-found"
    status = 404
    vi = "Hộ không có {what} {id}"
    en = "The household has no {what} {id}"


class PartNotOpen(Conflict):
    """The target, plan item or support is done with."""

    code = "not-open"
    vi = "{what} {id} không còn mở"
    en = "The {what} {id} is open no longer"
