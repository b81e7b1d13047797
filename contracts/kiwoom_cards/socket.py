"""A WebSocket connection of a card: sends and receives JSON frames, and echoes PING."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from socket import SHUT_RDWR
from types import TracebackType
from typing import Any, Literal, Self

import msgspec
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from kiwoom_cards.assertions import CriterionMissed
from kiwoom_cards.target import Target


class Socket:
    """One WebSocket connection to a target; a context manager."""

    _wire: ClientConnection

    def __init__(self, target: Target) -> None:
        self._target = target
        self._exits = ExitStack()
        self._pending: deque[dict[str, Any]] = deque()
        self.echoes = True
        """Whether a PING is echoed."""

    def send(self, frame: dict[str, Any]) -> None:
        """Send a frame as JSON."""
        self._wire.send(msgspec.json.encode(frame).decode())

    def register(self, kinds: list[str], items: list[str], group: str = "1", trnm: str = "REG") -> dict[str, Any]:
        """Send REG or REMOVE for types and items, and return the answer."""
        self.send({"trnm": trnm, "grp_no": group, "refresh": "1", "data": [{"item": items, "type": kinds}]})
        return self.receive(trnm)

    def receive(self, trnm: str, seconds: float | None = None) -> dict[str, Any]:
        """Return the next frame of that ``trnm``; other frames stay pending.

        Raises CriterionMissed if none comes within the seconds, or within the patience of the target.
        """
        return self.wait_for(
            lambda frame: frame.get("trnm") == trnm, self._target.patience if seconds is None else seconds, trnm
        )

    def wait_for(
        self, matches: Callable[[dict[str, Any]], bool], seconds: float, description: str = "that was waited for"
    ) -> dict[str, Any]:
        """Return the next frame that matches; other frames stay pending.

        Raises CriterionMissed, which names the frame by its description, if none comes within the seconds.
        """
        for frame in self._pending:
            if matches(frame):
                self._pending.remove(frame)
                return frame
        until = time.monotonic() + seconds
        while True:
            frame = self._next(until - time.monotonic(), description)
            if matches(frame):
                return frame
            self._pending.append(frame)

    def drain(self) -> list[dict[str, Any]]:
        """Return the pending frames: all that the server sent before it answers a frame sent now."""
        self.send({"trnm": "PING?"})
        self.receive("PING?")
        frames = list(self._pending)
        self._pending.clear()
        return frames

    def close_frame(self) -> tuple[int, str]:
        """Return code and reason of the close frame.

        Raises CriterionMissed if the server does not close within the patience of the target.
        """
        until = time.monotonic() + self._target.patience
        try:
            while True:
                self._pending.append(self._receive(until - time.monotonic(), "close"))
        except ConnectionClosed:
            return self._wire.close_code or 0, self._wire.close_reason or ""

    def break_off(self) -> None:
        """Break the connection off, without a close frame."""
        self._wire.socket.shutdown(SHUT_RDWR)

    def _next(self, seconds: float, description: str) -> dict[str, Any]:
        try:
            return self._receive(seconds, description)
        except ConnectionClosed as closed:
            raise CriterionMissed(f"the socket was closed before a frame {description}: {closed}") from None

    def _receive(self, seconds: float, description: str) -> dict[str, Any]:
        try:
            text = self._wire.recv(timeout=max(seconds, 0))
        except TimeoutError:
            raise CriterionMissed(f"no frame {description}") from None
        try:
            frame = msgspec.json.decode(text, type=dict[str, Any])
        except msgspec.DecodeError:
            raise CriterionMissed(f"a frame is not an object: {text!r}") from None
        self._target.observer.frame(frame)
        if frame.get("trnm") == "PING" and self.echoes:
            self._wire.send(text)
        return frame

    def __enter__(self) -> Self:
        proxy: Literal[True] | None = None if self._target.is_loopback else True
        connecting = connect(self._target.websocket_url, proxy=proxy, ping_interval=None, max_queue=None)
        self._wire = self._exits.enter_context(connecting)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exits.close()
