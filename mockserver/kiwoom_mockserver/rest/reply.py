"""What a handler returns: the values of a response, or a page of rows; formats and texts are the serializer's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from kiwoom_mockserver.broker.state import Stub
from kiwoom_mockserver.views.serializer import Values


class Page(NamedTuple):
    """A list response. Only the rows of the page that is asked for are made.

    ``items`` are ordered by their cursor, so that a page begins where the last one ended even when rows came or went
    between the two requests.
    """

    items: Iterable[Any]
    cursor: Callable[[Any], str]
    """The place of an item in the order, as it stands in the continuation key."""
    row: Callable[[Any], Values]
    head: Values = {}
    """The values beside the list."""
    descending: bool = False
    """Whether the cursors fall from row to row."""


class SideReply(NamedTuple):
    """A response whose text names the side of an order, where the catalogue writes ``{side}``."""

    values: Values
    side: str
    """매수 or 매도."""


Reply = Values | Page | SideReply | Stub
