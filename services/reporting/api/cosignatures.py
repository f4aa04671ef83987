"""What witnesses have signed beside our checkpoints, handed in over HTTP."""

from flask import Response

from services.reporting.api.answers import answer, engine_of
from services.reporting.tlog.cosigning import cosign
from shared.auth.roles import Role
from shared.bodies import load
from shared.http.blueprint import StrictBlueprint
from shared.http.body import read_json
from shared.http.commands import body_bytes
from shared.http.fields import BodySchema, Text
from shared.http.limits import Limits
from shared.http.shapes import WORD, has, some
from shared.http.who import caller, role_missing
from shared.problems import FieldError, invalid
from shared.service import Runtime
from shared.settings import BadSetting
from shared.tlog.notes import BadNote, read_vkey

LONGEST = 20_000
"""Letters of a note: a checkpoint with a hundred signatures."""
_ROLES = (Role.AUDITOR, Role.INSPECTOR)
_TAKEN = has(service=WORD, witnesses=some(WORD))


class NoteSchema(BodySchema):
    """A checkpoint of ours, as a signed note that witnesses have signed too."""

    note = Text(LONGEST, required=True)


def blueprint(runtime: Runtime) -> StrictBlueprint:
    """Give the endpoint; BadSetting where a witness's key is none."""
    made = StrictBlueprint("cosignatures", __name__, description="Nhân chứng / Witnesses")
    try:
        witnesses = [read_vkey(vkey) for vkey in runtime.settings.evidence_witnesses]
    except BadNote as problem:
        raise BadSetting(f"EVIDENCE_WITNESSES: {problem}") from None

    @made.post("/v1/audit/cosignatures", NoteSchema, _TAKEN, semantic=["not-in-list /note"])
    def cosignatures() -> Response:
        """Take in the signatures of known witnesses beside ours; again changes nothing."""
        who = caller()
        # asked by POST, and the auditor's too: what counts is the witness's signature
        if not who.has(*_ROLES):
            raise role_missing(_ROLES)
        body = load(NoteSchema(), read_json(body_bytes(Limits().body_bytes)))
        try:
            with engine_of(runtime).begin() as connection:
                service, names = cosign(connection, body["note"], witnesses)
        except BadNote as problem:
            said = f"không nhận / refused: {problem}"
            raise invalid([FieldError("/note", "not-in-list", said)]) from None
        return answer({"service": service, "witnesses": names})

    return made
