"""Adds and removes the faults of a world: one method for each kind, named after what goes wrong.

Every such method takes the keyword arguments of :class:`FaultMatch` beside its own, all optional: they say which calls
or frames the fault applies to, how often, and how long. It returns the number of the fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import msgspec

from kiwoom_mockserver.admin.fault_checks import refusal, unknown_account, unknown_session
from kiwoom_mockserver.admin.type_errors import choice_text, convert, expected_message
from kiwoom_mockserver.broker import fault_actions, fault_aliases, firewall
from kiwoom_mockserver.broker.fault_actions import AnyAction
from kiwoom_mockserver.broker.fault_aliases import AnyAlias
from kiwoom_mockserver.broker.fault_filter import Filter
from kiwoom_mockserver.broker.fault_rules import Fault, FaultRule
from kiwoom_mockserver.help_pages import HelpPage, explains_all, with_page
from kiwoom_scenarios.origin import nearest

if TYPE_CHECKING:
    from kiwoom_mockserver.broker.broker import Broker
    from kiwoom_mockserver.broker.subscriber import Subscriber


class FaultMatch(TypedDict, total=False):
    """Which calls or frames a fault applies to, how often, and how long; what is left out does not restrict it."""

    api: str | Iterable[str]
    """An API id, ``LOGIN``, a path prefix (begins with ``/``), or several of them; for calls only."""
    type: str
    """The ``trnm`` of a frame, or the type of a REAL frame such as ``0B``; for frames only."""
    order: str
    """The number of the order that a frame reports, or that a call modifies or cancels."""
    account: str
    """The number of an account of the customer who calls, or who receives the frame."""
    session: str
    """The app key of a realtime session and of its calls."""
    fields: dict[str, str]
    """Fields that the request or frame must have, such as ``{"stk_cd": "005930"}``."""
    count: int
    """How often the fault happens at most."""
    probability: float
    """The chance, from 0 to 1, that the fault happens to a match; drawn from the world's seed."""
    lasts: float
    """How many seconds of the world's clock the fault is active."""


@explains_all(HelpPage.FAULTS_AS_DATA)
class FaultAdmin:
    """The faults of one world. Safe to call from any thread but the server's own."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    # -- any fault --

    def add(self, fault: Fault) -> int:
        """Add a fault, and return its number.

        Raises ValueError for a fault that could never happen in this world: an API, an order or a field that does not
        exist, an action that has no effect on what the fault matches, values out of bounds.
        """
        valid: Fault = convert(
            msgspec.to_builtins(fault), Fault
        )  # constructors do not check the bounds of their values
        return self._broker.change(lambda: self._add(valid))

    def _add(self, fault: Fault) -> int:
        self._check(fault)
        fault = fault.expanded()
        world = self._broker.world
        world_snapshot = world.snapshot() if isinstance(fault.action, fault_actions.Stale) else b""
        return self._broker.state.faults.add(fault, world.now, world.state.seed, world_snapshot)

    def _check(self, fault: Fault) -> None:
        found = refusal(fault, self._broker)
        if found is not None:
            raise ValueError(": ".join(found))

    def remove(self, number: int) -> None:
        """Remove a fault by its number. Raises LookupError if it does not exist, or has ended."""
        self._broker.change(lambda: self._remove(number))

    def _remove(self, number: int) -> None:
        rules = self._broker.state.faults.rules
        if rules.pop(number, None) is None:
            existing = f"the faults are {', '.join(map(str, rules))}" if rules else "the world has none"
            raise LookupError(f"there is no fault {number}; {existing}")

    def clear(self) -> None:
        """Remove all faults."""
        self._broker.change(lambda: self._broker.state.faults.rules.clear())

    def list(self) -> dict[int, FaultRule]:
        """The active faults by number, without those that have ended."""
        return self._broker.run_on_loop(self._list)

    def _list(self) -> dict[int, FaultRule]:
        faults = self._broker.state.faults
        faults.expire(self._broker.world.now)
        return dict(faults.rules)

    def _set(self, action: AnyAction | AnyAlias, on: FaultMatch) -> int:
        filters: dict[str, Any] = dict(on)
        for name in filters:
            if name not in FaultMatch.__annotations__:
                names = tuple(FaultMatch.__annotations__)
                hints = dict.fromkeys((f"expected {choice_text(names)}", nearest(name, names)))
                text = f'unknown field "{name}"; {"; ".join(hints)}'
                raise TypeError(with_page(text, HelpPage.FAULTS_AS_DATA))
        limits = {name: filters.pop(name) for name in ("count", "probability", "lasts") if name in filters}
        api = filters.pop("api", ())
        if not isinstance(api, Iterable):
            raise ValueError(expected_message("api", "the id of an API, or several", api))
        criteria = Filter((api,) if isinstance(api, str) else tuple(api), **filters)
        return self.add(Fault(action, criteria, **limits))

    # -- calls --

    def latency(self, seconds: float, jitter: float = 0.0, **on: Unpack[FaultMatch]) -> int:
        """Delay the responses of calls by seconds of real time, plus a random time of up to ``jitter`` seconds."""
        return self._set(fault_actions.Latency(seconds, jitter), on)

    def error(self, code: str, *values: str, **on: Unpack[FaultMatch]) -> int:
        """Answer calls with an error code instead of carrying them out; ``values`` fill the gaps of its text."""
        return self._set(fault_actions.Error(code, values), on)

    def too_many_requests(self, **on: Unpack[FaultMatch]) -> int:
        """Answer calls with HTTP 429 and error 1700, as for an exceeded rate limit."""
        return self._set(fault_aliases.TooManyRequests(), on)

    def status(
        self,
        status: int = 503,
        body: str = "",
        content_type: str = fault_actions.JSON,
        *,
        carried_out: bool = False,
        **on: Unpack[FaultMatch],
    ) -> int:
        """Answer calls with another HTTP status and body; with status 200 the body alone is another one.

        ``carried_out`` says whether the request takes effect first, so that only its response is lost.
        """
        return self._set(fault_actions.Status(status, body, content_type, carried_out), on)

    def block_page(self, status: int = firewall.STATUS, body: str = firewall.PAGE, **on: Unpack[FaultMatch]) -> int:
        """Answer calls with an HTML page, by default that of the firewall, instead of carrying them out."""
        return self._set(fault_aliases.BlockPage(status, body), on)

    def malformed(self, **on: Unpack[FaultMatch]) -> int:
        """Break the JSON of responses. The request takes effect, as with every fault that only changes the response."""
        return self._set(fault_actions.Malformed(), on)

    def truncated(self, **on: Unpack[FaultMatch]) -> int:
        """Cut responses off after half of their bytes."""
        return self._set(fault_actions.Truncated(), on)

    def empty(self, **on: Unpack[FaultMatch]) -> int:
        """Send responses without a body."""
        return self._set(fault_actions.Empty(), on)

    def content_type(self, content_type: str = "text/html;charset=UTF-8", **on: Unpack[FaultMatch]) -> int:
        """Send responses with another content type."""
        return self._set(fault_actions.ContentType(content_type), on)

    def reset(self, *, carried_out: bool = False, **on: Unpack[FaultMatch]) -> int:
        """Reset the connection instead of sending a response; ``carried_out`` says whether the request takes effect."""
        return self._set(fault_actions.Reset(carried_out), on)

    def hang(self, *, carried_out: bool = False, **on: Unpack[FaultMatch]) -> int:
        """Send no response and keep the connection open; ``carried_out`` says whether the request takes effect."""
        return self._set(fault_actions.Hang(carried_out), on)

    def drip(self, bytes_per_second: int, **on: Unpack[FaultMatch]) -> int:
        """Send the body of responses slowly, at so many bytes per second of real time."""
        return self._set(fault_actions.Drip(bytes_per_second), on)

    def stale(self, **on: Unpack[FaultMatch]) -> int:
        """Answer queries from the state the world has now, until the fault ends; ``lasts`` says when."""
        return self._set(fault_actions.Stale(), on)

    def balance_delayed(self, **on: Unpack[FaultMatch]) -> int:
        """Answer queries for cash and holdings from the state the world has now, until the fault ends."""
        return self._set(fault_aliases.BalanceDelayed(), on)

    def frames_first(self, **on: Unpack[FaultMatch]) -> int:
        """Send the frames that a call causes before its response."""
        return self._set(fault_actions.FramesFirst(), on)

    def endless_pages(self, **on: Unpack[FaultMatch]) -> int:
        """Let every page of a list say that there is another, whose key leads to the first page again."""
        return self._set(fault_actions.EndlessPages(), on)

    def empty_page(self, **on: Unpack[FaultMatch]) -> int:
        """Send a page without rows that says that there is another, whose key leads to the first page."""
        return self._set(fault_actions.EmptyPage(), on)

    def page_without_key(self, **on: Unpack[FaultMatch]) -> int:
        """Let a page of a list say that there is another, without a key for it."""
        return self._set(fault_actions.PageWithoutKey(), on)

    # -- orders --

    def reject(self, code: str, *values: str, **on: Unpack[FaultMatch]) -> int:
        """Refuse the next new order with an error code, or as many as ``count`` says."""
        return self._set(fault_aliases.Reject(code, values), on)

    def reject_late(self, cause: str, after: float = 0.0, **on: Unpack[FaultMatch]) -> int:
        """Accept new orders, and reject them after so many seconds of the world's clock.

        The rejection is a 00 frame with 913 거부 and the cause in 919.
        """
        return self._set(fault_actions.RejectLate(cause, after), on)

    def fill_at_once(self, **on: Unpack[FaultMatch]) -> int:
        """Fill new orders completely at their own price, regardless of the order book."""
        return self._set(fault_aliases.FillAtOnce(), on)

    def fill_in_parts(self, parts: int, every: float = 0.0, after: float = 0.0, **on: Unpack[FaultMatch]) -> int:
        """Fill new orders in equal parts, regardless of the order book.

        The first part is filled ``after`` so many seconds of the world's clock, the others follow ``every`` so many.
        """
        return self._set(fault_actions.FillInParts(parts, every, after), on)

    def fill_after(self, seconds: float, **on: Unpack[FaultMatch]) -> int:
        """Fill new orders completely after so many seconds of the world's clock, regardless of the order book."""
        return self._set(fault_aliases.FillAfter(seconds), on)

    def fill_never(self, **on: Unpack[FaultMatch]) -> int:
        """Keep new orders open: they are excluded from matching until they are cancelled."""
        return self._set(fault_aliases.FillNever(), on)

    def lose_fills(self, **on: Unpack[FaultMatch]) -> int:
        """Drop the realtime frames of fills (00 with 913 체결); the fills themselves happen."""
        return self._set(fault_aliases.LoseFills(), on)

    def swap_fills(self, **on: Unpack[FaultMatch]) -> int:
        """Send the acceptance of an order (접수) after the frame of its first fill (체결)."""
        return self._set(fault_aliases.SwapFills(), on)

    # -- frames --

    def drop(self, **on: Unpack[FaultMatch]) -> int:
        """Drop frames."""
        return self._set(fault_actions.Drop(), on)

    def silence(self, **on: Unpack[FaultMatch]) -> int:
        """Drop all realtime data (REAL frames); PING and responses go on."""
        return self._set(fault_aliases.Silence(), on)

    def no_ping(self, **on: Unpack[FaultMatch]) -> int:
        """Send no PING; no session is closed for missing echoes."""
        return self._set(fault_aliases.NoPing(), on)

    def delay(self, seconds: float, jitter: float = 0.0, **on: Unpack[FaultMatch]) -> int:
        """Delay frames by seconds of real time, plus a random time of up to ``jitter`` seconds.

        The frames behind a delayed one wait too, so that their order stays.
        """
        return self._set(fault_actions.Delay(seconds, jitter), on)

    def duplicate(self, times: int = 1, **on: Unpack[FaultMatch]) -> int:
        """Send frames again, so many times."""
        return self._set(fault_actions.Duplicate(times), on)

    def reorder(self, behind: dict[str, str] | None = None, same: str = "", **on: Unpack[FaultMatch]) -> int:
        """Send frames after the next frame of their session, instead of before it.

        ``behind`` are fields that this next frame must have; ``same`` names a field that must be equal in both, such as
        ``9203``.
        """
        return self._set(fault_actions.Reorder(behind or {}, same), on)

    def garbage(self, text: str | None = None, **on: Unpack[FaultMatch]) -> int:
        """Send text that is not JSON instead of frames; ``text`` replaces the default."""
        return self._set(fault_actions.Garbage() if text is None else fault_actions.Garbage(text), on)

    def slow_frames(self, bytes_per_second: int, **on: Unpack[FaultMatch]) -> int:
        """Send frames in small fragments, at so many bytes per second of real time."""
        return self._set(fault_actions.SlowFrames(bytes_per_second), on)

    def close(self, code: int = 1011, reason: str = "", **on: Unpack[FaultMatch]) -> int:
        """Close the connection instead of sending the next frame; code 1006 breaks it without a close frame."""
        return self._set(fault_actions.Close(code, reason), on)

    def kick(self, **on: Unpack[FaultMatch]) -> int:
        """End the session instead of sending the next frame, as a second login with its app key does."""
        return self._set(fault_actions.Kick(), on)

    def refuse_login(self, code: str = "8005", *values: str, **on: Unpack[FaultMatch]) -> int:
        """Answer LOGIN with an error, and close the connection."""
        return self._set(fault_aliases.RefuseLogin(code, values), on)

    # -- at once --

    def close_now(self, code: int = 1011, reason: str = "", *, session: str = "", account: str = "") -> None:
        """Close the WebSocket connections of all sessions, or those of an app key or an account, now.

        Code 1006 breaks them without a close frame. Raises ValueError for a code that no close frame may carry, for a
        reason that is too long, and for an app key or an account that the world does not have. Raises LookupError if
        none of these sessions is logged in.
        """
        self._check(convert(msgspec.to_builtins(Fault(fault_actions.Close(code, reason))), Fault))
        self._for_each_session(session, account, lambda one: one.abort(code, reason))

    def kick_now(self, *, session: str = "", account: str = "") -> None:
        """End the realtime sessions of all, or those of an app key or an account, as a second login does, now.

        Raises ValueError for an app key or an account that the world does not have, and LookupError if none of these
        sessions is logged in.
        """
        self._for_each_session(session, account, lambda one: one.end("R10001"))

    def _for_each_session(self, appkey: str, account: str, action: Callable[[Subscriber], None]) -> None:
        def run() -> None:
            self._check_session(appkey, account)
            sessions = [
                session
                for session in self._broker.subscriptions.sessions
                if appkey in ("", session.appkey) and (not account or account in session.accounts)
            ]
            if not sessions:
                of = " and ".join(filter(None, (appkey, account)))
                raise LookupError(f"no realtime session{' of ' if of else ''}{of} is logged in")
            for session in sessions:
                action(session)

        self._broker.change(run)

    def _check_session(self, appkey: str, account: str) -> None:
        keys = self._broker.state.keys
        numbers = [number for key in keys.values() for number in key.accounts]
        wrong = [*unknown_session(appkey, keys)] if appkey else []
        wrong += unknown_account(account, numbers) if account else []
        for refused in wrong:
            raise ValueError(": ".join(refused))
