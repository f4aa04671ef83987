"""Commands about sponsors."""

from services.sponsorship import commands, errors, schemas
from services.sponsorship.decider import SPONSOR
from shared.auth.roles import OFFICERS, Role
from shared.builders import command_builder, sealed_for
from shared.routes import Body, CommandContext, CommandRoute, PathIds


def _register(body: Body, _: PathIds, context: CommandContext) -> commands.RegisterSponsor:
    sponsor_id = body.get("sponsor_id") or context.new_id()
    name = body["name"]
    if body["kind"] == "individual":
        name = context.seal(sponsor_id, name)
    return commands.RegisterSponsor(
        sponsor_id=sponsor_id, kind=body["kind"], name=name, registered_on=body["registered_on"]
    )


ROUTES = (
    CommandRoute(
        path="/v1/sponsors",
        schema=schemas.SponsorSchema,
        build=_register,
        decider=SPONSOR,
        dated_by="registered_on",
        summary_vi="Đăng ký đơn vị, cá nhân giúp đỡ",
        summary_en="Register a sponsor",
        roles=OFFICERS,
        creates=True,
    ),
    CommandRoute(
        path="/v1/sponsors/<uuid:sponsor_id>/dissolution",
        schema=schemas.DissolutionSchema,
        build=command_builder(
            commands.DissolveSponsor, owner=sealed_for("sponsor_id"), sealed=("reason",)
        ),
        decider=SPONSOR,
        dated_by="dissolved_on",
        summary_vi="Đơn vị giúp đỡ giải thể",
        summary_en="Dissolve a sponsor",
        roles=OFFICERS,
        refusals=(errors.SponsorAlreadyDissolved,),
        semantic=("out-of-order /dissolved_on",),
    ),
    CommandRoute(
        path="/v1/sponsors/<uuid:sponsor_id>/erasure",
        schema=schemas.ErasureSchema,
        build=command_builder(commands.EraseSponsorData, owner=sealed_for("sponsor_id")),
        decider=SPONSOR,
        summary_vi="Xóa dữ liệu cá nhân của người giúp đỡ",
        summary_en="Erase a sponsor's personal data",
        roles=frozenset({Role.PRIVACY_OFFICER}),
        refusals=(errors.NoPerson,),
        erases=True,
    ),
)
