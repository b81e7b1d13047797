"""What a world tells beside the events of its exchange."""

from __future__ import annotations

from msgspec import Struct

from kiwoom_mockserver.exchange.events import Event


class Literal(Struct, frozen=True):
    """A script wants this realtime frame to be told, word for word."""

    type: str
    item: str
    values: dict[str, str]
    name: str | None


class Unexpected(Struct, frozen=True):
    """A script expected something that is not so."""

    text: str


WorldEvent = Event | Literal | Unexpected
