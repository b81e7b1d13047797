"""Aliases of faults, as data: a name for an action with its values, its filter and its count.

In JSON they stand where an action stands, ``{"does": "too-many-requests"}``. The fixture has a method for each. A fault
is expanded when it is set: the world, its state and its journal know actions only.
"""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace

from kiwoom_contracts import catalogue
from kiwoom_mockserver.broker import firewall
from kiwoom_mockserver.broker.fault_actions import (
    BALANCES,
    LOGIN,
    PLACING,
    AnyAction,
    Drop,
    Error,
    FaultAction,
    FillInParts,
    HttpStatus,
    Reorder,
    Seconds,
    Stale,
    Status,
)
from kiwoom_mockserver.broker.fault_filter import Filter


class FaultAlias(FaultAction, frozen=True):
    """A name for an action with its filter and its count."""

    on: ClassVar[Filter] = Filter()
    count: ClassVar[int | None] = None
    """The count of a fault that is set without one."""

    def action(self) -> AnyAction:
        """Return the action that the alias stands for."""
        raise NotImplementedError

    def narrowed(self, given: Filter) -> Filter:
        """Return the alias's filter, narrowed by one that is given. Raises ValueError if nothing of it is left."""
        own = self.on
        for api in given.api if own.api else ():
            if api not in own.api:
                raise ValueError(f"api: {self.name} is a fault of {', '.join(own.api)}; {api} is none of them")
        if own.type and given.type and given.type != own.type and not self._is_real(given.type):
            raise ValueError(f"type: {self.name} is a fault of {own.type} frames, not of {given.type}")
        for name, value in own.fields.items():
            if given.fields.get(name, value) != value:
                raise ValueError(f"fields: {self.name} is a fault of frames with {name} {value}")
        fields = {**own.fields, **given.fields}
        return replace(given, api=given.api or own.api, type=given.type or own.type, fields=fields)

    def _is_real(self, type_: str) -> bool:
        return self.on.type == "REAL" and type_ in catalogue.realtime()


class TooManyRequests(FaultAlias, frozen=True):
    """The answer is HTTP 429 with error 1700, as for an exceeded rate limit."""

    def action(self) -> AnyAction:
        return Error("1700", ("{rate}", "{api}"))


class BlockPage(FaultAlias, frozen=True):
    """The answer is the HTML page of a firewall, and the request is not carried out."""

    status: HttpStatus = firewall.STATUS
    body: str = firewall.PAGE

    def action(self) -> AnyAction:
        return Status(self.status, self.body, firewall.CONTENT_TYPE)


class BalanceDelayed(FaultAlias, frozen=True):
    """Inquiries for cash and holdings answer from the world as it was when the fault was set."""

    on = Filter(BALANCES)

    def action(self) -> AnyAction:
        return Stale()


class Reject(FaultAlias, frozen=True):
    """The next new order is refused with an error code, or as many as ``count`` says."""

    code: str
    values: tuple[str, ...] = ()
    """Values for the text of the error."""

    on = Filter(PLACING)
    count = 1

    def action(self) -> AnyAction:
        return Error(self.code, self.values)


class FillAtOnce(FaultAlias, frozen=True):
    """A new order is completely filled at its own price, whatever the order book."""

    def action(self) -> AnyAction:
        return FillInParts(1)


class FillAfter(FaultAlias, frozen=True):
    """A new order is completely filled after so many seconds of the world's clock, whatever the order book."""

    seconds: Seconds

    def action(self) -> AnyAction:
        return FillInParts(1, after=self.seconds)


class FillNever(FaultAlias, frozen=True):
    """A new order stays open, and is excluded from matching until it is cancelled."""

    def action(self) -> AnyAction:
        return FillInParts(0)


class LoseFills(FaultAlias, frozen=True):
    """The 체결 frame of a fill is not sent; the fill itself happens."""

    on = Filter(type="00", fields={"913": "체결"})

    def action(self) -> AnyAction:
        return Drop()


class SwapFills(FaultAlias, frozen=True):
    """The 접수 frame of an order comes after the frame of its first fill (체결)."""

    on = Filter(type="00", fields={"913": "접수"})

    def action(self) -> AnyAction:
        return Reorder({"913": "체결"}, "9203")


class Silence(FaultAlias, frozen=True):
    """No REAL frame is sent; PING and answers go on."""

    on = Filter(type="REAL")

    def action(self) -> AnyAction:
        return Drop()


class NoPing(FaultAlias, frozen=True):
    """No PING is sent, and no session is closed for a missing echo."""

    on = Filter(type="PING")

    def action(self) -> AnyAction:
        return Drop()


class RefuseLogin(FaultAlias, frozen=True):
    """LOGIN is answered with an error, and the connection is closed."""

    code: str = "8005"
    values: tuple[str, ...] = ()
    """Values for the text of the error."""

    on = Filter((LOGIN,))

    def action(self) -> AnyAction:
        return Error(self.code, self.values)


AnyAlias = (
    TooManyRequests
    | BlockPage
    | BalanceDelayed
    | Reject
    | FillAtOnce
    | FillAfter
    | FillNever
    | LoseFills
    | SwapFills
    | Silence
    | NoPing
    | RefuseLogin
)
