"""Stock orders, for cash and on credit."""

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

S = TypeVar("S", bound=Model)


@dataclass(frozen=True, slots=True)
class Accepted(Model):
    """An order that was taken."""

    number: OrderNumber = wire_field("ord_no")
    """Its own number, 7 digits: of the modification or cancellation, too."""


@dataclass(frozen=True, slots=True)
class Placed(Accepted):
    """A buy or sell order that was taken."""

    venue: Venue | str = wire_field("dmst_stex_tp")


@dataclass(frozen=True, slots=True)
class Modified(Accepted):
    """An order that was modified; what was moved lives on under the new number."""

    root: OrderNumber = wire_field("base_orig_ord_no")
    """Number of the first order of the chain, however often it was modified."""
    quantity: int = wire_field("mdfy_qty")
    """Shares or grams moved to the new price."""


@dataclass(frozen=True, slots=True)
class Cancelled(Accepted):
    """An order that was cancelled, in whole or in part."""

    root: OrderNumber = wire_field("base_orig_ord_no")
    """Number of the first order of the chain."""
    quantity: int = wire_field("cncl_qty")
    """Shares or grams cancelled."""


class Trading(DualMethods):
    """Stock orders. Each raises OrderRejected for what the order system refuses, FateUnknown if no answer came."""

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
        """Buy so many shares (kt10000), at a price in won if the kind has one.

        Raises MissingField for a limit without a price.
        """
        fields = _new(code, quantity, price, kind, venue, condition_price)
        return (yield from order(self._session, "kt10000", fields, Placed))

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
        """Sell so many shares (kt10001), at a price in won if the kind has one.

        Raises MissingField for a limit without a price.
        """
        fields = _new(code, quantity, price, kind, venue, condition_price)
        return (yield from order(self._session, "kt10001", fields, Placed))

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
        """Give so many open shares of an order another price in won (kt10002); 0 means all that are left.

        Raises NothingLeft when nothing is left, UnknownOrder for a number that never was.
        """
        fields = _modification(number, code, price, quantity, venue, condition_price)
        return (yield from order(self._session, "kt10002", fields, Modified))

    @Method
    def cancel(self, number: str, code: str, quantity: int = 0, *, venue: Venue = Venue.KRX) -> Flow[Cancelled]:
        """Cancel so many open shares of an order (kt10003); 0 means all that are left.

        Raises NothingLeft when nothing is left, UnknownOrder for a number that never was.
        """
        fields = _cancellation(number, code, quantity, venue)
        return (yield from order(self._session, "kt10003", fields, Cancelled))

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
        """Buy so many shares with money lent by the broker (kt10006); otherwise as :meth:`buy`."""
        fields = _new(code, quantity, price, kind, venue, condition_price)
        return (yield from order(self._session, "kt10006", fields, Placed))

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
        """Sell so many shares that were bought on credit (kt10007), and repay: the loan of that day, or of whichever.

        Otherwise as :meth:`sell`.
        """
        fields = _new(code, quantity, price, kind, venue, condition_price) | {
            "crd_deal_tp": "99" if loan_day is None else "33",
            "crd_loan_dt": day_text(loan_day),
        }
        return (yield from order(self._session, "kt10007", fields, Placed))

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
        """Give so many open shares of a credit order another price in won (kt10008); as :meth:`modify`."""
        fields = _modification(number, code, price, quantity, venue, condition_price)
        return (yield from order(self._session, "kt10008", fields, Modified))

    @Method
    def cancel_on_credit(
        self, number: str, code: str, quantity: int = 0, *, venue: Venue = Venue.KRX
    ) -> Flow[Cancelled]:
        """Cancel so many open shares of a credit order (kt10009); as :meth:`cancel`."""
        fields = _cancellation(number, code, quantity, venue)
        return (yield from order(self._session, "kt10009", fields, Cancelled))


def order(session: RestSession, api_id: str, fields: Mapping[str, str], shape: type[S]) -> Flow[S]:
    """Send an order and read what came of it. Raises FateUnknown also for an answer that cannot be read."""
    answer = yield from session.call(api_id, fields)
    try:
        return shape.of(answer)
    except UnreadableAnswer as error:
        raise in_doubt(error) from error


def _new(
    code: str,
    quantity: int,
    price: int | None,
    kind: OrderKind,
    venue: Venue,
    condition_price: int | None,
) -> dict[str, str]:
    return {
        "dmst_stex_tp": venue,
        "stk_cd": code,
        "ord_qty": str(quantity),
        "ord_uv": number_text(price),
        "trde_tp": kind,
        "cond_uv": number_text(condition_price),
    }


def _modification(
    number: str, code: str, price: int, quantity: int, venue: Venue, condition_price: int | None
) -> dict[str, str]:
    return {
        "dmst_stex_tp": venue,
        "orig_ord_no": number,
        "stk_cd": code,
        "mdfy_qty": str(quantity),
        "mdfy_uv": str(price),
        "mdfy_cond_uv": number_text(condition_price),
    }


def _cancellation(number: str, code: str, quantity: int, venue: Venue) -> dict[str, str]:
    return {"dmst_stex_tp": venue, "orig_ord_no": number, "stk_cd": code, "cncl_qty": str(quantity)}
