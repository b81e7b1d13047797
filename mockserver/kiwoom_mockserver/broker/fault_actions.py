"""What a fault does. An action is data; in JSON, ``does`` is its name in small letters: ``{"does": "late-reject"}``.

Seconds of lines and sockets are real; seconds of orders are those of the world's clock.
"""

from __future__ import annotations

import re
from typing import Annotated

from msgspec import Meta, Struct

Seconds = Annotated[float, Meta(ge=0, le=366 * 86_400)]
Speed = Annotated[int, Meta(ge=1, le=1_000_000_000)]
"""Bytes a second."""

HeaderText = Annotated[str, Meta(pattern=r"^[ -~]*$(?!\n)", description="printable ASCII")]

JSON = "application/json;charset=UTF-8"

BREAK = 1006
"""The close code of a connection that broke, which no close frame carries."""

CLOSE_CODES = frozenset([*range(1000, 1004), BREAK, *range(1007, 1015), *range(3000, 5000)])
"""Those that a close frame may carry, and 1006."""


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


class FaultAction(Struct, frozen=True, forbid_unknown_fields=True, tag_field="does", tag=_kebab):
    """Something that goes wrong."""

    @property
    def name(self) -> str:
        """As the journal tells it."""
        return _kebab(type(self).__name__)


# -- calls --------------------------------------------------------------------------------------------------------


class Latency(FaultAction, frozen=True):
    """The answer takes its time, and by chance up to ``jitter`` seconds more."""

    seconds: Seconds
    jitter: Seconds = 0.0


class Error(FaultAction, frozen=True):
    """An error of the catalogue instead of the answer; nothing is carried out. LOGIN is a call, too."""

    code: str
    values: tuple[str, ...] = ()
    """What the text names; ``{api}`` and ``{path}`` stand for those of the request."""


class Status(FaultAction, frozen=True):
    """Another HTTP status, with a body that is none of the API's."""

    status: Annotated[int, Meta(ge=200, le=599)]
    body: str = ""
    content_type: HeaderText = JSON
    carried_out: bool = False
    """Whether the request is carried out before, so that only its answer is lost."""


class Malformed(FaultAction, frozen=True):
    """The answer is no JSON."""


class Truncated(FaultAction, frozen=True):
    """The answer ends after half of its bytes, and its length says so."""


class Empty(FaultAction, frozen=True):
    """The answer has no body."""


class ContentType(FaultAction, frozen=True):
    """The answer is as it should be, and its content type is not."""

    content_type: HeaderText = "text/html;charset=UTF-8"


class Reset(FaultAction, frozen=True):
    """The connection is reset instead of the answer."""

    carried_out: bool = False


class Hang(FaultAction, frozen=True):
    """No answer, and the connection stays."""

    carried_out: bool = False


class Drip(FaultAction, frozen=True):
    """The body of the answer comes slowly."""

    bytes_per_second: Speed


class FramesFirst(FaultAction, frozen=True):
    """The frames that a call causes leave before its answer."""


class Stale(FaultAction, frozen=True):
    """Inquiries answer from the world as it was when the fault began; orders are orders."""


# -- orders -------------------------------------------------------------------------------------------------------


class Fills(FaultAction, frozen=True):
    """A new order meets nobody, and is filled at its own price in so many parts; in none it waits to be cancelled.

    The first part comes ``after`` so many seconds of the world's clock, each other ``every`` so many.
    """

    parts: Annotated[int, Meta(ge=0, le=10_000)]
    after: Seconds = 0.0
    every: Seconds = 0.0


class LateReject(FaultAction, frozen=True):
    """A new order is accepted, meets nobody, and is rejected after so many seconds of the world's clock."""

    cause: str
    """919 of the frame."""
    after: Seconds = 0.0


# -- frames -------------------------------------------------------------------------------------------------------


class Drop(FaultAction, frozen=True):
    """The frame does not leave."""


class Delay(FaultAction, frozen=True):
    """The frame takes its time, and by chance up to ``jitter`` seconds more; what comes behind it waits, too."""

    seconds: Seconds
    jitter: Seconds = 0.0


class Duplicate(FaultAction, frozen=True):
    """The frame comes again, so many times."""

    times: Annotated[int, Meta(ge=1, le=1_000)] = 1


class Reorder(FaultAction, frozen=True):
    """The frame leaves behind a later one: the next of that session that has these fields."""

    behind: dict[str, str] = {}
    same: str = ""
    """A field that must be the same in both, such as 9203."""


class Garbage(FaultAction, frozen=True):
    """The frame is something else."""

    text: str = '{"trnm":"REAL","data":[{"values":{"'


class Close(FaultAction, frozen=True):
    """The connection is closed instead of the frame; with 1006 it breaks without a word."""

    code: Annotated[int, Meta(ge=1000, le=4999)] = 1011
    reason: Annotated[str, Meta(max_length=30)] = ""


class Kick(FaultAction, frozen=True):
    """The session is ended instead of the frame, as by a second login: R10001, and closed."""


class SlowFrames(FaultAction, frozen=True):
    """The frame comes in small pieces."""

    bytes_per_second: Speed


CallFault = (
    Latency | Error | Status | Malformed | Truncated | Empty | ContentType | Reset | Hang | Drip | FramesFirst | Stale
)
OrderFault = Fills | LateReject
FrameFault = Drop | Delay | Duplicate | Reorder | Garbage | Close | Kick | SlowFrames
AnyFault = CallFault | OrderFault | FrameFault

INSTEAD = (Error, Status, Reset, Hang)
"""What takes the place of an answer."""

ENDING = (Drop, Close, Kick)
"""What takes the place of a frame."""

ALONE = (INSTEAD, (Fills, LateReject), ENDING)
"""Of each of these groups, the first that strikes is the only one."""

PLACING = ("kt10000", "kt10001", "kt10006", "kt10007", "kt50000", "kt50001")
"""The APIs that place a new order."""

LOGIN = "LOGIN"
"""The name under which a filter knows the beginning of a realtime session."""
