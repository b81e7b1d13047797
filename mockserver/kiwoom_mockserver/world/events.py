"""The events of a world beside those of its exchange."""

from __future__ import annotations

from msgspec import Struct

from kiwoom_mockserver.exchange.events import Event


class ScriptedFrame(Struct, frozen=True):
    """A script step that sends a realtime frame, word for word."""

    type: str
    item: str
    values: dict[str, str]
    name: str | None


class FailedExpectation(Struct, frozen=True):
    """A script step whose expectation does not hold."""

    text: str


class CountedDown(Struct, frozen=True, gc=False):
    """A moment at which the market tells how much time is left until it opens or closes."""


WorldEvent = Event | ScriptedFrame | FailedExpectation | CountedDown
