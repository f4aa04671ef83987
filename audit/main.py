"""Kiểm chứng một phát hiện, không cần mạng hay thư viện / Verify a finding offline, alone.

    python3 verify.pyz FILE [--key 'NAME+ID+KEY']... [--open]
    python3 verify.pyz --notice FILE... [--growth FILE...] [--export FILE] --key 'NAME+ID+KEY'...
    python3 verify.pyz --hash

FILE is what `GET /v1/findings/{id}/proof` gave. Python 3.11 or later, nothing else. It checks the
signatures of the checkpoints, that the events are in the log, that the household had no others
where the rule depends on it, and runs the rule again over them. Whatever does not fit is refused
with the reason. `--key` names a public key that you took home; without one the keys of the file
itself are used, and it is for you to compare them.

A long file is folded: `--open` shows what is in it.

With `--notice` it compares what was taken home: checkpoints, and codes on posted lists (the text
or a file with it). `--growth` is what `GET /v1/audit/log/{service}/consistency?from=SIZE` gave,
`--export` a whole export, whose every event is hashed anew. Exit code 1 where anything differs.

`--hash` prints the SHA-256 of the code that verifies, as every proof names it.
"""

import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import chain
from pathlib import Path

from audit.notices import CHANGED, FORKED, compare
from audit.origin import code_digest
from audit.proof import Verdict, verify
from audit.proof_file import read_file
from audit.refusals import Rejected
from shared.tlog.posted_code import FORMAT as NOTICE


def main(arguments: Sequence[str]) -> int:
    """Verify what is named, and say so; return 1 where it is refused or history was changed."""
    given = list(arguments)
    if given == ["--hash"]:
        print(code_digest())
        return 0
    trusted, notices, growths, exports = (
        _taken(given, option) for option in ("--key", "--notice", "--growth", "--export")
    )
    is_shown = "--open" in given
    given = [each for each in given if each != "--open"]
    if len(given) != (not notices) or given[0:1] == ["--help"] or len(exports) > 1:
        print(__doc__)
        return 2
    try:
        if notices:
            verdict = _compared(notices, growths, exports, trusted)
        else:
            raw = Path(given[0]).read_bytes()
            verdict = verify(raw, trusted)
            if is_shown:
                print(json.dumps(read_file(raw), ensure_ascii=False, indent=1))
    except Rejected as problem:
        print(f"BÁC BỎ / REJECTED: {problem}")
        return 1
    except OSError as problem:
        print(f"không đọc được / cannot be read: {problem}")
        return 2
    for line in verdict.lines:
        print(line)
    if not trusted:
        print("hãy so khóa với khóa bạn đã giữ (--key) / compare the keys with those you took home")
    return 1 if verdict.level in (CHANGED, FORKED) else 0


def _compared(
    notices: Sequence[str], growths: Sequence[str], exports: Sequence[str], trusted: Sequence[str]
) -> Verdict:
    with ExitStack() as opened:
        export = [opened.enter_context(Path(each).open("rb")) for each in exports]
        texts = [each if NOTICE in each else _read_text(each) for each in notices]
        grown = [_read_text(each) for each in growths]
        return compare(texts, grown, chain.from_iterable(export), trusted)


def _taken(given: list[str], option: str) -> list[str]:
    """Take an option's values out of the arguments, and return them."""
    found = []
    while option in given[:-1]:
        place = given.index(option)
        found.append(given[place + 1])
        del given[place : place + 2]
    return found


def _read_text(path: str) -> str:
    """Return a file of text as it is."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        return file.read()


def run() -> int:
    """Verify what the command line names, in letters that every terminal takes."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    return main(sys.argv[1:])
