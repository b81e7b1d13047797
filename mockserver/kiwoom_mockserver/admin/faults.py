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
from kiwoom_mockserver.admin.misfit import fitted
from kiwoom_mockserver.broker import fault_actions
from kiwoom_mockserver.broker.fault_rules import Fault, FaultRule, Filter
from kiwoom_scenarios.origin import nearest

if TYPE_CHECKING:
    from kiwoom_mockserver.broker.broker import Broker
    from kiwoom_mockserver.broker.subscriber import Subscriber

TRNMS = ("LOGIN", "PING", "REG", "REMOVE", "REAL", "SYSTEM", "CNSRLST", "CNSRREQ", "CNSRCLR")

BALANCES = ("ka10085", "kt00001", "kt00004", "kt00005", "kt00010", "kt00018")
"""The inquiries for cash and holdings."""

BLOCK_PAGE = (
    "<!DOCTYPE html><html><head><title>Request Rejected</title></head><body>The requested URL was rejected. "
    "Please consult with your administrator.<br><br>Your support ID is: 0000000000000000000</body></html>"
)
"""What a firewall in front of a service answers (assumed)."""


class FaultMatch(TypedDict, total=False):
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


class FaultAdmin:
    """The faults of one world. Safe from any thread."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    # -- any fault --

    def add(self, fault: Fault) -> int:
        """Set a fault; its number. Raises ValueError for a code, an API or a type that there is none of."""
        good = _checked(fault)
        return self._broker.run_on_loop(lambda: self._add(good))

    def _add(self, fault: Fault) -> int:
        world = self._broker.world
        world_snapshot = world.snapshot() if isinstance(fault.action, fault_actions.Stale) else b""
        return self._broker.state.faults.add(fault, world.now, world.state.seed, world_snapshot)

    def remove(self, number: int) -> None:
        """Take a fault away. Raises KeyError if it is not there, or not any more."""
        self._broker.run_on_loop(lambda: self._broker.state.faults.rules.pop(number))

    def clear(self) -> None:
        """Take all faults away."""
        self._broker.run_on_loop(lambda: self._broker.state.faults.rules.clear())

    def list(self) -> dict[int, FaultRule]:
        """The faults that are set, by number; those that are over are gone."""
        return self._broker.run_on_loop(self._list)

    def _list(self) -> dict[int, FaultRule]:
        faults = self._broker.state.faults
        faults.expire(self._broker.world.now)
        return dict(faults.rules)

    def _set(self, action: fault_actions.AnyFault, on: FaultMatch) -> int:
        said: dict[str, Any] = dict(on)
        for name in said:
            if name not in FaultMatch.__annotations__:
                raise TypeError(f'unknown field "{name}"; {nearest(name, FaultMatch.__annotations__)}')
        rest = {name: said.pop(name) for name in ("count", "probability", "lasts") if name in said}
        api = said.pop("api", ())
        return self.add(Fault(action, Filter((api,) if isinstance(api, str) else tuple(api), **said), **rest))

    # -- calls --

    def latency(self, seconds: float, jitter: float = 0.0, **on: Unpack[FaultMatch]) -> int:
        """Answers take so many seconds of real time, and by chance up to ``jitter`` more."""
        return self._set(fault_actions.Latency(seconds, jitter), on)

    def error(self, code: str, *values: str, **on: Unpack[FaultMatch]) -> int:
        """Calls are answered with an error of the catalogue, and not carried out."""
        return self._set(fault_actions.Error(code, values), on)

    def too_many_requests(self, **on: Unpack[FaultMatch]) -> int:
        """Calls are answered 429, with 1700 in the body."""
        return self.error("1700", "1", "{api}", **on)

    def status(self, status: int = 503, body: str = "", *, carried_out: bool = False, **on: Unpack[FaultMatch]) -> int:
        """Calls are answered with another HTTP status; ``carried_out`` says whether what was asked is done."""
        return self._set(fault_actions.Status(status, body, carried_out=carried_out), on)

    def block_page(self, status: int = 403, body: str = BLOCK_PAGE, **on: Unpack[FaultMatch]) -> int:
        """Calls are answered with a page of HTML, and not carried out."""
        return self._set(fault_actions.Status(status, body, "text/html;charset=UTF-8"), on)

    def malformed(self, **on: Unpack[FaultMatch]) -> int:
        """Answers are no JSON. As with all that happens to answers, what was asked is done."""
        return self._set(fault_actions.Malformed(), on)

    def truncated(self, **on: Unpack[FaultMatch]) -> int:
        """Answers end after half of their bytes."""
        return self._set(fault_actions.Truncated(), on)

    def empty(self, **on: Unpack[FaultMatch]) -> int:
        """Answers have no body."""
        return self._set(fault_actions.Empty(), on)

    def content_type(self, content_type: str = "text/html;charset=UTF-8", **on: Unpack[FaultMatch]) -> int:
        """Answers say that they are something else."""
        return self._set(fault_actions.ContentType(content_type), on)

    def reset(self, *, carried_out: bool = False, **on: Unpack[FaultMatch]) -> int:
        """Connections are reset instead of an answer."""
        return self._set(fault_actions.Reset(carried_out), on)

    def hang(self, *, carried_out: bool = False, **on: Unpack[FaultMatch]) -> int:
        """Calls get no answer, and the connection stays."""
        return self._set(fault_actions.Hang(carried_out), on)

    def drip(self, bytes_per_second: int, **on: Unpack[FaultMatch]) -> int:
        """Bodies of answers come slowly."""
        return self._set(fault_actions.Drip(bytes_per_second), on)

    def stale(self, **on: Unpack[FaultMatch]) -> int:
        """Inquiries answer from the world as it is now; ``lasts`` says how long."""
        return self._set(fault_actions.Stale(), on)

    def balance_delayed(self, **on: Unpack[FaultMatch]) -> int:
        """As :meth:`stale`, for cash and holdings alone."""
        return self._set(fault_actions.Stale(), {"api": BALANCES, **on})

    def frames_first(self, **on: Unpack[FaultMatch]) -> int:
        """The frames that a call causes leave before its answer."""
        return self._set(fault_actions.FramesFirst(), on)

    # -- orders --

    def reject(self, code: str, *values: str, **on: Unpack[FaultMatch]) -> int:
        """The next new order is refused with a code; or so many as ``count`` says."""
        return self._set(fault_actions.Error(code, values), {"api": fault_actions.PLACING, "count": 1, **on})

    def reject_late(self, cause: str, after: float = 0.0, **on: Unpack[FaultMatch]) -> int:
        """New orders are accepted, and rejected after so many seconds: 00 with 913 거부, the cause in 919."""
        return self._set(fault_actions.LateReject(cause, after), on)

    def fill_at_once(self, **on: Unpack[FaultMatch]) -> int:
        """New orders fill whole at their own price, whatever the book."""
        return self._set(fault_actions.Fills(1), on)

    def fill_in_parts(self, parts: int, every: float = 0.0, after: float = 0.0, **on: Unpack[FaultMatch]) -> int:
        """New orders fill in so many parts, the first ``after`` and each other ``every`` so many seconds."""
        return self._set(fault_actions.Fills(parts, after, every), on)

    def fill_after(self, seconds: float, **on: Unpack[FaultMatch]) -> int:
        """New orders fill whole after so many seconds."""
        return self._set(fault_actions.Fills(1, seconds), on)

    def fill_never(self, **on: Unpack[FaultMatch]) -> int:
        """New orders stay, and meet nobody."""
        return self._set(fault_actions.Fills(0), on)

    def lose_fills(self, **on: Unpack[FaultMatch]) -> int:
        """체결 frames do not leave, and nothing else is missing."""
        return self._set(fault_actions.Drop(), {"type": "00", "fields": {"913": "체결"}, **on})

    def swap_fills(self, **on: Unpack[FaultMatch]) -> int:
        """The 접수 of an order comes after its first 체결."""
        action = fault_actions.Reorder({"913": "체결"}, "9203")
        return self._set(action, {"type": "00", "fields": {"913": "접수"}, **on})

    # -- frames --

    def drop(self, **on: Unpack[FaultMatch]) -> int:
        """Frames do not leave."""
        return self._set(fault_actions.Drop(), on)

    def silence(self, **on: Unpack[FaultMatch]) -> int:
        """Nothing is pushed; PING and answers go on."""
        return self._set(fault_actions.Drop(), {"type": "REAL", **on})

    def no_ping(self, **on: Unpack[FaultMatch]) -> int:
        """No PING comes, and nobody is ended for not answering it."""
        return self._set(fault_actions.Drop(), {"type": "PING", **on})

    def delay(self, seconds: float, jitter: float = 0.0, **on: Unpack[FaultMatch]) -> int:
        """Frames take so many seconds of real time, and those behind them wait."""
        return self._set(fault_actions.Delay(seconds, jitter), on)

    def duplicate(self, times: int = 1, **on: Unpack[FaultMatch]) -> int:
        """Frames come again, so many times."""
        return self._set(fault_actions.Duplicate(times), on)

    def reorder(self, behind: dict[str, str] | None = None, same: str = "", **on: Unpack[FaultMatch]) -> int:
        """Frames come behind the next one, or the next with those fields and the same value of a field."""
        return self._set(fault_actions.Reorder(behind or {}, same), on)

    def garbage(self, text: str | None = None, **on: Unpack[FaultMatch]) -> int:
        """Frames are no JSON, or that text."""
        return self._set(fault_actions.Garbage() if text is None else fault_actions.Garbage(text), on)

    def slow_frames(self, bytes_per_second: int, **on: Unpack[FaultMatch]) -> int:
        """Frames come in small pieces."""
        return self._set(fault_actions.SlowFrames(bytes_per_second), on)

    def close(self, code: int = 1011, reason: str = "", **on: Unpack[FaultMatch]) -> int:
        """The connection is closed instead of the next frame; 1006 breaks it without a word."""
        return self._set(fault_actions.Close(code, reason), on)

    def kick(self, **on: Unpack[FaultMatch]) -> int:
        """Instead of the next frame the session is told of a second login, and closed."""
        return self._set(fault_actions.Kick(), on)

    def refuse_login(self, code: str = "8005", *values: str, **on: Unpack[FaultMatch]) -> int:
        """LOGIN is answered with an error, and the connection closed."""
        return self._set(fault_actions.Error(code, values), {**on, "api": fault_actions.LOGIN})

    # -- at once --

    def close_now(self, code: int = 1011, reason: str = "", *, session: str = "", account: str = "") -> None:
        """Close the connections of all sessions, or those of an app key or an account.

        Raises ValueError for a code that no connection is closed with, and for a reason that is too long.
        """
        _checked(Fault(fault_actions.Close(code, reason)))
        self._each(session, account, lambda one: one.abort(code, reason))

    def kick_now(self, *, session: str = "", account: str = "") -> None:
        """As if somebody had logged in with the same app key."""
        self._each(session, account, lambda one: one.end("R10001"))

    def _each(self, appkey: str, account: str, do: Callable[[Subscriber], None]) -> None:
        def each() -> None:
            for session in self._broker.subscriptions.sessions:
                if appkey in ("", session.appkey) and (not account or account in session.accounts):
                    do(session)

        self._broker.run_on_loop(each)


def _checked(fault: Fault) -> Fault:
    """A fault that may strike. Raises ValueError."""
    fault = fitted(msgspec.to_builtins(fault), Fault)  # what a constructor does not look at
    found = invalid_field(fault)
    if found is not None:
        raise ValueError(": ".join(found))
    return fault


def invalid_field(fault: Fault) -> tuple[str, str] | None:
    """The field for which a fault would never strike, and why; None for one that may."""
    action, on = fault.action, fault.on
    for api in on.api:
        if not api.startswith("/") and api != fault_actions.LOGIN and api not in catalogue.api_ids():
            return "api", f"{api} is not an API"
    if on.type and on.type not in TRNMS and on.type not in catalogue.realtime():
        return "type", f"{on.type} is neither a trnm nor a type of realtime data"
    if on.order and not on.order.isdecimal():
        return "order", f"{on.order} is not an order number"
    if isinstance(action, fault_actions.FrameFault) and on.api:
        return "api", f"{action.name} is a fault of frames, which have a type and no API"
    if isinstance(action, fault_actions.CallFault | fault_actions.OrderFault) and on.type:
        return "type", f"{action.name} is a fault of calls, which have an API and no type"
    if isinstance(action, fault_actions.Close) and action.code not in fault_actions.CLOSE_CODES:
        return "code", f"no connection is closed with {action.code}"
    return _invalid_error(action) if isinstance(action, fault_actions.Error) else None


def _invalid_error(action: fault_actions.Error) -> tuple[str, str] | None:
    error = catalogue.errors().get(action.code)
    if error is None:
        return "code", f"{action.code} is not an error code"
    gaps = error.text.count("{?}")
    if len(action.values) != gaps:
        return "values", f"the text of {action.code} takes {gaps} values: {error.text}"
    return None
