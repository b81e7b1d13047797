"""Stock orders, for cash and on credit. Prices are in won per share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from kiwoom_reference_client.base import day_text, number_text
from kiwoom_reference_client.codes import OrderKind, Venue
from kiwoom_reference_client.dual import DualMethods, Method
from kiwoom_reference_client.errors import UnreadableAnswer
from kiwoom_reference_client.models import Model, OrderNumber, wire_field
from kiwoom_reference_client.protocol import Flow, RestSession, in_doubt

M = TypeVar("M", bound=Model)

_NO_LOAN: Mapping[str, str] = {}
"""The fields of an order that repays no loan."""


@dataclass(frozen=True, slots=True)
class Accepted(Model):
    """The answer to an accepted order."""

    number: OrderNumber = wire_field("ord_no")
    """Number of the order, 7 digits; a modification or cancellation has a number of its own."""


@dataclass(frozen=True, slots=True)
class Placed(Accepted):
    """The answer to an accepted order to buy or sell."""

    venue: Venue | str = wire_field("dmst_stex_tp")


@dataclass(frozen=True, slots=True)
class Modified(Accepted):
    """The answer to a modification; the modified shares are open under the new order number."""

    root: OrderNumber = wire_field("base_orig_ord_no")
    """Number of the first order of the chain of modifications."""
    quantity: int = wire_field("mdfy_qty")
    """Shares or grams that have the new price."""


@dataclass(frozen=True, slots=True)
class Cancelled(Accepted):
    """The answer to a cancellation, in full or in part."""

    root: OrderNumber = wire_field("base_orig_ord_no")
    """Number of the first order of the chain of modifications."""
    quantity: int = wire_field("cncl_qty")
    """Shares or grams cancelled."""


class Trading(DualMethods):
    """Stock orders.

    Every method raises OrderRejected if the order system rejects the request, and FateUnknown if it is unknown whether
    the order was accepted.
    """

    @Method
    def buy(
        self,
        code: str,
        quantity: int,
        price: int | None = None,
        *,
        kind: OrderKind = OrderKind.LIMIT,
        venue: Venue = Venue.KRX,
        condition_price: int | None = None,
    ) -> Flow[Placed]:
        """Place an order to buy shares (kt10000).

        ``price`` is in won, and only for order kinds that require a price. ``condition_price`` is the trigger of a
        stop-limit order, in won. Raises MissingField for a limit order without a price.
        """
        return (yield from _place(self._session, "kt10000", code, quantity, price, kind, venue, condition_price))

    @Method
    def sell(
        self,
        code: str,
        quantity: int,
        price: int | None = None,
        *,
        kind: OrderKind = OrderKind.LIMIT,
        venue: Venue = Venue.KRX,
        condition_price: int | None = None,
    ) -> Flow[Placed]:
        """Place an order to sell shares (kt10001).

        ``price`` is in won, and only for order kinds that require a price. ``condition_price`` is the trigger of a
        stop-limit order, in won. Raises MissingField for a limit order without a price.
        """
        return (yield from _place(self._session, "kt10001", code, quantity, price, kind, venue, condition_price))

    @Method
    def modify(
        self,
        number: str,
        code: str,
        price: int,
        quantity: int = 0,
        *,
        venue: Venue = Venue.KRX,
        condition_price: int | None = None,
    ) -> Flow[Modified]:
        """Modify the price of an open order, in won (kt10002).

        ``quantity`` is the number of open shares to modify, and 0 means all of them. Raises NothingLeft for an order
        without open shares, and UnknownOrder for an unknown order number.
        """
        return (yield from _modify(self._session, "kt10002", number, code, price, quantity, venue, condition_price))

    @Method
    def cancel(self, number: str, code: str, quantity: int = 0, *, venue: Venue = Venue.KRX) -> Flow[Cancelled]:
        """Cancel open shares of an order (kt10003).

        ``quantity`` is the number of open shares to cancel, and 0 means all of them. Raises NothingLeft for an order
        without open shares, and UnknownOrder for an unknown order number.
        """
        return (yield from _cancel(self._session, "kt10003", number, code, quantity, venue))

    @Method
    def buy_on_credit(
        self,
        code: str,
        quantity: int,
        price: int | None = None,
        *,
        kind: OrderKind = OrderKind.LIMIT,
        venue: Venue = Venue.KRX,
        condition_price: int | None = None,
    ) -> Flow[Placed]:
        """Place an order to buy shares with a loan of the broker (kt10006). The rest is as for :meth:`buy`."""
        return (yield from _place(self._session, "kt10006", code, quantity, price, kind, venue, condition_price))

    @Method
    def sell_on_credit(
        self,
        code: str,
        quantity: int,
        price: int | None = None,
        *,
        loan_day: date | None = None,
        kind: OrderKind = OrderKind.LIMIT,
        venue: Venue = Venue.KRX,
        condition_price: int | None = None,
    ) -> Flow[Placed]:
        """Place an order to sell shares that were bought on credit, which repays the loan (kt10007).

        ``loan_day`` selects the loan of that day. By default the server selects one. The rest is as for :meth:`sell`.
        """
        loan = {"crd_deal_tp": "99" if loan_day is None else "33", "crd_loan_dt": day_text(loan_day)}
        return (yield from _place(self._session, "kt10007", code, quantity, price, kind, venue, condition_price, loan))

    @Method
    def modify_on_credit(
        self,
        number: str,
        code: str,
        price: int,
        quantity: int = 0,
        *,
        venue: Venue = Venue.KRX,
        condition_price: int | None = None,
    ) -> Flow[Modified]:
        """Modify the price of an open credit order (kt10008). The rest is as for :meth:`modify`."""
        return (yield from _modify(self._session, "kt10008", number, code, price, quantity, venue, condition_price))

    @Method
    def cancel_on_credit(
        self, number: str, code: str, quantity: int = 0, *, venue: Venue = Venue.KRX
    ) -> Flow[Cancelled]:
        """Cancel open shares of a credit order (kt10009). The rest is as for :meth:`cancel`."""
        return (yield from _cancel(self._session, "kt10009", number, code, quantity, venue))


def send_order(session: RestSession, api_id: str, fields: Mapping[str, str], model: type[M]) -> Flow[M]:
    """Flow that sends a request to an order API and reads the answer. Raises FateUnknown for a malformed answer too."""
    answer = yield from session.call(api_id, fields)
    try:
        return model.of(answer)
    except UnreadableAnswer as error:
        raise in_doubt(error) from error


def _place(
    session: RestSession,
    api_id: str,
    code: str,
    quantity: int,
    price: int | None,
    kind: OrderKind,
    venue: Venue,
    condition_price: int | None,
    loan: Mapping[str, str] = _NO_LOAN,
) -> Flow[Placed]:
    fields = {
        "dmst_stex_tp": venue,
        "stk_cd": code,
        "ord_qty": str(quantity),
        "ord_uv": number_text(price),
        "trde_tp": kind,
        "cond_uv": number_text(condition_price),
        **loan,
    }
    return (yield from send_order(session, api_id, fields, Placed))


def _modify(
    session: RestSession,
    api_id: str,
    number: str,
    code: str,
    price: int,
    quantity: int,
    venue: Venue,
    condition_price: int | None,
) -> Flow[Modified]:
    fields = {
        "dmst_stex_tp": venue,
        "orig_ord_no": number,
        "stk_cd": code,
        "mdfy_qty": str(quantity),
        "mdfy_uv": str(price),
        "mdfy_cond_uv": number_text(condition_price),
    }
    return (yield from send_order(session, api_id, fields, Modified))


def _cancel(session: RestSession, api_id: str, number: str, code: str, quantity: int, venue: Venue) -> Flow[Cancelled]:
    fields = {"dmst_stex_tp": venue, "orig_ord_no": number, "stk_cd": code, "cncl_qty": str(quantity)}
    return (yield from send_order(session, api_id, fields, Cancelled))
