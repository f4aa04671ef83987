"""Pages of lists by keyset: stable while rows are inserted; a cursor belongs to its filters."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any, Protocol, TypeVar

import msgspec
from flask import request

from shared.codec import canonical
from shared.http.lengths import CURSOR, bad_cursor

T = TypeVar("T")
_SIGNATURE = 16


class Signer(Protocol):
    """What signing cursors needs of the keyring."""

    def digest(self, purpose: bytes, *parts: bytes) -> bytes:
        """Give a keyed hash."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page asked for: how many, and after which row (its sort key, as texts)."""

    limit: int
    after: tuple[str, ...] | None
    signer: Signer
    filters: bytes

    @property
    def fetch(self) -> int:
        """Give how many rows to fetch: one more tells whether there is a next page."""
        return self.limit + 1

    def answer(
        self,
        rows: Sequence[T],
        key: Callable[[T], Sequence[str]],
        item: Callable[[T], dict[str, Any]],
    ) -> dict[str, Any]:
        """Give `{"items", "next_cursor"}` of up to `fetch` rows in order."""
        shown = rows[: self.limit]
        more = len(rows) > self.limit
        cursor = self._cursor(key(shown[-1])) if more and shown else None
        return {"items": [item(row) for row in shown], "next_cursor": cursor}

    def of(
        self,
        rows: Sequence[T],
        name: Callable[[T], str],
        item: Callable[[T], dict[str, Any]],
    ) -> dict[str, Any]:
        """Give the page out of all rows in order, each with a name of its own."""
        start = 0
        if self.after is not None:
            names = [name(row) for row in rows]
            if self.after[0] not in names:
                raise bad_cursor()
            start = names.index(self.after[0]) + 1
        return self.answer(rows[start : start + self.fetch], lambda row: (name(row),), item)

    def _cursor(self, key: Sequence[str]) -> str:
        body = canonical(list(key))
        signed = self.signer.digest(b"cursor/1", self.filters, body)[:_SIGNATURE] + body
        return urlsafe_b64encode(signed).decode().rstrip("=")


def page_of(query: Mapping[str, Any], signer: Signer, *apart: str, **more: str) -> Page:
    """Give the page that a request asks for by the `limit` and `cursor` of its query.

    A cursor belongs to the path and to the other parameters: those of `apart` apart, and `more`
    with them. 422 `bad-cursor` for one that was not given for these.
    """
    given = {
        name: texts[0] if len(texts) == 1 else texts
        for name, texts in request.args.lists()
        if name not in ("limit", "cursor", *apart)
    }
    filters = request.path.encode() + b"?" + canonical(given | more)
    cursor = query.get("cursor")
    after = None if cursor is None else _after(cursor, filters, signer)
    return Page(query["limit"], after, signer, filters)


def _after(cursor: str, filters: bytes, signer: Signer) -> tuple[str, ...]:
    if len(cursor) > CURSOR:
        raise bad_cursor()
    try:
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        signature, body = raw[:_SIGNATURE], raw[_SIGNATURE:]
        genuine = signer.digest(b"cursor/1", filters, body)[:_SIGNATURE]
        if compare_digest(signature, genuine):
            return msgspec.json.decode(body, type=tuple[str, ...])
    except (ValueError, msgspec.MsgspecError):
        pass
    raise bad_cursor()
