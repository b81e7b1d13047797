"""Where faults are set: one switch for each, named after what happens. A test and the control API use the same panel.

Every switch takes the same words beside its own, all optional: ``api`` (an id, ``LOGIN``, or the beginning of paths; or
several of them), ``type`` (of frames), ``order``, ``account``, ``session`` (an app key), ``fields``, ``count``,
``probability`` from 0 to 1, and ``lasts``, in seconds of the world's clock. It gives the number of the fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import msgspec

from kiwoom_contracts import catalogue
from kiwoom_mockserver.gateway.faults import actions
from kiwoom_mockserver.gateway.faults.rules import Fault, Filter, Rule

if TYPE_CHECKING:
    from kiwoom_mockserver.gateway.counter import Counter
    from kiwoom_mockserver.gateway.realtime.protocol import Session

TRNMS = ("LOGIN", "PING", "REG", "REMOVE", "REAL", "SYSTEM", "CNSRLST", "CNSRREQ", "CNSRCLR")

BALANCES = ("ka10085", "kt00001", "kt00004", "kt00005", "kt00010", "kt00018")
"""The inquiries for cash and holdings."""

BLOCK_PAGE = (
    "<!DOCTYPE html><html><head><title>Request Rejected</title></head><body>The requested URL was rejected. "
    "Please consult with your administrator.<br><br>Your support ID is: 0000000000000000000</body></html>"
)
"""What a firewall in front of a service answers (assumed)."""


class On(TypedDict, total=False):
    """What a fault strikes, how often, and how long."""

    api: str | Iterable[str]
    type: str
    order: str
    account: str
    session: str
    fields: dict[str, str]
    count: int
    probability: float
    lasts: float


class Faults:
    """The faults of one world. Safe from any thread."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    # -- any fault --

    def add(self, fault: Fault) -> int:
        """Set a fault; its number. Raises ValueError for a code, an API or a type that there is none of."""
        good = _checked(fault)
        return self._counter.in_turn(lambda: self._add(good))

    def _add(self, fault: Fault) -> int:
        world = self._counter.world
        picture = world.snapshot() if isinstance(fault.action, actions.Stale) else b""
        return self._counter.state.faults.add(fault, world.now, world.state.seed, picture)

    def remove(self, number: int) -> None:
        """Take a fault away. Raises KeyError if it is not there, or not any more."""
        self._counter.in_turn(lambda: self._counter.state.faults.rules.pop(number))

    def clear(self) -> None:
        """Take all faults away."""
        self._counter.in_turn(lambda: self._counter.state.faults.rules.clear())

    def list(self) -> dict[int, Rule]:
        """The faults that are set, by number; those that are over are gone."""
        return self._counter.in_turn(self._list)

    def _list(self) -> dict[int, Rule]:
        faults = self._counter.state.faults
        faults.end(self._counter.world.now)
        return dict(faults.rules)

    def _set(self, action: actions.Any, on: On) -> int:
        said: dict[str, Any] = dict(on)
        rest = {name: said.pop(name) for name in ("count", "probability", "lasts") if name in said}
        api = said.pop("api", ())
        return self.add(Fault(action, Filter((api,) if isinstance(api, str) else tuple(api), **said), **rest))

    # -- calls --

    def latency(self, seconds: float, jitter: float = 0.0, **on: Unpack[On]) -> int:
        """Answers take so many seconds of real time, and by chance up to ``jitter`` more."""
        return self._set(actions.Latency(seconds, jitter), on)

    def error(self, code: str, *values: str, **on: Unpack[On]) -> int:
        """Calls are answered with an error of the catalogue, and not carried out."""
        return self._set(actions.Error(code, values), on)

    def too_many_requests(self, **on: Unpack[On]) -> int:
        """Calls are answered 429, with 1700 in the body."""
        return self.error("1700", "1", "{api}", **on)

    def status(self, status: int = 503, body: str = "", *, carried_out: bool = False, **on: Unpack[On]) -> int:
        """Calls are answered with another HTTP status; ``carried_out`` says whether what was asked is done."""
        return self._set(actions.Status(status, body, carried_out=carried_out), on)

    def block_page(self, status: int = 403, body: str = BLOCK_PAGE, **on: Unpack[On]) -> int:
        """Calls are answered with a page of HTML, and not carried out."""
        return self._set(actions.Status(status, body, "text/html;charset=UTF-8"), on)

    def malformed(self, **on: Unpack[On]) -> int:
        """Answers are no JSON. As with all that happens to answers, what was asked is done."""
        return self._set(actions.Malformed(), on)

    def truncated(self, **on: Unpack[On]) -> int:
        """Answers end after half of their bytes."""
        return self._set(actions.Truncated(), on)

    def empty(self, **on: Unpack[On]) -> int:
        """Answers have no body."""
        return self._set(actions.Empty(), on)

    def content_type(self, content_type: str = "text/html;charset=UTF-8", **on: Unpack[On]) -> int:
        """Answers say that they are something else."""
        return self._set(actions.ContentType(content_type), on)

    def reset(self, *, carried_out: bool = False, **on: Unpack[On]) -> int:
        """Connections are reset instead of an answer."""
        return self._set(actions.Reset(carried_out), on)

    def hang(self, *, carried_out: bool = False, **on: Unpack[On]) -> int:
        """Calls get no answer, and the connection stays."""
        return self._set(actions.Hang(carried_out), on)

    def drip(self, bytes_per_second: int, **on: Unpack[On]) -> int:
        """Bodies of answers come slowly."""
        return self._set(actions.Drip(bytes_per_second), on)

    def stale(self, **on: Unpack[On]) -> int:
        """Inquiries answer from the world as it is now; ``lasts`` says how long."""
        return self._set(actions.Stale(), on)

    def balance_delayed(self, **on: Unpack[On]) -> int:
        """As :meth:`stale`, for cash and holdings alone."""
        return self._set(actions.Stale(), {"api": BALANCES, **on})

    def frames_first(self, **on: Unpack[On]) -> int:
        """The frames that a call causes leave before its answer."""
        return self._set(actions.FramesFirst(), on)

    # -- orders --

    def reject(self, code: str, *values: str, **on: Unpack[On]) -> int:
        """The next new order is refused with a code; or so many as ``count`` says."""
        return self._set(actions.Error(code, values), {"api": actions.PLACING, "count": 1, **on})

    def reject_late(self, cause: str, after: float = 0.0, **on: Unpack[On]) -> int:
        """New orders are accepted, and rejected after so many seconds: 00 with 913 거부, the cause in 919."""
        return self._set(actions.LateReject(cause, after), on)

    def fill_at_once(self, **on: Unpack[On]) -> int:
        """New orders fill whole at their own price, whatever the book."""
        return self._set(actions.Fills(1), on)

    def fill_in_parts(self, parts: int, every: float = 0.0, after: float = 0.0, **on: Unpack[On]) -> int:
        """New orders fill in so many parts, the first ``after`` and each other ``every`` so many seconds."""
        return self._set(actions.Fills(parts, after, every), on)

    def fill_after(self, seconds: float, **on: Unpack[On]) -> int:
        """New orders fill whole after so many seconds."""
        return self._set(actions.Fills(1, seconds), on)

    def fill_never(self, **on: Unpack[On]) -> int:
        """New orders stay, and meet nobody."""
        return self._set(actions.Fills(0), on)

    def lose_fills(self, **on: Unpack[On]) -> int:
        """체결 frames do not leave, and nothing else is missing."""
        return self._set(actions.Drop(), {"type": "00", "fields": {"913": "체결"}, **on})

    def swap_fills(self, **on: Unpack[On]) -> int:
        """The 접수 of an order comes after its first 체결."""
        action = actions.Reorder({"913": "체결"}, "9203")
        return self._set(action, {"type": "00", "fields": {"913": "접수"}, **on})

    # -- frames --

    def drop(self, **on: Unpack[On]) -> int:
        """Frames do not leave."""
        return self._set(actions.Drop(), on)

    def silence(self, **on: Unpack[On]) -> int:
        """Nothing is pushed; PING and answers go on."""
        return self._set(actions.Drop(), {"type": "REAL", **on})

    def no_ping(self, **on: Unpack[On]) -> int:
        """No PING comes, and nobody is ended for not answering it."""
        return self._set(actions.Drop(), {"type": "PING", **on})

    def delay(self, seconds: float, jitter: float = 0.0, **on: Unpack[On]) -> int:
        """Frames take so many seconds of real time, and those behind them wait."""
        return self._set(actions.Delay(seconds, jitter), on)

    def duplicate(self, times: int = 1, **on: Unpack[On]) -> int:
        """Frames come again, so many times."""
        return self._set(actions.Duplicate(times), on)

    def reorder(self, behind: dict[str, str] | None = None, same: str = "", **on: Unpack[On]) -> int:
        """Frames come behind the next one, or the next with those fields and the same value of a field."""
        return self._set(actions.Reorder(behind or {}, same), on)

    def garbage(self, text: str | None = None, **on: Unpack[On]) -> int:
        """Frames are no JSON, or that text."""
        return self._set(actions.Garbage() if text is None else actions.Garbage(text), on)

    def slow_frames(self, bytes_per_second: int, **on: Unpack[On]) -> int:
        """Frames come in small pieces."""
        return self._set(actions.SlowFrames(bytes_per_second), on)

    def close(self, code: int = 1011, reason: str = "", **on: Unpack[On]) -> int:
        """The connection is closed instead of the next frame; 1006 breaks it without a word."""
        return self._set(actions.Close(code, reason), on)

    def kick(self, **on: Unpack[On]) -> int:
        """Instead of the next frame the session is told of a second login, and closed."""
        return self._set(actions.Kick(), on)

    def refuse_login(self, code: str = "8005", *values: str, **on: Unpack[On]) -> int:
        """LOGIN is answered with an error, and the connection closed."""
        return self._set(actions.Error(code, values), {**on, "api": actions.LOGIN})

    # -- at once --

    def close_now(self, code: int = 1011, reason: str = "", *, session: str = "", account: str = "") -> None:
        """Close the connections of all sessions, or those of an app key or an account.

        Raises ValueError for a code that no connection is closed with, and for a reason that is too long.
        """
        _checked(Fault(actions.Close(code, reason)))
        self._each(session, account, lambda one: one.break_off(code, reason))

    def kick_now(self, *, session: str = "", account: str = "") -> None:
        """As if somebody had logged in with the same app key."""
        self._each(session, account, lambda one: one.end("R10001"))

    def _each(self, appkey: str, account: str, do: Callable[[Session], None]) -> None:
        def each() -> None:
            for session in self._counter.hub.sessions:
                if appkey in ("", session.appkey) and (not account or account in session.accounts):
                    do(session)

        self._counter.in_turn(each)


def _checked(fault: Fault) -> Fault:
    """A fault that may strike. Raises ValueError."""
    fault = msgspec.convert(msgspec.to_builtins(fault), Fault)  # what a constructor does not look at
    found = flaw(fault)
    if found is not None:
        raise ValueError(": ".join(found))
    return fault


def flaw(fault: Fault) -> tuple[str, str] | None:
    """The field for which a fault would never strike, and why; None for one that may."""
    action, on = fault.action, fault.on
    for api in on.api:
        if not api.startswith("/") and api != actions.LOGIN and api not in catalogue.api_ids():
            return "api", f"{api} is not an API"
    if on.type and on.type not in TRNMS and on.type not in catalogue.realtime():
        return "type", f"{on.type} is neither a trnm nor a type of realtime data"
    if on.order and not on.order.isdecimal():
        return "order", f"{on.order} is not an order number"
    if isinstance(action, actions.Frame) and on.api:
        return "api", f"{action.name} is a fault of frames, which have a type and no API"
    if isinstance(action, actions.Call | actions.Order) and on.type:
        return "type", f"{action.name} is a fault of calls, which have an API and no type"
    if isinstance(action, actions.Close) and action.code not in actions.CLOSE_CODES:
        return "code", f"no connection is closed with {action.code}"
    return _flaw_of_error(action) if isinstance(action, actions.Error) else None


def _flaw_of_error(action: actions.Error) -> tuple[str, str] | None:
    error = catalogue.errors().get(action.code)
    if error is None:
        return "code", f"{action.code} is not an error code"
    gaps = error.text.count("{?}")
    if len(action.values) != gaps:
        return "values", f"the text of {action.code} takes {gaps} values: {error.text}"
    return None
