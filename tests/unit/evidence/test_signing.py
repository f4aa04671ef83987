"""The keys that sign: the present one first, the one before it beside it, none told."""

from dataclasses import replace
from pathlib import Path

import pytest

from shared.keyfiles import write_private
from shared.sealing import rotation
from shared.sealing.masters import before
from shared.tlog.notes import opened, sign
from shared.tlog.signing import NoKey, signers
from tests.support.counter_app import SETTINGS


def test_both_keys_sign_while_one_is_being_changed(tmp_path: Path) -> None:
    file = tmp_path / "evidence.key"
    write_private(file, b"01" * 32 + b"\n")
    settings = replace(SETTINGS, evidence_key_file=file)
    [old] = signers(settings, "loans")
    assert rotation.begin(file)
    new, beside = signers(settings, "loans")
    assert (beside, new != old) == (old, True)
    note = sign("text\n", [new, beside])
    assert opened(note, [old.verifier]) == [old.verifier]
    before(file).unlink()
    assert signers(settings, "loans") == [new]


def test_without_a_key_that_can_be_read_there_is_no_signer(tmp_path: Path) -> None:
    with pytest.raises(NoKey, match="EVIDENCE_KEY"):
        signers(SETTINGS, "loans")
    file = tmp_path / "evidence.key"
    for content in (b"", b"zz" * 32, b"01" * 31):
        file.write_bytes(content)
        with pytest.raises(NoKey, match="EVIDENCE_KEY_FILE"):
            signers(replace(SETTINGS, evidence_key_file=file), "loans")
