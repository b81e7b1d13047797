"""The actions of faults, as data: what goes wrong with a call, an order or a frame.

In JSON, ``does`` is the name of the action in kebab case: ``{"does": "reject-late", "cause": "..."}``. Seconds of calls
and frames are real time; seconds of orders are those of the world's clock. The module ``fault_aliases`` has more names,
each for an action with its filter.
"""

from __future__ import annotations

import re
from typing import Annotated

from msgspec import Meta, Struct

Seconds = Annotated[float, Meta(ge=0, le=366 * 86_400)]
Speed = Annotated[int, Meta(ge=1, le=1_000_000_000)]
"""Bytes per second."""

HeaderText = Annotated[str, Meta(pattern=r"^[ -~]*$(?!\n)", description="printable ASCII")]
"""Printable ASCII: a line break would end the header."""

HttpStatus = Annotated[int, Meta(ge=200, le=599)]

JSON = "application/json;charset=UTF-8"

ABNORMAL_CLOSURE = 1006
"""The close code of a connection that broke: no close frame carries it (RFC 6455)."""

CLOSE_CODES = frozenset([*range(1000, 1004), ABNORMAL_CLOSURE, *range(1007, 1015), *range(3000, 5000)])
"""The codes that a close frame may carry, and 1006."""


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


class FaultAction(Struct, frozen=True, forbid_unknown_fields=True, tag_field="does", tag=_kebab):
    """Something that goes wrong with a call, an order or a frame."""

    @property
    def name(self) -> str:
        """The name in JSON and in the journal, such as ``reject-late``."""
        return _kebab(type(self).__name__)


# -- calls --------------------------------------------------------------------------------------------------------


class Latency(FaultAction, frozen=True):
    """The answer is delayed by ``seconds``, and by up to ``jitter`` seconds more at random."""

    seconds: Seconds
    jitter: Seconds = 0.0


class Error(FaultAction, frozen=True):
    """The answer is an error of the catalogue, and the request is not carried out. LOGIN counts as a call too."""

    code: str
    values: tuple[str, ...] = ()
    """Values for the text of the error; ``{api}`` and ``{path}`` stand for those of the request.

    ``{rate}`` stands for the requests per second that the profile allows, 1 if it has no limit.
    """


class Status(FaultAction, frozen=True):
    """The answer has another HTTP status and a body that is not the API's."""

    status: HttpStatus
    body: str = ""
    """Blank for the body that a gateway sends with such a status."""
    content_type: HeaderText = JSON
    carried_out: bool = False
    """Whether the request is carried out, so that only its answer is lost."""


class Malformed(FaultAction, frozen=True):
    """The body of the answer is not valid JSON."""


class Truncated(FaultAction, frozen=True):
    """The body of the answer ends after half of its bytes; its ``Content-Length`` is the shorter length."""


class Empty(FaultAction, frozen=True):
    """The answer has no body."""


class ContentType(FaultAction, frozen=True):
    """The answer has a wrong content type; everything else about it is right."""

    content_type: HeaderText = "text/html;charset=UTF-8"


class Reset(FaultAction, frozen=True):
    """The connection is reset instead of an answer."""

    carried_out: bool = False
    """Whether the request is carried out, so that only its answer is lost."""


class Hang(FaultAction, frozen=True):
    """There is no answer, and the connection stays open."""

    carried_out: bool = False
    """Whether the request is carried out, so that only its answer is lost."""


class Drip(FaultAction, frozen=True):
    """The body of the answer is sent slowly."""

    bytes_per_second: Speed


class FramesFirst(FaultAction, frozen=True):
    """The frames that a call causes leave before its answer."""


class Stale(FaultAction, frozen=True):
    """Inquiries answer from the world as it was when the fault was set; orders go to the current world."""


class EndlessPages(FaultAction, frozen=True):
    """Every page says that there is another (``cont-yn: Y``), under a key that leads to the first page again."""


class EmptyPage(FaultAction, frozen=True):
    """A page without rows (``resp-cnt: 0``) says that there is another, under a key that leads to the first page.

    Such a page was recorded for ka10086.
    """


class PageWithoutKey(FaultAction, frozen=True):
    """A page says that there is another, and has no key for it: ``cont-yn: Y`` and a blank ``next-key``."""


# -- orders -------------------------------------------------------------------------------------------------------


class FillInParts(FaultAction, frozen=True):
    """A new order does not match against the book, and is filled at its own price in a number of parts.

    With 0 parts it stays open until it is cancelled. The first part comes ``after`` seconds of the world's clock, each
    further one ``every`` seconds later.
    """

    parts: Annotated[int, Meta(ge=0, le=10_000)]
    every: Seconds = 0.0
    after: Seconds = 0.0


class RejectLate(FaultAction, frozen=True):
    """A new order is accepted, does not match, and is rejected ``after`` seconds of the world's clock."""

    cause: str
    """The text of field 919 in the frame of the rejection."""
    after: Seconds = 0.0


# -- frames -------------------------------------------------------------------------------------------------------


class Drop(FaultAction, frozen=True):
    """The frame is not sent."""


class Delay(FaultAction, frozen=True):
    """The frame is delayed by ``seconds``, and by up to ``jitter`` more at random; later frames wait behind it."""

    seconds: Seconds
    jitter: Seconds = 0.0


class Duplicate(FaultAction, frozen=True):
    """The frame is sent ``times`` more times."""

    times: Annotated[int, Meta(ge=1, le=1_000)] = 1


class Reorder(FaultAction, frozen=True):
    """The frame is held back until the next frame of its session that matches has left."""

    behind: dict[str, str] = {}
    """Values that fields of the later frame must have."""
    same: str = ""
    """A field that must be equal in both frames, such as 9203."""


class Garbage(FaultAction, frozen=True):
    """Another text is sent instead of the frame: by default the beginning of a REAL frame that ends too early."""

    text: str = '{"trnm":"REAL","data":[{"values":{"'


class Close(FaultAction, frozen=True):
    """The connection is closed instead of sending the frame; with 1006 it breaks without a close frame."""

    code: Annotated[int, Meta(ge=1000, le=4999)] = 1011
    reason: Annotated[str, Meta(max_length=30)] = ""


class Kick(FaultAction, frozen=True):
    """Instead of sending the frame, the session gets R10001 as after a second login, and is closed."""


class SlowFrames(FaultAction, frozen=True):
    """The frame is sent slowly, in small pieces."""

    bytes_per_second: Speed


PageFault = EndlessPages | EmptyPage | PageWithoutKey
CallFault = (
    Latency
    | Error
    | Status
    | Malformed
    | Truncated
    | Empty
    | ContentType
    | Reset
    | Hang
    | Drip
    | FramesFirst
    | Stale
    | PageFault
)
OrderFault = FillInParts | RejectLate
FrameFault = Drop | Delay | Duplicate | Reorder | Garbage | Close | Kick | SlowFrames
AnyAction = CallFault | OrderFault | FrameFault

REPLACES_ANSWER = (Error, Status, Reset, Hang)
"""The actions that take the place of an answer."""

REPLACES_FRAME = (Drop, Close, Kick)
"""The actions that take the place of a frame."""

EXCLUSIVE_GROUPS = (
    REPLACES_ANSWER,
    (EndlessPages, EmptyPage, PageWithoutKey),
    (FillInParts, RejectLate),
    REPLACES_FRAME,
)
"""Of each of these groups only the first action that matches applies: an answer can be replaced only once."""

PLACING = ("kt10000", "kt10001", "kt10006", "kt10007", "kt50000", "kt50001")
"""The APIs that place a new order."""

BALANCES = ("ka10085", "kt00001", "kt00004", "kt00005", "kt00010", "kt00018")
"""The APIs that query cash and holdings."""

LOGIN = "LOGIN"
"""The name by which a filter matches the LOGIN of a realtime session."""
