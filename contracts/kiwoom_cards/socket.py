"""The WebSocket as it is on the wire: frames out, frames in, PING echoed."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Literal, Self

import msgspec
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from kiwoom_cards.assertions import CriterionMissed
from kiwoom_cards.target import Target


class Socket:
    """One connection; a context manager."""

    _wire: ClientConnection

    def __init__(self, target: Target) -> None:
        self._target = target
        self._open = ExitStack()
        self._unheard: deque[dict[str, Any]] = deque()
        self.echoes = True
        """Whether PING is sent back as it came."""

    def say(self, frame: dict[str, Any]) -> None:
        """Send a frame."""
        self._wire.send(msgspec.json.encode(frame).decode())

    def register(self, kinds: list[str], items: list[str], group: str = "1", trnm: str = "REG") -> dict[str, Any]:
        """REG or REMOVE, and its answer."""
        self.say({"trnm": trnm, "grp_no": group, "refresh": "1", "data": [{"item": items, "type": kinds}]})
        return self.hear(trnm)

    def hear(self, trnm: str, seconds: float | None = None) -> dict[str, Any]:
        """The next frame of that name; others wait. Raises CriterionMissed if none comes in the target's time."""
        return self.wait_for(
            lambda frame: frame.get("trnm") == trnm, self._target.patience if seconds is None else seconds, trnm
        )

    def wait_for(
        self, is_wanted: Callable[[dict[str, Any]], bool], seconds: float, called: str = "that was waited for"
    ) -> dict[str, Any]:
        """The next frame that is wanted; others wait. Raises CriterionMissed if none comes."""
        for frame in self._unheard:
            if is_wanted(frame):
                self._unheard.remove(frame)
                return frame
        until = time.monotonic() + seconds
        while True:
            frame = self._next(until - time.monotonic(), called)
            if is_wanted(frame):
                return frame
            self._unheard.append(frame)

    def heard(self) -> list[dict[str, Any]]:
        """What has come, and was not waited for, until now: all that was sent before the answer to an echo."""
        self.say({"trnm": "PING?"})
        self.hear("PING?")
        frames = list(self._unheard)
        self._unheard.clear()
        return frames

    def end(self) -> tuple[int, str]:
        """Code and reason of the close frame. Raises CriterionMissed if none comes in the target's time."""
        until = time.monotonic() + self._target.patience
        try:
            while True:
                self._unheard.append(self._receive(until - time.monotonic(), "close"))
        except ConnectionClosed:
            return self._wire.close_code or 0, self._wire.close_reason or ""

    def _next(self, seconds: float, called: str) -> dict[str, Any]:
        try:
            return self._receive(seconds, called)
        except ConnectionClosed as closed:
            raise CriterionMissed(f"the socket was closed before a frame {called}: {closed}") from None

    def _receive(self, seconds: float, called: str) -> dict[str, Any]:
        try:
            text = self._wire.recv(timeout=max(seconds, 0))
        except TimeoutError:
            raise CriterionMissed(f"no frame {called}") from None
        try:
            frame = msgspec.json.decode(text, type=dict[str, Any])
        except msgspec.DecodeError:
            raise CriterionMissed(f"a frame is no object: {text!r}") from None
        self._target.observer.frame(frame)
        if frame.get("trnm") == "PING" and self.echoes:
            self._wire.send(text)
        return frame

    def __enter__(self) -> Self:
        proxy: Literal[True] | None = None if self._target.is_loopback else True
        connecting = connect(self._target.websocket_url, proxy=proxy, ping_interval=None, max_queue=None)
        self._wire = self._open.enter_context(connecting)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()
