"""What can go wrong with what: the actions that have an effect on each API, on LOGIN, and on each kind of frame."""

from __future__ import annotations

from functools import cache

from kiwoom_contracts import catalogue
from kiwoom_contracts.model import OAUTH_PATHS, ORDER_PATHS, WEBSOCKET_PATH
from kiwoom_mockserver.broker import fault_actions
from kiwoom_mockserver.broker.fault_actions import (
    LOGIN,
    PLACING,
    FaultAction,
    FrameFault,
    FramesFirst,
    Kick,
    OrderFault,
    PageFault,
    Reorder,
    Stale,
)

Actions = tuple[type[FaultAction], ...]

ANY_CALL: Actions = (
    fault_actions.Latency,
    fault_actions.Error,
    fault_actions.Status,
    fault_actions.Malformed,
    fault_actions.Truncated,
    fault_actions.Empty,
    fault_actions.ContentType,
    fault_actions.Reset,
    fault_actions.Hang,
    fault_actions.Drip,
)
"""The actions that have an effect on every REST call."""

ON_LOGIN: Actions = tuple(
    action for action in ANY_CALL if action not in (fault_actions.Status, fault_actions.ContentType)
)
"""The actions that have an effect on LOGIN, whose answer is a frame: it has neither a status nor a content type."""

TRNMS = (LOGIN, "PING", "REG", "REMOVE", "REAL", "SYSTEM", "CNSRLST", "CNSRREQ", "CNSRCLR")
"""The ``trnm`` of every frame that the server sends."""

SEARCH = "02"
"""The type of the REAL frames of a live condition search."""


@cache
def call_actions(api_id: str, *, is_simulated: bool = True, has_stub: bool = False) -> Actions:
    """Return the actions that have an effect on an API, or on LOGIN; a stub answers before the simulation does."""
    if api_id == LOGIN:
        return ON_LOGIN
    if has_stub:
        return (*ANY_CALL, *_page_faults(api_id))
    api = catalogue.api(api_id)
    if api.path.startswith(ORDER_PATHS):
        return (*ANY_CALL, FramesFirst, *(OrderFault.__args__ if api_id in PLACING else ()))
    if api.path.startswith((OAUTH_PATHS, WEBSOCKET_PATH)) or not is_simulated:
        return ANY_CALL
    return (*ANY_CALL, Stale, *_page_faults(api_id))


def _page_faults(api_id: str) -> Actions:
    return PageFault.__args__ if any(field.fields for field in catalogue.api(api_id).response) else ()


@cache
def frame_actions(trnm: str) -> Actions:
    """Return the actions that have an effect on the frames of a ``trnm``."""
    # No frame follows SYSTEM, and the session ends behind it in any case.
    return tuple(one for one in FrameFault.__args__ if trnm != "SYSTEM" or one not in (Kick, Reorder))
