"""Commands about debts that are not paid as agreed."""

from typing import Any

from services.loans import commands, errors, schemas
from services.loans.api.routes import CONTROLLER, FIELD, household_of, route
from services.loans.read_model import Known
from shared.builders import Build, command_builder
from shared.routes import Body, CommandContext, PathIds


def _unless_misused(command: type[Any]) -> Build:
    """Give the builder of a command that confirmed misuse forbids."""
    build = command_builder(command, owner=household_of)

    def with_misuse(body: Body, path: PathIds, context: CommandContext) -> Any:
        known: Known = context.known
        return build(body | {"misuse": known.misuse(path["loan_id"])}, path, context)

    return with_misuse


ROUTES = (
    route(
        "/overdue",
        schemas.OverdueSchema,
        command_builder(commands.MarkOverdue, owner=household_of),
        "since",
        ("Chuyển nợ quá hạn (14/TD)", "Move to overdue (14/TD)"),
        roles=CONTROLLER,
        refusals=(errors.LoanAlreadyClosed, errors.LoanAlreadyOverdue, errors.PartNotOpen),
    ),
    route(
        "/overdue-end",
        schemas.CurrentSchema,
        command_builder(commands.MarkCurrent, owner=household_of),
        "ended_on",
        ("Hết quá hạn", "End overdue"),
        roles=CONTROLLER,
        refusals=(errors.LoanAlreadyClosed, errors.PartNotOpen),
    ),
    route(
        "/contacts",
        schemas.ContactSchema,
        command_builder(commands.RecordContact, owner=household_of, makes=("contact_id",)),
        "contacted_on",
        ("Làm việc với người vay", "Record a talk with the borrower"),
        roles=FIELD,
        makes="contact_id",
        refusals=(errors.LoanAlreadyClosed,),
        semantic=("out-of-order /promised_on",),
    ),
    route(
        "/extension",
        schemas.ExtendSchema,
        command_builder(commands.ExtendLoan, owner=household_of),
        "granted_on",
        ("Gia hạn nợ (09/TD)", "Extend (09/TD)"),
        roles=CONTROLLER,
        refusals=(errors.LoanAlreadyClosed, errors.PartNotOpen),
        semantic=("out-of-order /until",),
    ),
    route(
        "/freeze",
        schemas.FreezeSchema,
        _unless_misused(commands.FreezeLoan),
        "from",
        ("Khoanh nợ", "Freeze"),
        roles=CONTROLLER,
        refusals=(errors.LoanAlreadyClosed, errors.MisuseConfirmed, errors.PartNotOpen),
        sees_own_tables=True,
        semantic=("out-of-order /until",),
    ),
    route(
        "/write-off",
        schemas.WriteOffSchema,
        _unless_misused(commands.WriteOffLoan),
        "written_off_on",
        ("Xóa nợ", "Write off"),
        roles=CONTROLLER,
        refusals=(errors.LoanAlreadyClosed, errors.MisuseConfirmed, errors.OverRepayment),
        sees_own_tables=True,
    ),
    route(
        "/recall",
        schemas.RecallSchema,
        command_builder(
            commands.OrderRecall, owner=household_of, sealed=("reason",), makes=("recall_id",)
        ),
        "ordered_on",
        ("Yêu cầu thu hồi nợ trước hạn", "Order a recall"),
        roles=CONTROLLER,
        makes="recall_id",
        refusals=(errors.LoanAlreadyClosed, errors.PartNotOpen),
        sees_own_tables=True,
        semantic=("out-of-order /due_on",),
    ),
    route(
        "/recall-collections",
        schemas.CollectSchema,
        command_builder(commands.CollectRecall, owner=household_of),
        "collected_on",
        ("Thu theo yêu cầu thu hồi", "Record a recall collection"),
        refusals=(errors.LoanAlreadyClosed, errors.PartNotOpen, errors.OverRepayment),
        semantic=(
            "required /recall_id",
            "not-in-list /recall_id",
            "out-of-order /collected_on",
        ),
    ),
)
