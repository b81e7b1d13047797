"""Filters of faults: which calls and frames a fault matches."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from kiwoom_mockserver.broker.fault_actions import LOGIN
from kiwoom_mockserver.broker.journal import fields_in

SPARED = frozenset(("au10001", "au10002", LOGIN, "SYSTEM"))
"""What begins and ends the work of a client: token requests, LOGIN, and the frame before the server closes.

Only a filter with ``api`` or ``type`` matches them. A fault without either would hit the token request first.
"""


class FaultSubject:
    """A call or a frame that a fault may match. Its body is parsed only if a filter needs a field of it."""

    __slots__ = ("_fields", "_text", "accounts", "appkey", "name", "path")

    def __init__(self, name: str, path: str, appkey: str, accounts: tuple[str, ...], text: bytes) -> None:
        self.name = name
        """The API id of a call, or ``trnm`` of a frame."""
        self.path = path
        """The path of a call, for LOGIN that of the WebSocket; blank for a frame."""
        self.appkey = appkey
        self.accounts = accounts
        self._text = text
        self._fields: dict[str, Any] | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of the request or the frame; of a REAL frame those of its first row."""
        if self._fields is None:
            self._fields = fields_in(self._text)
        return self._fields


class Filter(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The calls or frames that a fault matches; a blank criterion matches everything."""

    api: tuple[str, ...] = ()
    """API ids, ``LOGIN``, or the beginnings of paths. Matches calls only; spares token requests and LOGIN if blank."""
    type: str = ""
    """``trnm``, or the type of a REAL frame. Matches frames only; spares LOGIN and SYSTEM if blank."""
    order: Annotated[str, Meta(max_length=10)] = ""
    """The order number that a frame reports, or that a call modifies or cancels."""
    account: str = ""
    """An account number of the customer."""
    session: str = ""
    """The app key of a session, and of REST calls with the same app key."""
    fields: dict[str, str] = {}
    """Fields of the request or the frame: ``{"stk_cd": "005930"}``, ``{"913": "체결"}``."""

    def matches(self, subject: FaultSubject) -> bool:
        """Return whether a call or a frame meets all criteria."""
        # Criteria that need no field of the body come first: most subjects fail them, and are never parsed.
        if subject.name in SPARED and not (self.api or self.type):
            return False
        if self.session and self.session != subject.appkey:
            return False
        if self.api and not (subject.path and any(_names_call(api, subject) for api in self.api)):
            return False
        if self.type and (subject.path or not self._is_type(subject)):
            return False
        if self.account and not self._is_account(subject):
            return False
        if self.order and not self._is_order(subject):
            return False
        return all(subject.fields.get(name) == value for name, value in self.fields.items())

    def _is_type(self, subject: FaultSubject) -> bool:
        return self.type == subject.name or (subject.name == "REAL" and subject.fields.get("type") == self.type)

    def _is_account(self, subject: FaultSubject) -> bool:
        """Compare with the account in the frame, if it names one: its session gets frames of other accounts too."""
        number = "" if subject.path else subject.fields.get("9201")
        return self.account == number if number else self.account in subject.accounts

    def _is_order(self, subject: FaultSubject) -> bool:
        """Compare as numbers: requests may leave out the zeros that frames have in front."""
        numbers = [subject.fields.get(name) for name in ("9203", "904", "orig_ord_no")]
        return int(self.order) in [int(number) for number in numbers if isinstance(number, str) and number.isdecimal()]


def _names_call(api: str, subject: FaultSubject) -> bool:
    return api == subject.name or (api.startswith("/") and subject.path.startswith(api))
