"""What two papers of a notice board show, and what no forged code passes for."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from shared.evidence.merkle import consistency_ranges, leaf_hash, range_root, root_of
from shared.evidence.notes import BadNote, Signer
from shared.evidence.notice import (
    FORMAT,
    MOST_BYTES,
    Growth,
    Notice,
    is_changed,
    is_forked,
    is_rewritten,
    read_notice,
)
from shared.settings import DATABASES, ORIGIN_LETTERS, BadSetting, from_environment

SIGNER = Signer("giamngheo/households", bytes(range(32)))
LEAVES = [leaf_hash(bytes([number])) for number in range(11)]
NOTICE = Notice(
    origin=SIGNER.name,
    commune="01864",
    valid_from=date(2025, 7, 1),
    year=2025,
    list_hash=leaf_hash(b"the list"),
    size=7,
    root=root_of(LEAVES[:7]),
    at=datetime(2026, 3, 2, 3, tzinfo=UTC),
)
CODE = NOTICE.signed(SIGNER)


def growth(leaves: list[bytes], old: int) -> Growth:
    def perfect(level: int, index: int) -> bytes:
        return root_of(leaves[index << level : index + 1 << level])

    siblings = tuple(range_root(part, perfect) for part in consistency_ranges(old, len(leaves)))
    old_root = root_of(leaves[:old])
    return Growth(
        old=old, old_root=old_root, size=len(leaves), root=root_of(leaves), siblings=siblings
    )


def test_a_code_is_read_as_it_was_signed_also_with_other_ends_of_lines() -> None:
    for code in (CODE, CODE.replace("\n", " \r\n") + "\n\n"):
        posted = read_notice(code)
        assert posted.notice == NOTICE
        assert posted.signed_by(SIGNER.verifier)


def test_another_key_has_not_signed_it() -> None:
    posted = read_notice(CODE)
    assert not posted.signed_by(Signer(SIGNER.name, bytes(32)).verifier)
    assert not posted.signed_by(Signer("giamngheo/loans", SIGNER.seed).verifier)


def test_whatever_character_is_changed_the_code_is_refused() -> None:
    for place, letter in enumerate(CODE):
        forged = CODE[:place] + ("B" if letter != "B" else "C") + CODE[place + 1 :]
        try:
            passed = read_notice(forged).signed_by(SIGNER.verifier)
        except BadNote:
            passed = False
        assert not passed, forged


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "\n".join(CODE.splitlines()[:-1]),
        CODE.replace(" 7 ", " ٧ ").replace("\n7 ", "\n٧ "),
        CODE.replace("\n7 ", "\n07 "),
        CODE.replace("2025-07-01", "2025-13-01"),
        CODE.replace("T03:00:00Z", "T03:00:00+00:00"),
        CODE.replace(FORMAT, "giamngheo/notice/2"),
    ],
    ids=("empty", "unsigned", "digits", "padded", "no-date", "another-time", "another-format"),
)
def test_what_is_no_code_is_refused(wrong: str) -> None:
    with pytest.raises(BadNote):
        read_notice(wrong)


def test_the_longest_code_is_within_the_bytes_and_one_more_letter_of_a_name_would_not_be() -> None:
    def length(letters: int) -> int:
        name = "x" * letters + "/households"
        longest = replace(NOTICE, origin=name, size=10**11 - 1)
        return len(longest.signed(Signer(name, SIGNER.seed)).encode())

    assert length(ORIGIN_LETTERS) <= MOST_BYTES < length(ORIGIN_LETTERS + 1)


def test_two_papers_of_one_size_show_a_forked_history() -> None:
    other = replace(NOTICE, commune="01858", root=root_of([*LEAVES[:6], LEAVES[9]]))
    assert is_forked(NOTICE, other)
    assert not is_forked(NOTICE, replace(other, root=NOTICE.root))
    assert not is_forked(NOTICE, replace(other, size=8))
    assert not is_forked(NOTICE, replace(other, origin="giamngheo/loans"))


def test_a_later_paper_shows_that_the_list_was_changed() -> None:
    later = replace(NOTICE, size=9, list_hash=leaf_hash(b"another list"))
    assert is_changed(NOTICE, later)
    assert not is_changed(NOTICE, replace(later, list_hash=NOTICE.list_hash))
    assert not is_changed(NOTICE, replace(later, year=2024))
    assert not is_changed(NOTICE, replace(later, commune="01858"))


def test_a_log_that_only_grew_began_with_what_was_posted() -> None:
    assert not is_rewritten(NOTICE, growth(LEAVES, 7))
    assert not is_rewritten(NOTICE, growth(LEAVES[:7], 7))


def test_a_log_that_was_written_anew_did_not() -> None:
    assert is_rewritten(NOTICE, growth([*LEAVES[:3], LEAVES[0], *LEAVES[4:]], 7))


def test_growth_that_is_about_another_size_or_does_not_hold_says_nothing() -> None:
    right = growth(LEAVES, 7)
    for wrong in (growth(LEAVES, 6), replace(right, old_root=right.root)):
        with pytest.raises(ValueError, match="another size"):
            is_rewritten(NOTICE, wrong)


def test_a_name_that_would_not_fit_is_refused_by_the_settings() -> None:
    urls = {f"DATABASE_URL_{name.upper()}": "postgresql://" for name in DATABASES}
    keys = {"MASTER_KEY": "00" * 32, "PROVINCE_KEY": "00" * 32, "JWT_JWKS": "keys.json"}
    given = urls | keys | {"KAFKA_BOOTSTRAP": "here:1"}
    longest = "x" * ORIGIN_LETTERS
    assert from_environment(given | {"EVIDENCE_ORIGIN": longest}).evidence_origin == longest
    with pytest.raises(BadSetting, match="EVIDENCE_ORIGIN"):
        from_environment(given | {"EVIDENCE_ORIGIN": longest + "x"})
