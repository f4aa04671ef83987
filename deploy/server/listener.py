"""One listening socket of gunicorn's, served by waitress."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer, UnixWSGIServer

from deploy.server.channel import Channel
from deploy.server.parser import Held

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from deploy.server.bounds import Bounds
    from deploy.server.lanes import Lanes

_FAR = 2**40
"""Waitress' own bounds are out of the way of ours."""


class Listener:
    """What a server of waitress' is made to do besides."""

    channel_class = Channel
    retiring = False
    others: list[Any]
    """All listeners of the worker, this one too."""

    def readable(self) -> bool:
        """Check whether a new connection may come in: always, unless all are worked on."""
        return bool(self.accepting and (self._has_room() or self._longest() is not None))  # type: ignore[attr-defined] # waitress' own

    def handle_accept(self) -> None:
        """Take a connection; where there are too many, the longest incomplete one makes room."""
        if not self._has_room() and (longest := self._longest()) is not None:
            longest.handle_close()
        super().handle_accept()  # type: ignore[misc] # waitress' own

    def _channels(self) -> list[Any]:
        return [each for one in self.others for each in one.active_channels.values()]

    def _has_room(self) -> bool:
        count = sum(len(one.active_channels) for one in self.others)
        return bool(count < self.adj.bounds.connections)  # type: ignore[attr-defined] # waitress' own

    def _longest(self) -> Any:
        waiting = [
            (since, number, channel)
            for number, channel in enumerate(self._channels())
            if (since := channel.incomplete_since) is not None
        ]
        return min(waiting)[2] if waiting else None


class _Tcp(Listener, TcpWSGIServer):  # type: ignore[misc] # waitress carries no types
    pass


class _Unix(Listener, UnixWSGIServer):  # type: ignore[misc] # waitress carries no types
    pass


def listeners(
    app: WSGIApplication, sockets: list[socket.socket], lanes: Lanes, bounds: Bounds
) -> tuple[list[Any], dict[int, Any]]:
    """Return a listener per socket, and all that the loop must look at, by descriptor."""
    adjustments = Adjustments(
        ident="giamngheo",
        clear_untrusted_proxy_headers=False,  # shared/http/sender.py knows whom to believe
        max_request_header_size=bounds.head_bytes,
        max_request_body_size=_FAR,
        connection_limit=_FAR,
        log_socket_errors=False,
        recv_bytes=bounds.piece_bytes,
        inbuf_overflow=bounds.kept_bytes,
        outbuf_overflow=bounds.kept_bytes,
        outbuf_high_watermark=64 * 1024 * 1024,
    )
    adjustments.bounds, adjustments.held = bounds, Held()
    looked_at: dict[int, Any] = {}
    made: list[Any] = []
    for each in sockets:
        kind = _Unix if each.family == socket.AF_UNIX else _Tcp
        about = (each.family, each.type, each.proto, each.getsockname())
        made.append(
            kind(
                app, looked_at, True, each, dispatcher=lanes, adj=adjustments,
                bind_socket=False, sockinfo=about,
            )
        )  # fmt: skip
    for one in made:
        one.others = made
    return made, looked_at
