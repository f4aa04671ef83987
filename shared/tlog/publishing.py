"""Checkpoints on their topic: how one travels, under the name of its service."""

import hashlib

from shared.clock import vietnam_date
from shared.codec import canonical
from shared.ids import named
from shared.log.headers import CHECKPOINT, key_of_text
from shared.log.port import Outgoing
from shared.recorded import Actor, Meta
from shared.tlog.checkpoint import Checkpoint, read_checkpoint
from shared.tlog.notes import read_note


def outgoing(topic: str, source: str, number: int, note: str, vkey: str) -> Outgoing:
    """Give the record of a signed checkpoint: its text as it stands, under the service's key.

    Its actor is the public key that signed it.
    """
    digest = hashlib.sha256(note.encode()).digest()
    said: Checkpoint = read_checkpoint(read_note(note).text)
    key = key_of_text(source)
    meta = Meta(
        source=source,
        stream_id=f"checkpoints-{source}",
        version=number,
        event_id=named(f"checkpoint|{digest.hex()}"),
        type=CHECKPOINT,
        schema_version=1,
        key=key,
        occurred_on=vietnam_date(said.at),
        recorded_at=said.at,
        actor=Actor(sub=vkey),
    )
    return Outgoing(
        topic=topic,
        key=key,
        position=said.size,
        meta=canonical(meta),
        data=note.encode(),
        digest=digest,
        key_text=source,
    )
