// The words of codes and events, Vietnamese first.
const SERVICES = [["households","Hộ nghèo","Households"],["loans","Vốn vay","Loans"],
  ["sponsorship","Giúp đỡ","Sponsorship"],["reporting","Báo cáo","Reporting"]];
const LISTS = [["worklist","Việc giao cho bạn","Assigned to you"],["misuse","Nghi dùng sai vốn","Possible misuse"],["stalled","Việc đứng lại","Stalled cases"],
  ["integrity","Tính đúng đắn của hồ sơ","Integrity of records"]];
const SEVERITY = {low:"thấp / low",medium:"vừa / medium",high:"cao / high",critical:"nghiêm trọng / critical"};
const FINDING = {open:["mới","open"],assigned:["đã giao","assigned"],explaining:["chờ giải trình","awaiting explanation"],
  confirmed:["đã xác nhận","confirmed"],remedied:["đã khắc phục","remedied"],dismissed:["đã bác","dismissed"],
  cleared:["đã hết","cleared"],retracted:["đã rút","retracted"]};
const DECISION = {assign:["Giao việc","assign"],request_explanation:["Yêu cầu giải trình","ask for an explanation"],
  explain:["Giải trình","explain"],confirm:["Xác nhận","confirm"],dismiss:["Bác","dismiss"],
  snooze:["Tạm ẩn","snooze"],remedy:["Ghi khắc phục","remedy"],reopen:["Mở lại","reopen"]};
// what may be decided on a finding as it stands; one that has ended is only reopened
const WAITS = ["assign","request_explanation","explain","confirm","dismiss","snooze","remedy"];
const FITTING = {open:WAITS,assigned:WAITS,explaining:WAITS,confirmed:["assign","explain","snooze","remedy","reopen"]};
// who is told the figures of an area; and the one that holds all others
const FIGURES = ["inspector","auditor","district_officer","commune_officer"], PROVINCE = "06";
const OPEN = "open,assigned,explaining,confirmed";
// the fields of the form of decisions, and what leaving one empty means
const ASKED = {decision:["Việc làm","decision"],note:["Lý do, ghi chú","note"],
  assignee:["Giao cho (mã người dùng; để trống: chính bạn)","assignee; empty: yourself"],
  until:{request_explanation:["Đến ngày (để trống: 15 ngày)","until; empty: 15 days"],
    snooze:["Đến ngày (nhiều nhất 90 ngày)","until; 90 days at most"]}};
const STATUS = {poor:["hộ nghèo","poor"],near_poor:["hộ cận nghèo","near-poor"],
  newly_escaped:["mới thoát nghèo","newly out of poverty"],not_poor:["không nghèo","not poor"]};
const LOAN = {applied:["đã đề nghị","applied"],confirmed:["xã đã xác nhận","confirmed"],approved:["đã duyệt","approved"],
  rejected:["bị từ chối","rejected"],withdrawn:["đã rút","withdrawn"],expired:["hết hạn duyệt","expired"],
  active:["đang vay","active"],overdue:["quá hạn","overdue"],frozen:["khoanh nợ","frozen"],
  settled:["đã tất toán","settled"],written_off:["đã xóa nợ","written off"]};
const GROUP = {no_working_capacity:["không có khả năng lao động","no working capacity"],war_merit:["có công","war merit"],
  ethnic_minority:["dân tộc thiểu số","ethnic minority"],single_parent:["đơn thân nuôi con","single parent"],
  disabled_head:["chủ hộ khuyết tật","disabled head"]};
const MONEY = {undisbursed:["Chưa giải ngân","undisbursed"],unevidenced:["Chưa kiểm tra","not yet checked"],
  on_purpose:["Đúng mục đích","on purpose"],off_purpose:["Sai mục đích","off purpose"],repaid:["Đã trả","repaid"],
  recalled:["Đã thu hồi","recalled"],written_off:["Đã xóa","written off"],total:["Tổng","total"]};
const EVENT = {HouseholdRegistered:"Đưa vào sổ",MemberJoined:"Thêm nhân khẩu",MemberLeft:"Nhân khẩu ra khỏi hộ",
  MemberUpdated:"Sửa thông tin nhân khẩu",HeadChanged:"Đổi chủ hộ",HouseholdMoved:"Chuyển nơi ở",
  HouseholdClosed:"Ra khỏi sổ",HouseholdGroupsSet:"Đặt nhóm đối tượng",PovertyCausesSet:"Ghi nguyên nhân nghèo",
  ReviewScored:"Chấm điểm rà soát",VillageMeetingHeld:"Họp thôn",ResultPosted:"Niêm yết kết quả",
  ComplaintFiled:"Có khiếu nại",ResultReverified:"Phúc tra",HouseholdClassified:"Quyết định phân loại",
  ExitTargetSet:"Đặt mục tiêu thoát nghèo",ExitTargetWithdrawn:"Rút mục tiêu thoát nghèo",
  PlanItemAgreed:"Thêm việc vào kế hoạch",PlanItemCompleted:"Xong một việc trong kế hoạch",
  PlanItemWithdrawn:"Bỏ một việc trong kế hoạch",SupportEntitled:"Được hưởng hỗ trợ",SupportDelivered:"Đã nhận hỗ trợ",
  SupportWithdrawn:"Rút hỗ trợ",PersonalDataErased:"Xóa dữ liệu cá nhân",EventCorrected:"Đính chính",
  LoanApplied:"Đề nghị vay",LoanConfirmed:"Xã xác nhận",LoanWithdrawn:"Rút đề nghị vay",LoanApproved:"Duyệt cho vay",
  LoanRejected:"Từ chối cho vay",LoanDisbursed:"Giải ngân",DisbursementReversed:"Hủy giải ngân",
  LoanUseInspected:"Kiểm tra sử dụng vốn",RepaymentRecorded:"Trả nợ",LoanBecameOverdue:"Quá hạn",
  LoanBecameCurrent:"Hết quá hạn",BorrowerContacted:"Liên hệ người vay",LoanExtended:"Gia hạn nợ",
  LoanFrozen:"Khoanh nợ",LoanWrittenOff:"Xóa nợ",RecallOrdered:"Yêu cầu thu hồi",RecallCollected:"Thu hồi được",
  SponsorAssigned:"Có đơn vị giúp đỡ",VisitRecorded:"Thăm hộ",SupportPledged:"Cam kết giúp",
  PledgeFulfilled:"Thực hiện cam kết",PledgeWithdrawn:"Rút cam kết",DifficultyRaised:"Báo khó khăn",
  DifficultyResolved:"Giải quyết khó khăn",HandoverOffered:"Đề nghị bàn giao",HandoverAccepted:"Nhận bàn giao",
  HandoverRefused:"Từ chối bàn giao",AssignmentEnded:"Thôi giúp đỡ",PersonInChargeChanged:"Đổi người phụ trách",
  HouseholdEnrolled:"Tham gia mô hình",OutcomeAssessed:"Đánh giá kết quả mô hình",FindingAssigned:"Giao việc",
  ExplanationRequested:"Yêu cầu giải trình",ExplanationGiven:"Giải trình",FindingConfirmed:"Xác nhận nghi vấn",
  FindingDismissed:"Bác nghi vấn",FindingSnoozed:"Tạm ẩn",FindingRemedied:"Ghi khắc phục",FindingReopened:"Mở lại"};
const FIELD = {code:"mã",valid_from:"bản đồ từ",account_ref:"tài khoản",member_id:"nhân khẩu",outcome:"kết quả",cause:"nguyên nhân",
  account_ref:"tài khoản",member_id:"nhân khẩu",amount:"số tiền",amount_received:"số tiền đã nhận",right_purpose_amount:"đúng mục đích",
  wrong_purpose_amount:"sai mục đích",actual_use:"thực tế sử dụng",effect:"hiệu quả",inspected_on:"ngày kiểm tra",
  inspector:"người kiểm tra",stated_outstanding:"dư nợ người vay nói",disbursed_on:"ngày giải ngân",method:"cách trả tiền",
  payee:"người nhận tiền",voucher_no:"số chứng từ",transaction_point:"điểm giao dịch",programme:"chương trình",
  purpose:"mục đích",purpose_note:"ghi chú mục đích",term_months:"thời hạn (tháng)",rate_bp:"lãi suất (phần vạn/tháng)",
  applied_on:"ngày đề nghị",confirmed_on:"ngày xác nhận",confirmed_by:"người xác nhận",approved_on:"ngày duyệt",
  approved_by:"người duyệt",valid_until:"hạn giải ngân",decision_no:"số quyết định",decided_on:"ngày quyết định",
  decided_by:"người quyết định",effective_from:"có hiệu lực từ",status:"diện",departure_reason:"lý do khác điểm",
  year:"năm",kind:"loại",b1:"điểm B1",b2:"điểm B2",scored_on:"ngày chấm",standard:"chuẩn nghèo",area_type:"khu vực",
  deprivations:"chiều thiếu hụt",held_on:"ngày họp",attendees:"số người dự",agreed:"số người đồng ý",
  posted_on:"niêm yết từ",posted_until:"niêm yết đến",filed_on:"ngày khiếu nại",set_on:"ngày đặt",to:"mục tiêu",
  agreed_on:"ngày thống nhất",action:"việc",addresses:"giải quyết",responsible:"người chịu trách nhiệm",due_on:"hạn",
  entitled_on:"ngày được hưởng",policy:"chính sách",value:"giá trị",starts_on:"từ ngày",ends_on:"đến ngày",
  visit_every_days:"số ngày giữa hai lần thăm",person_in_charge:"người phụ trách",visited_on:"ngày thăm",
  visitor:"người thăm",progress:"tiến triển",note:"ghi chú",pledged_on:"ngày cam kết",raised_on:"ngày báo",
  category:"loại",text:"nội dung",asked_of:"gửi tới",offered_on:"ngày đề nghị",principal:"gốc",interest:"lãi",
  payer:"người trả",paid_on:"ngày trả",since:"từ ngày",until:"đến ngày",from:"từ ngày",reason:"lý do",
  ordered_on:"ngày yêu cầu",enrolled_on:"ngày tham gia",support_value:"giá trị hỗ trợ",occurred_on:"ngày",
  acknowledged:"đã biết trước",groups:"nhóm",commune:"xã",registered_on:"ngày vào sổ",dissolved_on:"ngày giải thể",
  decision:"việc làm",assignee:"giao cho",village:"thôn",head:"chủ hộ",members:"nhân khẩu",member:"nhân khẩu",
  ethnicity:"dân tộc",split_from:"tách từ hộ",joined_on:"vào hộ ngày",left_on:"ra khỏi hộ ngày",moved_on:"ngày chuyển",
  closed_on:"ra khỏi sổ ngày",causes:"nguyên nhân",reviewer_ids:"người rà soát",done_on:"ngày phúc tra",
  withdrawn_on:"ngày rút",completed_on:"ngày xong",delivered_on:"ngày nhận",person:"người",legal_basis:"căn cứ pháp lý",
  rejected_on:"ngày từ chối",reversed_on:"ngày hủy",evidence:"chứng cứ",sha256:"mã băm tệp",ended_on:"ngày kết thúc",
  contacted_on:"ngày liên hệ",promised_on:"hẹn trả ngày",granted_on:"ngày cho gia hạn",written_off_on:"ngày xóa nợ",
  collected_on:"ngày thu hồi",goal:"mục tiêu giúp đỡ",fulfilled_on:"ngày thực hiện",resolved_on:"ngày giải quyết",
  accepted_on:"ngày nhận",refused_on:"ngày từ chối",assessed_on:"ngày đánh giá",result:"kết quả",
  income_before:"thu nhập trước (đồng)",income_after:"thu nhập sau (đồng)",key:"khóa",seen:"đã thấy khi quyết định"};
// whose values are in a code list that the services publish
const LISTED = {programme:"programme",purpose:"purpose",departure_reason:"departure_reason",category:"difficulty_category",
  asked_of:"asked_of",policy:"support_policy",ethnicity:"ethnicity",addresses:"cause indicators",causes:"cause",deprivations:"indicators",
  groups:"household_group",union:"union"};
// values of the other closed sets, by field; tests/unit compares them with what the services take
const CHOSEN = {method:{cash:"tiền mặt",transfer:"chuyển khoản"},
  kind:{borrower:"chính người vay",member:"người trong hộ",third_party:"người ngoài hộ",photo:"ảnh",document:"tài liệu",
    signature:"chữ ký",location:"vị trí",annual:"rà soát định kỳ",off_cycle:"rà soát thường xuyên",
    exit_request:"đề nghị thoát nghèo",agency:"cơ quan",organisation:"tổ chức",individual:"cá nhân",
    cash:"tiền",livestock:"vật nuôi",seedlings:"cây giống",materials:"vật tư",labour:"ngày công",housing:"nhà ở",
    training:"dạy nghề",job:"việc làm",insurance:"bảo hiểm",value_chain:"chuỗi giá trị",community:"cộng đồng",
    task:"theo nhiệm vụ",ocop:"OCOP",other:"khác"},
  effect:{good:"tốt",some:"khá",low:"thấp",none:"không có"},
  outcome:{promised:"hứa trả",absent:"vắng mặt",left_area:"đã rời địa phương",unable:"chưa có khả năng trả",
    refused:"không chịu trả",other:"khác"},
  result:{high:"cao",effective:"có hiệu quả",low:"thấp",none:"không có"},
  cause:{objective:"khách quan",subjective:"chủ quan"},area_type:{urban:"thành thị",rural:"nông thôn"},
  progress:{improving:"khá lên",unchanged:"như cũ",worsening:"kém đi"},to:{out:"thoát nghèo",near_poor:"xuống cận nghèo"}};
