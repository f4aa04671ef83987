"""Commands about assignments: visits, pledges and difficulties."""

import unicodedata
from datetime import date
from typing import Any
from uuid import UUID

from services.sponsorship import commands, errors, schemas
from services.sponsorship.api.routes import HELPERS, OWNER, route, where
from services.sponsorship.decider import ASSIGNMENT
from services.sponsorship.events import Evidence
from services.sponsorship.read_model import Known
from shared.auth.caller import Caller
from shared.auth.roles import OFFICERS, Role
from shared.builders import Build, command_builder, commune_of
from shared.decider import Malformed
from shared.problems import Problem
from shared.routes import Body, CommandContext, CommandRoute, PathIds

_LONG_NOTE = 40
_AGENCY = "agency"
_EVIDENCE = {"evidence": Evidence}
_COMMITMENT = "/commitments/<uuid:commitment_id>"


def sponsor_known(sponsor_id: UUID, context: CommandContext, pointer: str, day: date) -> None:
    """Refuse a sponsor that is not on the register, or was no more on that day."""
    known: Known = context.known
    gone_on = known.dissolved_on(sponsor_id)
    if gone_on is not None and gone_on <= day:
        raise errors.SponsorAlreadyDissolved(dissolved_on=gone_on)
    if not known.has_sponsor(sponsor_id):
        raise Malformed(
            pointer,
            "not-in-list",
            "chưa có đơn vị giúp đỡ này, hãy đăng ký trước / no such sponsor, register it first",
        )


def household_there(household_id: UUID, context: CommandContext, day: date) -> None:
    """Refuse a household that is known to be no more on that day."""
    known: Known = context.known
    closed_on = known.closed_on(household_id)
    if closed_on is not None and closed_on <= day:
        raise errors.HouseholdClosedBefore(household_id=household_id, closed_on=closed_on)


def _assign(body: Body, _: PathIds, context: CommandContext) -> commands.AssignSponsor:
    day = body["starts_on"]
    sponsor_known(body["sponsor_id"], context, "/sponsor_id", day)
    household_there(body["household_id"], context, day)
    assignment_id = body.get("assignment_id") or context.new_id()
    return commands.AssignSponsor(
        assignment_id=assignment_id,
        household_id=body["household_id"],
        sponsor_id=body["sponsor_id"],
        starts_on=day,
        person_in_charge=body.get("person_in_charge", context.caller.sub),
        ends_on=body.get("ends_on"),
        visit_every_days=body.get("visit_every_days", 90),
        goal=context.seal(assignment_id, body["goal"]) or "",
        commune=commune_of(body, context) or context.known.commune_of(body["household_id"], day),
    )


def _visit(build: Build) -> Build:
    def made(body: Body, path: PathIds, context: CommandContext) -> Any:
        if not _may_visit(context.caller, context.known.sponsor_of(path["assignment_id"])):
            raise Problem(
                "role-missing",
                "Cán bộ chỉ ghi thăm hộ thay cho cơ quan, đơn vị; cá nhân, tổ chức tự ghi / "
                "Officers record visits for agencies only; this sponsor's own people record them",
            )
        note = body.get("note")
        if note is not None and len(note) >= _LONG_NOTE:
            body = body | {"note_ref": context.text_ref(same_words(note))}
        return build(body, path, context)

    return made


def _may_visit(caller: Caller, sponsor: tuple[UUID, str] | None) -> bool:
    """Tell whether somebody may record a visit of a sponsor: officers those of agencies only."""
    if sponsor is None or sponsor[1] == _AGENCY or not caller.has(*OFFICERS):
        # whether it is theirs is asked of everybody who only helps
        return True
    # who loads the past for a sponsor's people says nothing of which one
    return caller.has(Role.SPONSOR) and caller.sponsor_id in (None, sponsor[0])


def same_words(note: str) -> str:
    """Give the form in which two notes of the same words are equal."""
    return " ".join(unicodedata.normalize("NFC", note).casefold().split())


ROUTES = (
    CommandRoute(
        path="/v1/assignments",
        schema=schemas.AssignmentSchema,
        build=_assign,
        decider=ASSIGNMENT,
        dated_by="starts_on",
        future_ok=True,
        summary_vi="Phân công giúp đỡ hộ",
        summary_en="Assign a sponsor",
        roles=OFFICERS,
        requested_area=lambda command: command.commune,
        location=where,
        creates=True,
        refusals=(
            errors.AlreadyHelping,
            errors.HouseholdClosedBefore,
            errors.SponsorAlreadyDissolved,
        ),
        sees_own_tables=True,
        semantic=(
            "not-in-list /sponsor_id",
            "out-of-order /ends_on",
        ),
    ),
    route(
        "/visits",
        schemas.VisitSchema,
        _visit(
            command_builder(
                commands.RecordVisit,
                owner=OWNER,
                makes=("visit_id",),
                people=("visitor",),
                sealed=("note",),
                parts=_EVIDENCE,
            )
        ),
        "visited_on",
        ("Ghi lần thăm hộ", "Record a visit"),
        makes="visit_id",
        refusals=(errors.AlreadyRecorded, errors.AssignmentAlreadyEnded),
        sees_own_tables=True,
        semantic=("out-of-order /visited_on",),
    ),
    route(
        "/commitments",
        schemas.CommitmentSchema,
        command_builder(commands.PledgeSupport, owner=OWNER, makes=("commitment_id",)),
        "pledged_on",
        ("Cam kết hỗ trợ", "Pledge support"),
        makes="commitment_id",
        refusals=(errors.AlreadyRecorded, errors.AssignmentAlreadyEnded),
        semantic=(
            "out-of-order /pledged_on",
            "out-of-order /due_on",
        ),
    ),
    route(
        f"{_COMMITMENT}/fulfilment",
        schemas.FulfilmentSchema,
        command_builder(commands.FulfilPledge, owner=OWNER, parts=_EVIDENCE),
        "fulfilled_on",
        ("Thực hiện cam kết", "Fulfil a pledge"),
        roles=frozenset({Role.SPONSOR}),
        refusals=(errors.PartNotOpen,),
        semantic=("out-of-order /fulfilled_on",),
    ),
    route(
        f"{_COMMITMENT}/withdrawal",
        schemas.WithdrawalSchema,
        command_builder(commands.WithdrawPledge, owner=OWNER, sealed=("reason",)),
        "withdrawn_on",
        ("Rút cam kết", "Withdraw a pledge"),
        refusals=(errors.PartNotOpen,),
        semantic=("out-of-order /withdrawn_on",),
    ),
    route(
        "/difficulties",
        schemas.DifficultySchema,
        command_builder(
            commands.RaiseDifficulty, owner=OWNER, makes=("difficulty_id",), sealed=("text",)
        ),
        "raised_on",
        ("Nêu khó khăn", "Raise a difficulty"),
        roles=HELPERS,
        makes="difficulty_id",
        refusals=(errors.AlreadyRecorded, errors.AssignmentAlreadyEnded),
        semantic=("out-of-order /raised_on",),
    ),
    route(
        "/difficulties/<uuid:difficulty_id>/resolution",
        schemas.ResolutionSchema,
        command_builder(commands.ResolveDifficulty, owner=OWNER, sealed=("outcome",)),
        "resolved_on",
        ("Trả lời khó khăn", "Resolve a difficulty"),
        roles=OFFICERS,
        refusals=(errors.PartNotOpen,),
        semantic=("out-of-order /resolved_on",),
    ),
)
