"""A tiny made-up service: boxes that are opened somewhere and counted up."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from marshmallow import Schema

from shared.areas import Commune, commune_on
from shared.auth.roles import Role
from shared.codec import Registry
from shared.decider import Conflict, Decider, Malformed
from shared.event import command, event
from shared.http.fields import BodySchema, Choice, Day, Text, Uuid, Vnd
from shared.money import Money
from shared.recorded import Actor
from shared.routes import Body, CommandContext, CommandRoute, PathIds, Where
from shared.service import Resource, Service


@event("BoxOpened", keyed_by="box_id", dated_by="opened_on")
class BoxOpened:
    box_id: UUID
    commune: Commune
    opened_on: date
    note: str | None = None


@event("MoneyPutIn", keyed_by="box_id", dated_by="put_on")
class MoneyPutIn:
    box_id: UUID
    coin_id: UUID
    amount: Money
    put_on: date


@command
class OpenBox:
    box_id: UUID
    commune: Commune
    opened_on: date
    note: str | None


@command
class PutIn:
    box_id: UUID
    coin_id: UUID
    amount: Money
    put_on: date


@command
class BoxState:
    commune: Commune | None = None
    total: int = 0


class BoxFull(Conflict):
    code: ClassVar[str] = "box-full"
    vi: ClassVar[str] = "Chỉ còn {left} đồng chỗ trống"
    en: ClassVar[str] = "Only {left} đồng fit in"

    def extra(self) -> dict[str, Any]:
        return {"left": self.details["left"]}


FULL = 1_000_000


def _decide(state: BoxState, asked: Any, _: Actor) -> list[Any]:
    if isinstance(asked, OpenBox):
        return [
            BoxOpened(
                box_id=asked.box_id,
                commune=asked.commune,
                opened_on=asked.opened_on,
                note=asked.note,
            )
        ]
    if asked.amount == 0:
        return []
    if state.total + asked.amount > FULL:
        raise BoxFull(left=FULL - state.total)
    return [
        MoneyPutIn(
            box_id=asked.box_id, coin_id=asked.coin_id, amount=asked.amount, put_on=asked.put_on
        )
    ]


def _evolve(state: BoxState, fact: Any, _: Actor) -> BoxState:
    if isinstance(fact, BoxOpened):
        return BoxState(commune=fact.commune, total=state.total)
    return BoxState(commune=state.commune, total=state.total + fact.amount)


BOX: Decider[BoxState, Any] = Decider(
    name="box",
    initial=BoxState(),
    identify=lambda asked: asked.box_id,
    decide=_decide,
    evolve=_evolve,
)


class OpenSchema(BodySchema):
    opened_on = Day()
    box_id = Uuid()
    commune_code = Text(required=True)
    note = Text()


class PutSchema(BodySchema):
    put_on = Day()
    coin_id = Uuid()
    amount = Vnd(required=True)
    kind = Choice(("coin", "note"))


def _open(body: Body, _: PathIds, context: CommandContext) -> OpenBox:
    commune = commune_on(body["commune_code"], context.day(body))
    if commune is None:
        raise Malformed("/commune_code", "unknown-area", "không có xã này / no such commune")
    box_id = body.get("box_id") or context.new_id()
    return OpenBox(
        box_id=box_id,
        commune=commune,
        opened_on=context.day(body),
        note=context.seal(box_id, body.get("note")),
    )


def _put(body: Body, path: PathIds, context: CommandContext) -> PutIn:
    return PutIn(
        box_id=path["box_id"],
        coin_id=body.get("coin_id") or context.new_id(),
        amount=body["amount"],
        put_on=context.day(body),
    )


def _where(state: BoxState, *_: Any) -> Where:
    return lambda _: state.commune


def _route(path: str, schema: type[Schema], build: Any, **more: Any) -> CommandRoute:
    return CommandRoute(
        path=path,
        schema=schema,
        build=build,
        decider=BOX,
        summary_vi="Hộp",
        summary_en="Boxes",
        refusals=(BoxFull,),
        roles=frozenset({Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER}),
        **more,
    )


COUNTERS = Service(
    name="counters",
    title="Counters",
    registry=Registry("counters", (BoxOpened, MoneyPutIn)),
    routes=(
        _route(
            "/v1/boxs",
            OpenSchema,
            _open,
            creates=True,
            requested_area=lambda asked: asked.commune,
            dated_by="opened_on",
        ),
        _route(
            "/v1/boxs/<uuid:box_id>/coins",
            PutSchema,
            _put,
            location=_where,
            dated_by="put_on",
            answer_id="coin_id",
            made_ids=lambda asked: (asked.coin_id,),
        ),
    ),
    resources=(Resource(BOX, _where),),
    deciders=(BOX,),
)
