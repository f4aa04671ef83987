"""What was taken home earlier, compared: checkpoints, and the codes of notice boards."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from audit.checkpoints import HASH_BYTES, read_key, read_signed, time_of, unpacked
from audit.exports import Roots, read_export, read_growth
from audit.proof import Verdict
from audit.refusals import MALFORMED, Rejected, need
from shared.tlog.notes import Verifier
from shared.tlog.posted_code import FORMAT as NOTICE

SAME, CHANGED, FORKED = "same", "changed", "forked"
_LINES = 7


class Kept(NamedTuple):
    """A checkpoint, or what the code on a posted list says: of which list, and of the log."""

    origin: str
    size: int
    root: bytes
    time: str
    speaks_of: str = ""
    list_hash: bytes = b""


def read_kept(text: str, keys: Sequence[Verifier]) -> Kept:
    """Return what the code on a paper, or a checkpoint, says; Rejected where no key signed it."""
    if not text.lstrip().startswith(NOTICE):
        said = read_signed(text, keys)
        return Kept(said.origin, said.size, said.root, time_of(said))
    lines = [line.strip() for line in text.strip().splitlines()]
    need(len(lines) == _LINES, "mã niêm yết phải có bảy dòng", "a code has seven lines")
    _, origin, speaks_of, list_hash, log, time, sealed_by = lines
    size, root = log.split(" ")
    raw = unpacked(sealed_by, 4 + 2 * HASH_BYTES)
    signed = "".join(f"{line}\n" for line in lines[:-1])
    need(
        any(
            (key.name, key.key_id) == (origin, raw[:4]) and key.verifies(signed, raw[4:])
            for key in keys
        ),
        f"mã của {speaks_of} không do khóa bạn tin ký, hoặc chép sai",
        "that code is not signed by a key you trust, or was not copied to the letter",
    )
    return Kept(origin, int(size), unpacked(root), time, speaks_of, unpacked(list_hash))


def compare(
    texts: Sequence[str],
    growths: Sequence[str],
    export: Iterable[bytes],
    trusted: Sequence[str],
) -> Verdict:
    """Return what was taken home shows of the log; Rejected where it is not what it should be.

    `growths` are answers about the sizes of `texts`, `export` the lines of a whole export. The
    level is SAME, CHANGED (a posted list was, later) or FORKED (the log is another one).
    """
    need(bool(trusted), "cần khóa công khai bạn đã giữ (--key)", "a key you took home is needed")
    try:
        keys = [read_key(vkey) for vkey in trusted]
        kept = sorted((read_kept(text, keys) for text in texts), key=lambda each: each.time)
        roots: dict[tuple[str, int], set[bytes]] = {}
        sizes = {(each.origin, each.size) for each in kept}
        for each in [*(read_growth(raw, keys) for raw in growths), read_export(export, sizes)]:
            _add(roots, each)
    except MALFORMED as problem:
        reason = f"{type(problem).__name__}: {problem}"
        raise Rejected(f"không đúng dạng / not in its form: {reason}") from None
    levels, lines = [SAME], []
    for number, one in enumerate(kept):
        for level, line in _compared(one, kept[:number], roots.get((one.origin, one.size), set())):
            levels.append(level)
            lines.append(line)
    return Verdict(min(levels, key=[FORKED, CHANGED, SAME].index), {}, tuple(lines))


def _add(roots: dict[tuple[str, int], set[bytes]], more: Roots) -> None:
    for place, root in more.items():
        roots.setdefault(place, set()).add(root)


def _compared(one: Kept, earlier: Sequence[Kept], known: set[bytes]) -> list[tuple[str, str]]:
    """Return what one paper shows beside today's roots and the earlier papers, line by line."""
    shown = f"{one.origin} {one.size} sự kiện / events, {one.time}"
    found = [(SAME, f"{shown}: {one.speaks_of} {one.list_hash.hex()}".rstrip(" :"))]
    if not known:
        said = "chưa so với nhật ký nay / not compared with today's: --growth, --export"
        found.append((SAME, f"  {said}"))
    elif known == {one.root}:
        said = "nhật ký nay bắt đầu đúng như vậy / today's log begins with just this"
        found.append((SAME, f"  {said}"))
    else:
        found.append((FORKED, "  LỊCH SỬ ĐÃ BỊ VIẾT LẠI / HISTORY WAS REWRITTEN since then"))
    for other in earlier:
        if (one.origin, one.size) == (other.origin, other.size) and one.root != other.root:
            said = f"  HAI LỊCH SỬ / TWO HISTORIES: {other.speaks_of} {other.time}"
            found.append((FORKED, said))
        same = one.speaks_of and one.speaks_of == other.speaks_of
        if same and one.list_hash != other.list_hash:
            said = f"  DANH SÁCH ĐÃ ĐỔI / THE LIST WAS CHANGED since {other.time}"
            found.append((CHANGED, said))
    return found
