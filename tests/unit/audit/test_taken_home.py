"""What was taken home shows later: forked and rewritten histories, changed lists, forged codes."""

import base64
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner

from audit import notices
from audit.refusals import Rejected
from cli.verify import command
from shared.codec import chain
from shared.settings import DATABASES, ORIGIN_LETTERS, BadSetting, from_environment
from shared.tlog.checkpoint import Checkpoint
from shared.tlog.leaf import Leaf
from shared.tlog.merkle import consistency_ranges, leaf_hash, range_root, root_of
from shared.tlog.notes import COSIGNATURE, Signer, sign
from shared.tlog.posted_code import MOST_BYTES, Notice

SIGNER = Signer("giamngheo/households", bytes(range(32)))
WITNESS = Signer("thanh-tra", bytes(32), COSIGNATURE)
KEY = SIGNER.verifier.vkey
AT = datetime(2026, 3, 2, 3, tzinfo=UTC)
KEYS = [UUID(int=1), UUID(int=2)]


def exported(count: int, **changed: Any) -> list[bytes]:
    """Give the lines of a whole export of events of two streams."""
    lines, ends = [], dict.fromkeys(KEYS, bytes(32))
    for position in range(1, count + 1):
        key = KEYS[position % 2]
        meta = json.dumps({"source": "households", "stream_id": str(key), "type": "Noted"})
        data = json.dumps({"note": changed.get(f"at_{position}", 'of ,"hash":" and "data":')})
        ends[key] = chain(ends[key], meta.encode(), data.encode())
        tail = f',"hash":"{ends[key].hex()}","position":{position}}}\n'
        lines.append(f'{meta[:-1]},"data":{data}{tail}'.encode())
    return lines


def leaves(lines: Sequence[bytes]) -> list[bytes]:
    digests = [bytes.fromhex(json.loads(line)["hash"]) for line in lines]
    return [Leaf(number, KEYS[0], each).hash for number, each in enumerate(digests, start=1)]


EVENTS = exported(11)
LEAVES = leaves(EVENTS)
OTHERS = leaves(exported(11, at_3="something else"))
NOTICE = Notice(
    origin=SIGNER.name,
    commune="01864",
    valid_from=date(2025, 7, 1),
    year=2025,
    list_hash=leaf_hash(b"the list"),
    size=7,
    root=root_of(LEAVES[:7]),
    at=AT,
)
CODE = NOTICE.signed(SIGNER)


def checkpoint(hashes: Sequence[bytes]) -> str:
    """Give the note of a log's state, which a witness has signed first."""
    said = Checkpoint(SIGNER.name, len(hashes), root_of(hashes), bytes(32), AT)
    return str(sign(said.text, [WITNESS, SIGNER]))


def growth(hashes: list[bytes], old: int, **changed: Any) -> str:
    """Give what the service answers of a size."""

    def perfect(level: int, index: int) -> bytes:
        return root_of(hashes[index << level : index + 1 << level])

    siblings = [range_root(part, perfect) for part in consistency_ranges(old, len(hashes))]
    packed = [base64.b64encode(each).decode() for each in (root_of(hashes[:old]), *siblings)]
    start = {"size": old, "root": packed[0]}
    document = {"from": start, "checkpoint": checkpoint(hashes), "siblings": packed[1:]}
    return json.dumps(document | changed)


def shown(*texts: str, growths: Sequence[str] = (), export: Sequence[bytes] = ()) -> str:
    return notices.compare(texts, growths, export, [KEY]).level


def refusal(*texts: str, growths: Sequence[str] = (), keys: Sequence[str] = (KEY,)) -> str:
    with pytest.raises(Rejected) as refused:
        notices.compare(texts, growths, (), keys)
    return str(refused.value)


def test_a_code_says_which_list_and_which_log_also_with_other_ends_of_lines() -> None:
    for code in (CODE, CODE.replace("\n", " \r\n") + "\n\n"):
        first, second = notices.compare([code], (), (), [KEY]).lines
        assert first.startswith("giamngheo/households 7 sự kiện / events, 2026-03-02T03:00:00Z")
        assert first.endswith(f"01864 2025-07-01 2025 {NOTICE.list_hash.hex()}")
        assert "not compared" in second


def test_whatever_character_of_a_code_is_changed_it_is_refused() -> None:
    for place in range(0, len(CODE), 5):
        letter = CODE[place]
        forged = CODE[:place] + ("B" if letter != "B" else "C") + CODE[place + 1 :]
        assert "/" in refusal(forged), forged


@pytest.mark.parametrize(
    "wrong",
    ["", "\n".join(CODE.splitlines()[:-1]), CODE.replace("\n7 ", "\n07 "), "x" * 400, "a\n\nb\n"],
    ids=("empty", "unsigned", "padded", "no-code", "no-checkpoint"),
)
def test_what_is_no_code_and_no_checkpoint_is_refused(wrong: str) -> None:
    assert "/" in refusal(wrong)


def test_only_keys_that_were_taken_home_count() -> None:
    strangers = [Signer(SIGNER.name, bytes(32)), Signer("giamngheo/loans", SIGNER.seed)]
    for text in (CODE, checkpoint(LEAVES)):
        assert "key you trust" in refusal(text, keys=[each.verifier.vkey for each in strangers])
        assert "is needed" in refusal(text, keys=())


def test_the_longest_code_is_within_the_bytes_and_one_more_letter_of_a_name_would_not_be() -> None:
    def length(letters: int) -> int:
        name = "x" * letters + "/households"
        longest = replace(NOTICE, origin=name, size=10**11 - 1)
        return len(longest.signed(Signer(name, SIGNER.seed)).encode())

    assert length(ORIGIN_LETTERS) <= MOST_BYTES < length(ORIGIN_LETTERS + 1)


def test_a_name_that_would_not_fit_is_refused_by_the_settings() -> None:
    urls = {f"DATABASE_URL_{name.upper()}": "postgresql://" for name in DATABASES}
    keys = {"MASTER_KEY": "00" * 32, "PROVINCE_KEY": "00" * 32, "JWT_JWKS": "keys.json"}
    given = urls | keys | {"KAFKA_BOOTSTRAP": "here:1"}
    longest = "x" * ORIGIN_LETTERS
    assert from_environment(given | {"EVIDENCE_ORIGIN": longest}).evidence_origin == longest
    with pytest.raises(BadSetting, match="EVIDENCE_ORIGIN"):
        from_environment(given | {"EVIDENCE_ORIGIN": longest + "x"})


def test_two_papers_of_one_size_show_a_forked_history() -> None:
    other = replace(NOTICE, commune="01858")
    assert shown(CODE, other.signed(SIGNER)) == "same"
    forked = replace(other, root=root_of(OTHERS[:7])).signed(SIGNER)
    assert shown(CODE, forked) == "forked"
    assert shown(checkpoint(LEAVES[:7]), forked) == "forked"
    assert shown(CODE, replace(other, size=8, root=root_of(OTHERS[:8])).signed(SIGNER)) == "same"


def test_a_later_paper_shows_that_the_list_was_changed() -> None:
    later = replace(NOTICE, size=9, root=root_of(LEAVES[:9]), list_hash=leaf_hash(b"another"))
    assert shown(CODE, later.signed(SIGNER)) == "changed"
    for other in (
        replace(later, list_hash=NOTICE.list_hash),
        replace(later, year=2024),
        replace(later, commune="01858"),
    ):
        assert shown(CODE, other.signed(SIGNER)) == "same"


@pytest.mark.parametrize("old", range(1, 12))
def test_a_log_that_only_grew_begins_with_what_was_kept_and_another_does_not(old: int) -> None:
    kept = checkpoint(LEAVES[:old])
    assert shown(kept, growths=[growth(LEAVES, old)]) == "same"
    assert shown(kept, growths=[growth(OTHERS, old)]) == ("same" if old < 3 else "forked")
    assert shown(kept, export=EVENTS) == "same"
    others = exported(11, at_3="something else")
    assert shown(kept, export=others) == ("same" if old < 3 else "forked")


def test_a_proof_of_growth_that_does_not_hold_is_refused() -> None:
    said = json.loads(growth(OTHERS, 7))
    told = {"size": 7, "root": base64.b64encode(NOTICE.root).decode()}
    for lie in (
        growth(OTHERS, 7, **{"from": told}),
        growth(LEAVES, 7, siblings=said["siblings"]),
        growth(LEAVES, 7, siblings=[]),
        growth(LEAVES, 7, checkpoint=checkpoint(OTHERS)),
    ):
        assert "does not show that the log grew" in refusal(CODE, growths=[lie])


def test_an_export_with_an_event_left_out_or_moved_is_refused() -> None:
    moved = [*EVENTS[:3], EVENTS[4], EVENTS[3], *EVENTS[5:]]
    for lines in (EVENTS[:4] + EVENTS[5:], moved):
        with pytest.raises(Rejected, match="that event is missing"):
            shown(CODE, export=lines)


def test_the_command_tells_by_its_exit_code_and_reads_texts_and_files(tmp_path: Any) -> None:
    names = ("code.txt", "growth.json", "export.ndjson")
    code, grown, export = (tmp_path / name for name in names)
    code.write_text(CODE)
    grown.write_text(growth(LEAVES, 7))
    export.write_bytes(b"".join(EVENTS) + b'{"manifest":{}}\n')
    right = ["--notice", str(code), "--growth", str(grown), "--export", str(export), "--key", KEY]
    told = CliRunner().invoke(command, right)
    assert told.exit_code == 0, told.output
    assert "begins with just this" in told.output
    later = replace(NOTICE, list_hash=bytes(32), size=8).signed(SIGNER)
    told = CliRunner().invoke(command, [*right, "--notice", later])
    assert told.exit_code == 1
    assert "DANH SÁCH ĐÃ ĐỔI / THE LIST WAS CHANGED" in told.output
    assert CliRunner().invoke(command, ["--key", KEY]).exit_code == 2
