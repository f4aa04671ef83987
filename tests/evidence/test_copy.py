"""Reporting's copy of the logs: it agrees with what was signed, or says that it does not."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from cli.evidence import unaware
from services.reporting.api import cosignatures
from services.reporting.app import SERVICE
from services.reporting.tlog.copy import Copy
from services.reporting.tlog.tables import COPY
from shared.projector.quarantine import hold
from shared.settings import BadSetting
from shared.tlog.checkpoint import read_checkpoint
from shared.tlog.heads import Head, HeadProof, path_of, proves
from shared.tlog.leaf import Leaf
from shared.tlog.merkle import consistent, included, leaf_hash, root_of
from shared.tlog.notes import COSIGNATURE, Signer, opened, read_note
from tests.matrix.row import BEFORE
from tests.support import servers
from tests.support.counter_app import WITNESS, bearer, runtime
from tests.support.facts import assigned, registered, target, uid
from tests.support.notary import Notary, forgotten, leaves_on
from tests.support.projecting import database, emptied
from tests.support.reporting import SETTINGS, Reporting
from tests.support.servers import PostgresServer

pytestmark = pytest.mark.servers

DAY = date(2024, 1, 10)
HOME, OTHER = uid("home"), uid("other home")
AUDITOR = bearer("auditor")


@pytest.fixture(scope="module")
def whole(postgres_server: PostgresServer) -> Iterator[Engine]:
    """Reporting's database, for this file."""
    with servers.fresh_database(postgres_server) as url:
        made = database(url)
        yield made
        made.dispose()


@pytest.fixture
def reporting(whole: Engine) -> Reporting:
    emptied(whole)
    forgotten(whole)
    return Reporting.over(whole)


@pytest.fixture
def notary(reporting: Reporting) -> Notary:
    return Notary(reporting.log)


def compare(reporting: Reporting) -> None:
    copy = Copy(reporting.engine, reporting.log, SETTINGS)
    copy.turn()


def some_facts(reporting: Reporting) -> None:
    reporting.record(
        registered(DAY, BEFORE, HOME),
        registered(DAY, BEFORE, OTHER),
        target(date(2026, 1, 15), year=2026, home=HOME),
        assigned(DAY, home=HOME),
    )


def checkpoints(reporting: Reporting) -> list[dict[str, Any]]:
    found = reporting.items("/v1/audit/checkpoints", AUDITOR)
    return list(reversed(found))


def damage(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


def raw(packed: str) -> bytes:
    return base64.b64decode(packed, validate=True)


def proof_of(reporting: Reporting, event: UUID, who: Any = AUDITOR) -> TestResponse:
    return reporting.ask(f"/v1/audit/proofs/{event}", who)


def test_what_was_signed_over_the_same_events_agrees(reporting: Reporting, notary: Notary) -> None:
    some_facts(reporting)
    notary.signs(2)
    notary.signs()
    compare(reporting)
    first, second = checkpoints(reporting)
    assert (first["size"], second["size"]) == (2, 3)
    assert first["agrees"]
    assert second["agrees"]
    assert second["service"] == "households"
    [key] = reporting.items("/v1/audit/keys", AUDITOR)
    assert key["vkey"] == notary.signers[0].verifier.vkey


def test_a_checkpoint_waits_for_its_events(reporting: Reporting, notary: Notary) -> None:
    first, second = (
        reporting.recorder.record(registered(DAY, BEFORE, home)) for home in (HOME, OTHER)
    )
    leaves = [Leaf(n, each.meta.key, each.digest) for n, each in enumerate((first, second), 1)]
    notary.publish(notary.says(leaves))
    reporting.feed([first])
    compare(reporting)
    assert checkpoints(reporting) == []
    reporting.feed([second])
    compare(reporting)
    assert [each["agrees"] for each in checkpoints(reporting)] == [True]


def test_a_checkpoint_of_events_that_never_come_holds_up_no_other(
    reporting: Reporting, notary: Notary
) -> None:
    some_facts(reporting)
    whole = notary.says(leaves_on(reporting.log, "households"))
    notary.publish(replace(whole, size=10**15))
    notary.publish(whole)
    compare(reporting)
    assert [(each["size"], each["agrees"]) for each in checkpoints(reporting)] == [(3, True)]


def test_an_event_that_comes_out_of_turn_leaves_no_gap(
    reporting: Reporting, notary: Notary
) -> None:
    homes = (HOME, OTHER, uid("third home"))
    told = [reporting.recorder.record(registered(DAY, BEFORE, home)) for home in homes]
    leaves = [Leaf(n, each.meta.key, each.digest) for n, each in enumerate(told, 1)]
    notary.publish(notary.says(leaves))
    for number, seen in ((0, []), (2, []), (1, [True])):
        reporting.feed([told[number]])
        compare(reporting)
        assert [each["agrees"] for each in checkpoints(reporting)] == seen


def test_an_event_is_proved_to_somebody_with_nothing_but_the_public_key(
    reporting: Reporting, notary: Notary
) -> None:
    recorded = reporting.record(
        registered(DAY, BEFORE, HOME), *(registered(DAY, BEFORE, uid(f"h{n}")) for n in range(300))
    )
    notary.signs()
    compare(reporting)
    for position in (1, 256, 257, 301):
        event = recorded[position - 1]
        answer = proof_of(reporting, event.meta.event_id)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.get_json()
        note = read_note(found["checkpoint"])
        assert opened(note, [notary.signers[0].verifier])
        said, leaf, head = read_checkpoint(note.text), found["leaf"], found["head"]
        assert leaf["index"] == position - 1
        assert event.digest in raw(leaf["entry"])
        siblings = [raw(each) for each in leaf["siblings"]]
        hashed = leaf_hash(raw(leaf["entry"]))
        assert included(hashed, position - 1, said.size, siblings, said.root)
        path = path_of(event.meta.key)
        end = Head(path, head["position"], head["count"], raw(head["chain"]))
        shown = HeadProof(tuple(raw(each) for each in head["siblings"]), end)
        assert proves(path, shown, said.heads)
        assert (end.position, end.count) == (position, 1)


def test_growth_and_tiles_are_served_as_the_standards_say(
    reporting: Reporting, notary: Notary
) -> None:
    reporting.record(*(registered(DAY, BEFORE, uid(f"h{n}")) for n in range(260)))
    old = notary.signs(100)
    new = notary.signs()
    compare(reporting)
    log = "/v1/audit/log/households"
    grown = reporting.ask(f"{log}/consistency", AUDITOR, **{"from": "100"}).get_json()
    assert raw(grown["from"]["root"]) == old.root
    siblings = [raw(each) for each in grown["siblings"]]
    assert consistent(100, 260, old.root, new.root, siblings)
    assert read_checkpoint(read_note(grown["checkpoint"]).text) == new
    assert reporting.ask(f"{log}/checkpoint", AUDITOR).text == grown["checkpoint"]
    hashes = [leaf.hash for leaf in leaves_on(reporting.log, "households")]
    tiles = {
        "0/000": b"".join(hashes[:256]),
        "0/001.p/4": b"".join(hashes[256:]),
        "0/000.p/7": b"".join(hashes[:7]),
        "1/000.p/1": root_of(hashes[:256]),
    }
    for path, whole in tiles.items():
        answer = reporting.ask(f"{log}/tile/{path}", AUDITOR)
        assert (answer.status_code, answer.data) == (200, whole), path
    assert len(reporting.ask(f"{log}/tile/entries/001.p/4", AUDITOR).data) == 4 * 59
    for path in ("0/001", "0/001.p/5", "2/000", "1/000", "x"):
        assert reporting.ask(f"{log}/tile/{path}", AUDITOR).status_code == 404, path
    for size in ("0", "261", "x", ""):
        answer = reporting.ask(f"{log}/consistency", AUDITOR, **{"from": size})
        assert answer.status_code == 422, size
    assert reporting.ask("/v1/audit/log/loans/checkpoint", AUDITOR).status_code == 404
    assert reporting.ask("/v1/audit/log/nobody/checkpoint", AUDITOR).status_code == 404


def test_a_second_history_is_refused_and_told_and_the_true_one_goes_on(
    reporting: Reporting, notary: Notary
) -> None:
    some_facts(reporting)
    seen = leaves_on(reporting.log, "households")
    lie = replace(seen[1], digest=bytes(32))
    notary.publish(notary.says([seen[0], lie, seen[2]]))
    compare(reporting)
    [first] = checkpoints(reporting)
    assert not first["agrees"]
    assert "/ the first 3 events" in first["problem"]
    assert reporting.ask("/v1/audit/log/households/checkpoint", AUDITOR).status_code == 404
    notary.signs()
    compare(reporting)
    assert [each["agrees"] for each in checkpoints(reporting)] == [False, True]


@pytest.mark.parametrize("field", ["root", "heads", "origin"])
def test_what_is_not_the_log_of_the_service_is_refused(
    reporting: Reporting, notary: Notary, field: str
) -> None:
    some_facts(reporting)
    said = notary.says(leaves_on(reporting.log, "households"))
    lie: Any = "giamngheo/loans" if field == "origin" else bytes(32)
    notary.publish(replace(said, **{field: lie}))
    compare(reporting)
    assert [each["agrees"] for each in checkpoints(reporting)] == [False]


def test_a_new_key_is_taken_only_if_a_known_one_signs_beside_it(
    reporting: Reporting, notary: Notary
) -> None:
    some_facts(reporting)
    notary.signs(1)
    stranger = Notary(reporting.log, seeds=(bytes(32),))
    stranger.signs(2)
    rotated = Notary(reporting.log, seeds=(bytes(31) + b"\x01", *notary.seeds))
    rotated.signs(2)
    alone = Notary(reporting.log, seeds=rotated.seeds[:1])
    alone.signs()
    compare(reporting)
    assert [each["agrees"] for each in checkpoints(reporting)] == [True, False, True, True]
    keys = reporting.items("/v1/audit/keys", AUDITOR)
    first, second = (each.signers[0].verifier.vkey for each in (notary, alone))
    assert {each["vkey"]: each["vouched_by"] for each in keys} == {first: None, second: first}


def test_the_old_key_is_kept_until_every_log_is_known_by_the_new_one(
    reporting: Reporting, notary: Notary
) -> None:
    new = bytes(31) + b"\x02"
    settings = replace(SETTINGS, evidence_keys=(new, *notary.seeds))

    def waiting() -> list[str]:
        with reporting.engine.begin() as connection:
            return unaware(connection, settings)

    assert waiting() == []
    some_facts(reporting)
    sponsorship = Notary(reporting.log, "sponsorship")
    for each in (notary, sponsorship):
        each.signs()
    compare(reporting)
    assert waiting() == ["households", "sponsorship"]
    Notary(reporting.log, seeds=(new, *notary.seeds)).signs()
    compare(reporting)
    assert waiting() == ["sponsorship"]


def test_an_event_that_was_changed_since_is_proved_to_nobody(
    reporting: Reporting, notary: Notary
) -> None:
    some_facts(reporting)
    notary.signs()
    compare(reporting)
    event = reporting.recorder.record(registered(DAY, BEFORE, uid("late")))
    assert proof_of(reporting, event.meta.event_id).status_code == 404
    with reporting.engine.begin() as connection:
        first = text("SELECT event_id FROM journal WHERE source = 'households' AND position = 1")
        known = connection.execute(first).scalar_one()
    assert proof_of(reporting, known).status_code == 200
    damage(reporting.engine, "UPDATE journal SET hash = sha256(hash) WHERE position = 2")
    answer = proof_of(reporting, known)
    assert (answer.status_code, answer.get_json()["code"]) == (503, "evidence-contradicted")


def test_an_event_that_nobody_signed_yet_is_not_yet_proved(
    reporting: Reporting, notary: Notary
) -> None:
    [event] = reporting.record(registered(DAY, BEFORE, HOME))
    assert proof_of(reporting, event.meta.event_id).status_code == 503
    notary.signs()
    compare(reporting)
    assert proof_of(reporting, event.meta.event_id).status_code == 200
    inside, outside = (bearer("inspector", areas=[each]) for each in ("060", "061"))
    assert proof_of(reporting, event.meta.event_id, inside).status_code == 200
    assert proof_of(reporting, event.meta.event_id, outside).status_code == 404


def test_what_waits_in_the_quarantine_is_in_the_log_all_the_same(
    reporting: Reporting, notary: Notary
) -> None:
    some_facts(reporting)
    lanes = reporting.log.topics["households.events"]
    [record] = [each for lane in lanes for each in lane if each.position == 2]
    with reporting.engine.begin() as connection:
        hold(connection, record.key, [record], "a test", {record.topic: "households"})
    damage(reporting.engine, "DELETE FROM journal WHERE source = 'households' AND position = 2")
    notary.signs()
    compare(reporting)
    assert [each["agrees"] for each in checkpoints(reporting)] == [True]


def test_checkpoints_are_paged_from_the_newest(reporting: Reporting, notary: Notary) -> None:
    some_facts(reporting)
    for size in (1, 2, 3):
        notary.signs(size)
    compare(reporting)
    sizes, query = [], {"limit": "1"}
    while True:
        page = reporting.ask("/v1/audit/checkpoints", AUDITOR, **query).get_json()
        sizes += [each["size"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        query = {"limit": "1", "cursor": page["next_cursor"]}
    assert sizes == [3, 2, 1]


def test_what_is_no_checkpoint_is_refused_and_kept(reporting: Reporting, notary: Notary) -> None:
    some_facts(reporting)
    record = notary.signs()
    assert record.size == 3
    [[sent]] = reporting.log.topics["audit.checkpoints"]
    broken = dict(sent.headers)
    reporting.log.put("audit.checkpoints", 0, b"households", b"\x00\xff", tuple(broken.items()))
    compare(reporting)
    found = checkpoints(reporting)
    assert sorted(each["agrees"] for each in found) == [False, True]
    with reporting.engine.begin() as connection:
        waiting = connection.execute(text(f"SELECT count(*) FROM {COPY}.waiting")).scalar_one()
    assert waiting == 0


LOG = "/v1/audit/log/households/checkpoint"


def hand_in(reporting: Reporting, note: str, who: Any = AUDITOR) -> TestResponse:
    return reporting.client.post("/v1/audit/cosignatures", json={"note": note}, headers=who)


def refusal(answer: TestResponse) -> str:
    """Give why a note is refused."""
    assert answer.status_code == 422, answer.text
    document: dict[str, Any] = answer.get_json()
    [error] = document["errors"]
    assert error["pointer"] == "/note"
    return str(error["message"])


def test_a_witness_that_is_known_is_shown_beside_the_signature(
    reporting: Reporting, notary: Notary
) -> None:
    some_facts(reporting)
    notary.signs()
    compare(reporting)
    note = reporting.ask(LOG, AUDITOR).text
    seen = note + WITNESS.line(read_note(note).text, seconds=1_780_000_000)
    later = note + WITNESS.line(read_note(note).text, seconds=1_790_000_000)
    for each in (seen, seen, later):
        answer = hand_in(reporting, each)
        assert answer.get_json() == {"service": "households", "witnesses": [WITNESS.name]}
    assert reporting.ask(LOG, AUDITOR).text == seen
    assert [each["note"] for each in checkpoints(reporting)] == [seen]
    keys = [notary.signers[0].verifier, WITNESS.verifier]
    assert opened(read_note(seen), keys) == keys


def test_what_no_known_witness_signed_or_is_none_of_ours_is_refused(
    reporting: Reporting, notary: Notary
) -> None:
    some_facts(reporting)
    notary.signs()
    compare(reporting)
    note = reporting.ask(LOG, AUDITOR).text
    said = read_note(note).text
    forger = Signer(WITNESS.name, bytes(range(32)), COSIGNATURE)
    changed = said.replace("\ntime 2026", "\ntime 2025")
    assert "no witness" in refusal(hand_in(reporting, note))
    assert "no witness" in refusal(hand_in(reporting, note + forger.line(said, seconds=1)))
    signed = WITNESS.line(said, seconds=1)
    assert "not a checkpoint" in refusal(
        hand_in(reporting, f"{changed}\n{WITNESS.line(changed, seconds=1)}")
    )
    vast = said.replace("\n3\n", f"\n{10**30}\n")
    assert "not a checkpoint" in refusal(
        hand_in(reporting, f"{vast}\n{WITNESS.line(vast, seconds=1)}")
    )
    assert "time" in refusal(hand_in(reporting, note + WITNESS.line(said, seconds=2**63)))
    assert "refused" in refusal(hand_in(reporting, "hello"))
    assert hand_in(reporting, note + signed, bearer("commune_officer")).status_code == 403
    assert reporting.ask(LOG, AUDITOR).text == note


def test_a_witness_whose_key_is_none_is_named_at_the_start() -> None:
    settings = replace(SETTINGS, evidence_witnesses=("witness.example/one+00000000+AAAA",))
    with pytest.raises(BadSetting, match="EVIDENCE_WITNESSES"):
        cosignatures.blueprint(runtime(settings=settings, service=SERVICE))


def test_an_older_checkpoint_proves_what_it_covers(reporting: Reporting, notary: Notary) -> None:
    first, _, third, _ = reporting.record(
        registered(DAY, BEFORE, HOME),
        registered(DAY, BEFORE, OTHER),
        target(date(2026, 1, 15), year=2026, home=HOME),
        assigned(DAY, home=HOME),
    )
    notary.signs(2)
    notary.signs()
    compare(reporting)
    old = reporting.ask(LOG, AUDITOR, size="2").text
    assert read_checkpoint(read_note(old).text).size == 2
    one = f"/v1/audit/proofs/{first.meta.event_id}"
    found: dict[str, Any] = reporting.ask(one, AUDITOR, size="2").get_json()
    said, leaf = read_checkpoint(read_note(found["checkpoint"]).text), found["leaf"]
    siblings = [raw(each) for each in leaf["siblings"]]
    assert included(leaf_hash(raw(leaf["entry"])), 0, 2, siblings, said.root)
    assert (found["head"], said.size) == (None, 2)
    assert "latest checkpoint only" in found["head_missing"]
    assert reporting.ask(one, AUDITOR, size="3").get_json()["head"]["position"] == 3
    third_one = f"/v1/audit/proofs/{third.meta.event_id}"
    refused = ((third_one, "2", "came after"), (one, "1", "just 1"), (LOG, "4", "just 4"))
    for path, size, why in refused:
        answer = reporting.ask(path, AUDITOR, size=size)
        assert (answer.status_code, why in answer.text) == (404, True), answer.text
    assert reporting.ask(LOG, AUDITOR, size="0").status_code == 422
