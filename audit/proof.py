"""Verifies the proof of a finding: signatures, events, and the rule run again over them."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from audit.checkpoints import read_checkpoint, read_key, time_of, unpacked
from audit.history import Histories
from audit.origin import code_digest
from audit.proof_file import packed, read_file
from audit.provable import sources_of
from audit.refusals import MALFORMED, Rejected, need, need_fields
from audit.rerun import Unpaused, book_of, derived, is_minimal, shown_as
from shared.tlog.checkpoint import Checkpoint

PROVED, ATTESTED = "proved", "attested"
_HASH = re.compile("[0-9a-f]{64}")

_FINDING = {
    *("finding_id", "code", "household_ids", "loan_id", "subject", "opened_on", "closed_on"),
    *("from_on", "severity", "details", "evidence"),
}


class Verdict(NamedTuple):
    """What a file proves."""

    level: str
    finding: dict[str, Any]
    lines: tuple[str, ...]


def verify(raw: bytes, trusted: Sequence[str] = ()) -> Verdict:
    """Return what a file proves; Rejected says what is wrong with it.

    `trusted`: public keys taken home before; without any the keys of the file are used.
    """
    try:
        return _Verifying(read_file(raw), trusted).verdict()
    except MALFORMED as problem:
        reason = f"{type(problem).__name__}: {problem}"
        raise Rejected(f"tệp không đúng dạng / the file has not the form: {reason}") from None


class _Verifying:
    """One file on its way through all that is asked of it."""

    def __init__(self, document: dict[str, Any], trusted: Sequence[str]) -> None:
        self.document, self.finding = document, document["finding"]
        self.clocks = Unpaused()
        need_fields(self.finding, _FINDING)
        self.logs = {
            source: _read_log(source, note, document["keys"][source], trusted)
            for source, note in document["checkpoints"].items()
        }
        need_fields(document["keys"], set(self.logs))
        self.shown = Histories(self.logs, [unpacked(each) for each in document["hashes"]])

    def verdict(self) -> Verdict:
        """Go through all of it."""
        self.shown.read(self.document["histories"])
        book = self.document["rulebook"]
        need_fields(book, {"content", "sha256"})
        need(
            hashlib.sha256(packed(book["content"])).hexdigest() == book["sha256"],
            "bộ quy tắc không khớp mã băm",
            "the rulebook is not the one of its hash",
        )
        need(
            self.shown.included.issuperset(self.document["minimal"]),
            "chứng cứ tối thiểu không có trong nhật ký",
            "the least evidence is not proved to be in the log",
        )
        for event in self.finding["evidence"]:
            need(
                event in self.shown.included or event in self.shown.headed,
                f"thiếu chứng cứ {event}",
                "that event of the evidence is not shown, or not proved to be in the log",
            )
        made_by = self.document.get("verifier")
        need(
            made_by is None or _HASH.fullmatch(made_by) is not None,
            "mã băm của mã kiểm chứng không đúng dạng",
            "what names the code that made the file is no hash",
        )
        level = self.rerun(book["content"])
        need(
            level == self.document["claim"],
            f"tệp nói {self.document['claim']}, nhưng chỉ được {level}",
            "the file claims one and shows the other",
        )
        return Verdict(level, self.finding, tuple(self.lines(level)))

    def rerun(self, content: dict[str, Any]) -> str:
        """Run the rule again where it can be, and return how much that proves."""
        code, wanted = self.finding["code"], self.finding["finding_id"]
        if self.document["claim"] == ATTESTED and not self.shown.closed:
            need(not self.document["minimal"], "thừa chứng cứ tối thiểu", "least evidence of none")
            return ATTESTED
        [name] = self.finding["household_ids"]
        household, day = UUID(name), date.fromisoformat(self.finding["from_on"])
        book = book_of(content, day)
        in_place = sorted(self.shown.events.values(), key=lambda each: (each.source, each.position))
        events = {each.id: each.recorded for each in in_place}
        found = derived(code, household, list(events.values()), book, self.clocks).get(wanted)
        steps = [step for step in found.run.steps if step.on == day] if found else []
        need(
            found is not None and [shown_as(found, step) for step in steps] == [self.finding],
            f"chạy lại quy tắc {code} không ra phát hiện này{self.other_code()}",
            "running the rule again does not give this finding",
        )
        least = [events[each] for each in events if each in self.document["minimal"]]
        need(
            len(least) == len(self.document["minimal"])
            and is_minimal(code, household, least, book, wanted),
            "chứng cứ tối thiểu không đúng",
            "the least evidence is not enough, or too much",
        )
        whole = all((source, name) in self.shown.whole for source in sources_of(code))
        return PROVED if whole else ATTESTED

    def other_code(self) -> str:
        """Return what to say where the file was made by other code than this."""
        made_by = self.document.get("verifier")
        if made_by == code_digest():
            return ""
        named = f"SHA-256 {made_by}" if made_by else "không nêu mã băm / it names no hash"
        return (
            f"; tệp do mã khác lập, chạy lại bằng mã này / made by other code, run again by this: "
            f"{named}"
        )

    def lines(self, level: str) -> Iterator[str]:
        """Yield what it means, for people."""
        code, book = self.finding["code"], self.document["rulebook"]
        if level == PROVED:
            yield f"ĐÃ CHỨNG MINH / PROVED: {code} {self.finding['finding_id']}"
            yield (
                "chứng cứ có trong nhật ký đã ký, hộ không có sự kiện nào khác đến lúc đó, chạy "
                "lại quy tắc ra đúng phát hiện / the evidence is in the signed log, the household "
                "had no other events by then, and running the rule again gives this finding"
            )
        else:
            yield f"CHỈ ĐƯỢC XÁC NHẬN / ATTESTED only: {code} {self.finding['finding_id']}"
            yield (
                "chứng cứ có trong nhật ký đã ký; kết luận là lời của hệ thống / the evidence is "
                "in the signed log; what follows from it is the system's word"
            )
        if level == PROVED and self.clocks.were_asked:
            yield (
                "không có ngày tạm dừng nào: chỉ được xác nhận / that no pause of clocks was in "
                "force is attested, not proved"
            )
        if self.shown.closed:
            yield f"{self.shown.closed} sự kiện của hộ không được mở / events of it are not opened"
        yield f"bộ quy tắc / rulebook {book['content']['version']}, SHA-256 {book['sha256']}"
        yield f"mã kiểm chứng / verified by verify.pyz of SHA-256 {code_digest()}"
        if self.other_code():
            yield self.other_code().removeprefix("; ")
        for source, said in self.logs.items():
            yield f"{said.origin}: {said.size} sự kiện / events, {time_of(said)}"
            yield f"  khóa / key {self.document['keys'][source]}"


def _read_log(source: str, note: str, vkey: str, trusted: Sequence[str]) -> Checkpoint:
    """Return what the log of a service says of itself, signed by a key that is trusted."""
    need(
        not trusted or vkey in trusted,
        f"khóa của {source} không phải khóa bạn tin",
        "that log's key is none of those you trust",
    )
    said = read_checkpoint(note, read_key(vkey))
    need(
        said.origin.endswith("/" + source),
        f"điểm kiểm {said.origin} không phải của {source}",
        "that checkpoint is another log's",
    )
    return said
