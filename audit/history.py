"""The events of a file, held against its checkpoints: in the log, and the household's only ones."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from audit.checkpoints import unpacked
from audit.refusals import need, need_fields
from services.reporting.domain.sources import REGISTRIES
from shared.codec import GENESIS, chain
from shared.recorded import Recorded
from shared.tlog.checkpoint import Checkpoint
from shared.tlog.heads import Head, HeadProof, path_of, proves
from shared.tlog.leaf import NO_EVENTS, Leaf, chained
from shared.tlog.merkle import included


class Shown(NamedTuple):
    """One event whose bytes the file shows."""

    id: str
    source: str
    position: int
    meta: bytes
    data: bytes
    digest: bytes

    @property
    def recorded(self) -> Recorded:
        """The event as the rules read it."""
        return REGISTRIES[self.source].read(self.meta, self.data, self.digest, self.position)


class Histories:
    """What the histories of a file show; Rejected where one of them does not fit."""

    def __init__(self, logs: Mapping[str, Checkpoint], hashes: Sequence[bytes]) -> None:
        self._logs, self._hashes = logs, hashes
        self._used: set[int] = set()
        self.events: dict[str, Shown] = {}
        self.included: set[str] = set()
        """The events that are proved to be in the log, each by itself."""
        self.headed: set[str] = set()
        """The events of whole histories, for which the household's head vouches."""
        self.whole: set[tuple[str, str]] = set()
        """The sources and households all of whose events are shown."""
        self.closed = 0
        """How many events stand there by their hashes alone."""

    def read(self, histories: Iterable[dict[str, Any]]) -> None:
        """Verify all of them, and that no hash is there in vain."""
        for each in histories:
            self._history(each)
        need(
            self._used == set(range(len(self._hashes))),
            "có mã băm không dùng tới",
            "a hash that nothing needs",
        )

    def _siblings(self, numbers: Sequence[int]) -> list[bytes]:
        self._used.update(numbers)
        return [self._hashes[number] for number in numbers if number >= 0]

    def _history(self, history: dict[str, Any]) -> None:
        """Verify the events of a household in one service, and where they end."""
        need_fields(history, {"source", "key", "head", "events"})
        source, key = history["source"], UUID(history["key"])
        end, last, closed, shown = NO_EVENTS, 0, 0, []
        streams: dict[str, tuple[int, bytes]] = {}
        for each in history["events"]:
            if "leaf" in each:
                need_fields(each, {"leaf"})
                leaf = unpacked(each["leaf"])
                closed += 1
            else:
                event, leaf = self._event(each, source, key, streams)
                need(
                    event.position > last,
                    f"sự kiện không theo thứ tự: {event.position}",
                    "events out of order",
                )
                last = event.position
                shown.append(event.id)
            end = chained(end, leaf)
        self.closed += closed
        need(
            str(key) == history["key"] and bool(history["head"] or not closed),
            "lịch sử không có đầu",
            "a history without its head",
        )
        if history["head"]:
            mine = Head(path_of(key), last, len(history["events"]), end)
            self._head(self._logs[source], key, history["head"], mine)
            if not closed:
                self.whole.add((source, str(key)))
                self.headed.update(shown)

    def _event(
        self,
        given: dict[str, Any],
        source: str,
        key: UUID,
        streams: dict[str, tuple[int, bytes]],
    ) -> tuple[Shown, bytes]:
        """Verify one event that is shown, and return it with the hash of its leaf."""
        need_fields(given, {"position", "meta", "data"}, ("previous", "siblings"))
        position, meta, said = given["position"], json.loads(given["meta"]), self._logs[source]
        stream, version, name = meta["stream_id"], meta["version"], meta["event_id"]
        before = (0, GENESIS) if version == 1 else streams.get(stream, (0, b""))
        previous = unpacked(given["previous"]) if "previous" in given else before[1]
        need(
            (meta["source"], meta["key"]) == (source, str(key))
            and ("previous" in given or before[0] == version - 1),
            f"sự kiện {name} không thuộc lịch sử này",
            "that event is not of this history",
        )
        first, content = given["meta"].encode(), given["data"].encode()
        digest = chain(previous, first, content)
        streams[stream] = (version, digest)
        leaf = Leaf(position, key, digest).hash
        if "siblings" in given:
            proof = self._siblings(given["siblings"])
            need(
                included(leaf, position - 1, said.size, proof, said.root),
                f"sự kiện {name} không có trong nhật ký đã ký",
                "that event is not in the log that was signed",
            )
            self.included.add(name)
        event = Shown(name, source, position, first, content, digest)
        self.events[name] = event
        return event, leaf

    def _head(self, said: Checkpoint, key: UUID, head: dict[str, Any], mine: Head) -> None:
        """Verify that a household's events end where the file says, or that there are none."""
        need_fields(head, {"siblings"}, ("position", "other"))
        siblings = tuple(self._siblings(head["siblings"]))
        end: Head | None = None
        if mine.count:
            end = Head(mine.path, head.get("position", mine.position), mine.count, mine.chain)
        elif "other" in head:
            other = head["other"]
            need_fields(other, {"path", "position", "count", "chain"})
            path, numbers = unpacked(other["path"]), (other["position"], other["count"])
            need(path != mine.path, "đầu của hộ khác", "the head is another's")
            end = Head(path, *numbers, unpacked(other["chain"]))
        need(
            proves(mine.path, HeadProof(siblings, end), said.heads)
            and head.get("position", mine.position) <= said.size,
            f"lịch sử của hộ {key} không phải như đã ký: thiếu, thừa hoặc bị sửa",
            "the household's events are not those that were signed: one is missing or changed",
        )
