"""Commands about who a household is, and where."""

from datetime import date
from typing import Any
from uuid import UUID

from services.households import commands, errors, schemas
from services.households.api.persons import believable
from services.households.api.routes import BASE, route
from services.households.decider import HOUSEHOLD
from services.households.events import Member
from shared.auth.roles import OFFICERS, Role
from shared.builders import command_builder, commune_of, sealed_for
from shared.routes import Body, CommandContext, CommandRoute, PathIds

_OWNER = sealed_for("household_id")
_OF_MEMBER = ("full_name", "birth_date", "citizen_id", "phone")


def member(body: Body, context: CommandContext, pointer: str, since: date) -> Member:
    """Make a member from a day on, what names the person sealed under a key of their own."""
    believable(body, context.today, since, pointer)
    member_id: UUID = body.get("member_id") or context.new_id()
    citizen_id = body.get("citizen_id")
    fields: dict[str, Any] = {
        "member_id": member_id,
        "relation": body.get("relation", "head"),
        "able_to_work": body["able_to_work"],
        "sex": body.get("sex"),
        "citizen_ref": context.pseudonym(citizen_id) if citizen_id else None,
    }
    for name in _OF_MEMBER:
        value = body.get(name)
        fields[name] = context.seal(member_id, None if value is None else str(value))
    return Member(**fields)


def _register(body: Body, _: PathIds, context: CommandContext) -> commands.RegisterHousehold:
    commune = commune_of(body, context)
    if commune is None:
        raise TypeError("the schema requires a commune")
    others, day = body.get("members", []), body["registered_on"]
    return commands.RegisterHousehold(
        household_id=body.get("household_id") or context.new_id(),
        commune=commune,
        village=body["village"],
        area_type=body["area_type"],
        head=member(body["head"], context, "/head", day),
        members=tuple(
            member(other, context, f"/members/{index}", day) for index, other in enumerate(others)
        ),
        ethnicity=body.get("ethnicity"),
        registered_on=day,
        split_from=body.get("split_from"),
    )


def _join(body: Body, path: PathIds, context: CommandContext) -> commands.AddMember:
    return commands.AddMember(
        household_id=path["household_id"],
        member=member(body, context, "", body["joined_on"]),
        joined_on=body["joined_on"],
    )


def _people(command: commands.RegisterHousehold) -> tuple[UUID, ...]:
    return tuple(person.member_id for person in (command.head, *command.members))


ROUTES = (
    CommandRoute(
        path="/v1/households",
        schema=schemas.RegistrationSchema,
        build=_register,
        decider=HOUSEHOLD,
        dated_by="registered_on",
        summary_vi="Đăng ký hộ",
        summary_en="Register a household",
        roles=OFFICERS,
        requested_area=lambda command: command.commune,
        creates=True,
        made_ids=_people,
        refusals=(errors.DuplicateCitizen,),
        semantic=(
            "out-of-range /members/*/member_id",
            "out-of-range /split_from",
            "in-future /head/birth_date",
            "out-of-order /head/birth_date",
            "out-of-range /head/citizen_id",
            "in-future /members/*/birth_date",
            "out-of-order /members/*/birth_date",
            "out-of-range /members/*/citizen_id",
        ),
    ),
    route(
        "/members",
        schemas.JoiningSchema,
        _join,
        "joined_on",
        ("Thêm thành viên", "Add a member"),
        made_ids=lambda command: (command.member.member_id,),
        reuses_ids=lambda state, command: command.member.member_id in state.members,
        answer_id="member_id",
        refusals=(errors.AlreadyAMember, errors.DuplicateCitizen),
        semantic=(
            "out-of-order /joined_on",
            "in-future /birth_date",
            "out-of-order /birth_date",
            "out-of-range /citizen_id",
        ),
    ),
    route(
        "/members/<uuid:member_id>/departure",
        schemas.DepartureSchema,
        command_builder(commands.RemoveMember, owner=_OWNER),
        "left_on",
        ("Thành viên rời hộ", "Record a departure"),
        refusals=(errors.MemberAlreadyLeft,),
        semantic=("out-of-order /left_on",),
    ),
    route(
        "/head",
        schemas.HeadChangeSchema,
        command_builder(commands.ChangeHead, owner=_OWNER),
        "from",
        ("Đổi chủ hộ", "Change the head"),
        refusals=(errors.NotAMember,),
        semantic=("out-of-order /from",),
    ),
    route(
        "/move",
        schemas.MoveSchema,
        command_builder(commands.MoveHousehold, owner=_OWNER),
        "moved_on",
        ("Hộ chuyển nơi ở", "Move the household"),
        requested_area=lambda command: command.commune,
        semantic=("out-of-order /moved_on",),
    ),
    route(
        "/closure",
        schemas.ClosureSchema,
        command_builder(commands.CloseHousehold, owner=_OWNER),
        "closed_on",
        ("Đóng hồ sơ hộ", "Close the household"),
        refusals=(errors.HouseholdAlreadyClosed,),
        semantic=(
            "out-of-order /closed_on",
            "out-of-range /into_household_id",
        ),
    ),
    route(
        "/groups",
        schemas.GroupsSchema,
        command_builder(commands.SetGroups, owner=_OWNER),
        "occurred_on",
        ("Nhóm đối tượng", "Set the groups"),
        method="PUT",
    ),
    route(
        "/causes",
        schemas.CausesSchema,
        command_builder(commands.SetCauses, owner=_OWNER, sealed=("note",)),
        "occurred_on",
        ("Nguyên nhân nghèo", "Set the causes"),
        method="PUT",
    ),
    route(
        "/erasure",
        schemas.ErasureSchema,
        command_builder(commands.ErasePersonalData, owner=_OWNER),
        "occurred_on",
        ("Xóa dữ liệu cá nhân của một người", "Erase a person's data"),
        roles=frozenset({Role.PRIVACY_OFFICER}),
        erases=True,
    ),
)

__all__ = ["BASE", "ROUTES", "member"]
