"""Why a command about loans or groups may be refused, one class per broken rule."""

from typing import Any

from shared.decider import Conflict


class LoanNotFound(Conflict):
    """There is no such loan."""

    code = "not-found"
    status = 404
    vi = "Không tìm thấy; hãy kiểm tra mã trong địa chỉ"
    en = "There is none; check the id in the address"


class GroupNotFound(LoanNotFound):
    """There is no such group."""


class DisbursementNotFound(LoanNotFound):
    """The loan has no such disbursement."""


class AlreadyRecorded(Conflict):
    """The loan, group, disbursement or voucher is there already."""

    code = "already-exists"
    vi = "Đã có {what}; hãy dùng mã khác"
    en = "{what} is there already; use another one"


class LoanAlreadyConfirmed(Conflict):
    """The commune has confirmed already."""

    code = "already-confirmed"
    vi = "Khoản vay đã được xã xác nhận"
    en = "The commune has confirmed this loan already"


class LoanAlreadyApproved(Conflict):
    """The bank has decided already."""

    code = "already-approved"
    vi = "Khoản vay đã được phê duyệt; không quyết định lần thứ hai"
    en = "The loan is approved already; there is no second decision"


class LoanAlreadyClosed(Conflict):
    """The loan was rejected, withdrawn or settled."""

    code = "already-closed"
    vi = "Hồ sơ đã đóng ({why}) từ {since}"
    en = "It was closed ({why}) on {since}"


class GroupAlreadyDissolved(Conflict):
    """The group was dissolved before."""

    code = "already-closed"
    vi = "Hồ sơ đã đóng (giải thể) từ {since}"
    en = "It was closed (dissolved) on {since}"


class LoanAlreadyDisbursed(Conflict):
    """Money was paid out, so that the application can no longer end."""

    code = "already-disbursed"
    vi = "Đã giải ngân; hãy thu hồi hoặc hủy bút toán giải ngân trước"
    en = "Money was paid out; reverse that disbursement first"


class DisbursementAlreadyReversed(Conflict):
    """The disbursement was taken back already."""

    code = "already-reversed"
    vi = "Lần giải ngân này đã được hủy"
    en = "This disbursement was reversed already"


class LoanAlreadyOverdue(Conflict):
    """The loan is overdue since another day."""

    code = "already-overdue"
    vi = "Khoản vay đã quá hạn từ {since}"
    en = "The loan is overdue since {since}"


class PartNotOpen(Conflict):
    """Nothing is there for this step to act on."""

    code = "not-open"
    vi = "Không có {what} vào ngày này"
    en = "There is no {what} on that day"


class FourEyesBroken(Conflict):
    """The one who approves asked for it, confirmed it or is related."""

    code = "four-eyes"
    vi = "Người phê duyệt không được là người đề nghị, người xác nhận hay người liên quan"
    en = "Whoever approves must not have asked for it, confirmed it or be related to the household"


class OverRepayment(Conflict):
    """More would come back than is owed on some day from then on."""

    code = "over-repayment"
    vi = "Số tiền {asked} đồng vượt số còn nợ; từ ngày này tối đa {limit} đồng"
    en = "{asked} đồng is more than is owed; from that day on at most {limit} đồng"


class OverReversal(Conflict):
    """Reversing would leave less than nothing owed on some day from then on."""

    code = "over-reversal"
    vi = "Hủy {asked} đồng sẽ làm dư nợ âm; đã có tiền trả, tối đa {limit} đồng"
    en = "Reversing {asked} đồng would make the debt negative; at most {limit} đồng"


class MisuseConfirmed(Conflict):
    """A finding of misuse on the loan was confirmed."""

    code = "misuse-confirmed"
    vi = "Khoản vay có vi phạm đã xác nhận, không được khoanh nợ hay xóa nợ"
    en = "Misuse of this loan was confirmed: it may be neither frozen nor written off"


class WouldOpenFindings(Conflict):
    """The disbursement would open findings that the request does not acknowledge."""

    code = "would-open-findings"
    vi = "Giải ngân này sẽ tạo cảnh báo: {codes}; kiểm tra lại, hoặc ghi rõ trong acknowledge"
    en = "This disbursement would open findings: {codes}; check it, or name them in acknowledge"

    def extra(self) -> dict[str, Any]:
        """Give the findings as precheck does."""
        return {"would_open": self.details["would_open"]}
