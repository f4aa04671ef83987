"""Commands about exit targets, plan items and supports."""

from services.households import commands, errors, schemas
from services.households.api.routes import route
from shared.auth.roles import Role
from shared.builders import command_builder, sealed_for

_OWNER = sealed_for("household_id")
_DISTRICT = frozenset({Role.DISTRICT_OFFICER})
_ITEM = "/plan-items/<uuid:item_id>"
_SUPPORT = "/supports/<uuid:support_id>"

ROUTES = (
    route(
        "/exit-targets",
        schemas.TargetSchema,
        command_builder(commands.SetExitTarget, owner=_OWNER),
        "set_on",
        ("Đặt mục tiêu thoát nghèo", "Set an exit target"),
        roles=_DISTRICT,
        refusals=(errors.TargetAlreadySet,),
        semantic=("out-of-order /year",),
    ),
    route(
        "/exit-targets/<int:year>/withdrawal",
        schemas.WithdrawalSchema,
        command_builder(commands.WithdrawExitTarget, owner=_OWNER, sealed=("reason",)),
        "withdrawn_on",
        ("Rút mục tiêu thoát nghèo", "Withdraw an exit target"),
        roles=_DISTRICT,
        refusals=(errors.PartNotOpen,),
        semantic=("out-of-order /withdrawn_on",),
    ),
    route(
        "/plan-items",
        schemas.PlanItemSchema,
        command_builder(
            commands.AgreePlanItem,
            owner=_OWNER,
            makes=("item_id",),
            people=("responsible",),
            sealed=("action",),
        ),
        "agreed_on",
        ("Thống nhất việc giúp đỡ", "Agree on a plan item"),
        makes="item_id",
        refusals=(errors.AlreadyRecorded,),
        semantic=("out-of-order /due_on",),
    ),
    route(
        f"{_ITEM}/completion",
        schemas.CompletionSchema,
        command_builder(commands.CompletePlanItem, owner=_OWNER, sealed=("note",)),
        "completed_on",
        ("Hoàn thành việc", "Complete a plan item"),
        refusals=(errors.PartNotOpen,),
        semantic=("out-of-order /completed_on",),
    ),
    route(
        f"{_ITEM}/withdrawal",
        schemas.WithdrawalSchema,
        command_builder(commands.WithdrawPlanItem, owner=_OWNER, sealed=("reason",)),
        "withdrawn_on",
        ("Rút việc", "Withdraw a plan item"),
        refusals=(errors.PartNotOpen,),
        semantic=("out-of-order /withdrawn_on",),
    ),
    route(
        "/supports",
        schemas.SupportSchema,
        command_builder(commands.EntitleSupport, owner=_OWNER, makes=("support_id",)),
        "entitled_on",
        ("Hộ được hưởng chính sách", "Record an entitlement"),
        makes="support_id",
        refusals=(errors.AlreadyRecorded,),
        semantic=("out-of-order /due_on",),
    ),
    route(
        f"{_SUPPORT}/delivery",
        schemas.DeliverySchema,
        command_builder(commands.DeliverSupport, owner=_OWNER),
        "delivered_on",
        ("Hộ đã nhận hỗ trợ", "Record a delivery"),
        refusals=(errors.PartNotOpen,),
        semantic=("out-of-order /delivered_on",),
    ),
    route(
        f"{_SUPPORT}/withdrawal",
        schemas.WithdrawalSchema,
        command_builder(commands.WithdrawSupport, owner=_OWNER, sealed=("reason",)),
        "withdrawn_on",
        ("Thôi hưởng chính sách", "Withdraw an entitlement"),
        refusals=(errors.PartNotOpen,),
        semantic=("out-of-order /withdrawn_on",),
    ),
)
