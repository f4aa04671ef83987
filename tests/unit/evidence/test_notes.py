"""Signed notes, checkpoints and tiles, as the C2SP pages write them."""

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.tlog.checkpoint import Checkpoint, read_checkpoint
from shared.tlog.merkle import EMPTY_ROOT
from shared.tlog.notes import COSIGNATURE, BadNote, Note, Signer, opened, read_note, read_vkey, sign
from shared.tlog.tiles import ENTRIES, Tile, bundle, parse, width_in

LOG = Signer("giamngheo.vn/households", bytes(range(32)))
NEXT = Signer("giamngheo.vn/households", bytes(range(1, 33)))
WITNESS = Signer("witness.example/one", bytes(32), COSIGNATURE)
AT = datetime(2026, 6, 1, 5, tzinfo=UTC)
CHECKPOINT = Checkpoint(LOG.name, 3, EMPTY_ROOT, bytes(32), AT)


def test_a_note_of_the_go_packages_own_documentation_is_read_and_verified() -> None:
    vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    signature = (
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXg"
        "KvqfqdngotpRZb6KE6RyyBwJnAM="
    )
    note = read_note(f"{text}\n— PeterNeumann {signature}\n")
    assert opened(note, [read_vkey(vkey)]) == [read_vkey(vkey)]
    assert read_vkey(vkey).vkey == vkey


def test_a_checkpoint_is_read_as_it_was_written() -> None:
    note = sign(CHECKPOINT.text, [LOG, NEXT])
    assert read_note(str(note)) == note
    assert read_checkpoint(note.text) == CHECKPOINT
    assert opened(note, [LOG.verifier, NEXT.verifier]) == [LOG.verifier, NEXT.verifier]
    assert note.text.split("\n")[:2] == ["giamngheo.vn/households", "3"]
    assert opened(note, [Signer("another", LOG.seed).verifier]) == []


def test_a_witness_adds_the_time_to_what_it_signs() -> None:
    note = sign(CHECKPOINT.text, [LOG])
    line = WITNESS.line(note.text, seconds=1_780_000_000)
    seen = read_note(str(note) + line)
    found = seen.signed_by(WITNESS.verifier)
    assert found is not None
    assert found.seconds == 1_780_000_000
    later = base64.b64encode(
        found.key_id + (found.seconds + 1).to_bytes(8, "big") + found.signature[8:]
    ).decode()
    lie = read_note(f"{note}— {WITNESS.name} {later}\n")
    assert lie.signed_by(WITNESS.verifier) is None
    assert read_vkey(WITNESS.verifier.vkey) == WITNESS.verifier


@settings(max_examples=100)
@given(place=st.integers(0, 10_000), bit=st.integers(0, 6))
def test_a_flipped_bit_of_a_note_is_refused(place: int, bit: int) -> None:
    whole = bytearray(str(sign(CHECKPOINT.text, [LOG])).encode())
    whole[place % len(whole)] ^= 1 << bit
    try:
        note: Note | None = read_note(whole.decode())
    except (BadNote, UnicodeDecodeError):
        note = None
    assert note is None or opened(note, [LOG.verifier]) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n3\n",
        CHECKPOINT.text.replace("\n3\n", "\n03\n"),
        CHECKPOINT.text.replace("\n3\n", "\n-3\n"),
        CHECKPOINT.text.replace("heads ", "feet "),
        CHECKPOINT.text.replace("time 2026", "time 202"),
        CHECKPOINT.text.replace("T05", "T25"),
        CHECKPOINT.text + "more\n",
        CHECKPOINT.text.replace("AAA=", "AA=="),
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        read_checkpoint(text)


@pytest.mark.parametrize(
    "whole",
    [
        "text\n",
        "text\n\n",
        "text\n\n— name\n",
        "text\n\n- name AAAAAAAA\n",
        "text\n\n— name AAAAAAAA",
        "text\n\n— name AAAA\n",
        "text\n\n— na+me AAAAAAAA\n",
        "text\n\n— name AAAAAAB=\n",
        "te\x01xt\n\n— name AAAAAAAA\n",
        "text\n\n" + "— name AAAAAAAA\n" * 101,
    ],
)
def test_what_is_no_note_is_refused(whole: str) -> None:
    with pytest.raises(BadNote):
        read_note(whole)


@pytest.mark.parametrize("vkey", ["", "name", "name+00000000+AAAA", LOG.verifier.vkey[:-4]])
def test_what_is_no_key_is_refused(vkey: str) -> None:
    with pytest.raises(BadNote):
        read_vkey(vkey)


@pytest.mark.parametrize(
    ("path", "tile"),
    [
        ("0/000", Tile(0, 0)),
        ("0/067", Tile(0, 67)),
        ("1/x001/000", Tile(1, 1000)),
        ("0/x001/x234/067", Tile(0, 1_234_067)),
        ("entries/x001/x234/067.p/5", Tile(ENTRIES, 1_234_067, 5)),
        ("7/000.p/255", Tile(7, 0, 255)),
    ],
)
def test_a_tile_is_named_as_the_page_says(path: str, tile: Tile) -> None:
    assert parse(path) == tile
    assert tile.path == path


@pytest.mark.parametrize(
    "path",
    [
        *("0/0", "0/1000", "0/x000/001", "0/001.p/0", "0/001.p/256", "8/000", "00/000", "a/000"),
        *("0/", "0/000.p/01", "entry/000", "0/000/", "-1/000", "0/" + "x999/" * 7 + "000"),
    ],
)
def test_any_other_name_is_none(path: str) -> None:
    assert parse(path) is None


def test_a_tile_is_as_wide_as_the_tree_lets_it() -> None:
    assert [width_in(256, 0, 0), width_in(256, 0, 1), width_in(257, 0, 1)] == [256, 0, 1]
    assert [width_in(255, 1, 0), width_in(256, 1, 0), width_in(256, ENTRIES, 0)] == [0, 1, 256]


def test_a_bundle_says_the_length_of_every_entry() -> None:
    assert bundle([b"", b"abc"]) == b"\x00\x00\x00\x03abc"
