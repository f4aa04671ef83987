"""Commands about sponsors."""

from services.sponsorship import commands, errors, schemas
from services.sponsorship.decider import SPONSOR
from shared.auth.roles import OFFICERS, Role
from shared.builders import command_builder, sealed_for
from shared.routes import Body, CommandContext, PathIds, routes_below

_ONE = "/<uuid:sponsor_id>"
_OWNER = sealed_for("sponsor_id")


def _register(body: Body, _: PathIds, context: CommandContext) -> commands.RegisterSponsor:
    sponsor_id = body.get("sponsor_id") or context.new_id()
    name = body["name"]
    if body["kind"] == "individual":
        name = context.seal(sponsor_id, name)
    return commands.RegisterSponsor(
        sponsor_id=sponsor_id, kind=body["kind"], name=name, registered_on=body["registered_on"]
    )


_route = routes_below("/v1/sponsors", SPONSOR, roles=OFFICERS)

ROUTES = (
    _route(
        "",
        schemas.SponsorSchema,
        _register,
        "registered_on",
        ("Đăng ký đơn vị, cá nhân giúp đỡ", "Register a sponsor"),
        creates=True,
    ),
    _route(
        f"{_ONE}/dissolution",
        schemas.DissolutionSchema,
        command_builder(commands.DissolveSponsor, owner=_OWNER, sealed=("reason",)),
        "dissolved_on",
        ("Đơn vị giúp đỡ giải thể", "Dissolve a sponsor"),
        refusals=(errors.SponsorAlreadyDissolved,),
        semantic=("out-of-order /dissolved_on",),
    ),
    _route(
        f"{_ONE}/erasure",
        schemas.ErasureSchema,
        command_builder(commands.EraseSponsorData, owner=_OWNER),
        "occurred_on",
        ("Xóa dữ liệu cá nhân của người giúp đỡ", "Erase a sponsor's personal data"),
        roles=frozenset({Role.PRIVACY_OFFICER}),
        refusals=(errors.NoPerson,),
        erases=True,
    ),
)
