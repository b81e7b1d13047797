"""Gold: orders, holdings, cash, history and prices.

Quantities are in grams, prices in won per gram, amounts in won.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from kiwoom_reference_client import protocol, values
from kiwoom_reference_client.base import day_text, rows_of_pages
from kiwoom_reference_client.codes import GoldKind, GoldProduct, OrderState, Show, Side, Venue
from kiwoom_reference_client.dual import DualMethods, ListMethod, Method
from kiwoom_reference_client.models import Code, Model, OrderNumber, Price, wire_field
from kiwoom_reference_client.orders import DayOrder, OrderSide
from kiwoom_reference_client.protocol import Flow, RestSession
from kiwoom_reference_client.quotes import Direction
from kiwoom_reference_client.trading import Accepted, Cancelled, Modified, send_order


class GoldDeal(StrEnum):
    """The kind of transaction in the history (``tp`` of kt50032)."""

    ALL = "0"
    CASH_IN_AND_OUT = "1"
    DELIVERY = "2"
    TRADES = "3"
    BUYS = "4"
    SALES = "5"
    CASH_IN = "6"
    CASH_OUT = "7"


class TickScope(StrEnum):
    """How many ticks are combined into one row (``tic_scope`` of ka50101)."""

    ONE = "1"
    THREE = "3"
    FIVE = "5"
    TEN = "10"
    THIRTY = "30"


@dataclass(frozen=True, slots=True)
class GoldHolding(Model):
    """A holding in one gold product (kt50020)."""

    code: Code = wire_field("stk_cd")
    name: str = wire_field("stk_nm")
    quantity: int = wire_field("real_qty")
    settled: int = wire_field("qty")
    sellable: int = wire_field("able_qty")
    bought: int = wire_field("buy_qty")
    """Grams bought today."""
    sold: int = wire_field("sell_qty")
    """Grams sold today."""
    average_price: int = wire_field("avg_prc")
    break_even_price: Decimal = wire_field("pl_prch_prc")
    price: Price = wire_field("cur_prc")
    cost: int = wire_field("book_amt2")
    value: int = wire_field("est_amt")
    """Value in won if sold now, after the fee and its VAT."""
    profit: int = wire_field("est_lspft")
    profit_rate: Decimal = wire_field("est_ratio")
    """Unrealised profit in percent of the cost."""
    fee: int = wire_field("cmsn")
    vat: int = wire_field("vlad_tax")


@dataclass(frozen=True, slots=True)
class GoldBalance(Model):
    """Cash and holdings of the gold account, in won (kt50020)."""

    cash: int = wire_field("tot_entr")
    estimated_cash: int = wire_field("net_entr")
    """Cash when all fills have settled."""
    withdrawable: int = wire_field("paym_alowa")
    cost: int = wire_field("tot_book_amt2")
    value: int = wire_field("tot_est_amt")
    assets: int = wire_field("net_amt")
    estimated_assets: int = wire_field("tot_dep_amt")
    realized: int = wire_field("pl_amt")
    rows: tuple[GoldHolding, ...] = wire_field("gold_acnt_evlt_prst")


@dataclass(frozen=True, slots=True)
class GoldDeposit(Model):
    """Cash of the gold account, in won (kt50021)."""

    cash: int = wire_field("entra")
    estimated_cash: int = wire_field("prsm_entra")
    reserved: int = wire_field("profa_ch")
    orderable: int = wire_field("ord_alow_amt")
    withdrawable: int = wire_field("pymn_alow_amt")
    estimated_withdrawable: int = wire_field("prsm_pymn_alow_amt")
    to_pay: int = wire_field("buy_exct_amt")
    to_receive: int = wire_field("sell_exct_amt")


@dataclass(frozen=True, slots=True)
class GoldOrder(Model):
    """A gold order of a day (kt50030, kt50075)."""

    number: OrderNumber = wire_field("ord_no")
    parent: OrderNumber = wire_field("orig_ord_no")
    code: Code = wire_field("stk_cd")
    name: str = wire_field("stk_nm")
    side: OrderSide = wire_field("io_tp_nm")
    kind: str = wire_field("trde_tp")
    """Order kind as a Korean text, such as ``지정가``."""
    state: OrderState | str = wire_field("data_send_end_tp")
    change: str = wire_field("mdfy_cncl_tp")
    """``정정`` for a modification, ``취소`` for a cancellation."""
    quantity: int = wire_field("ord_qty")
    price: int = wire_field("ord_uv")
    filled: int = wire_field("cntr_qty")
    filled_price: int = wire_field("cntr_uv")
    open: int | None = wire_field("ord_remnq")
    """Open grams; None in kt50030, where the example of the document leaves it blank."""
    venue: Venue | str = wire_field("dmst_stex_tp")


@dataclass(frozen=True, slots=True)
class GoldEntry(Model):
    """One transaction of the history (kt50032)."""

    day: date | None = wire_field("deal_dt")
    at: time | None = wire_field("proc_time")
    number: str = wire_field("deal_no")
    what: str = wire_field("rmrk_nm")
    """Kind of the transaction as a Korean text, such as ``금현물매수`` or ``금현물매도``."""
    code: Code = wire_field("stk_cd")
    name: str = wire_field("stk_nm")
    quantity: int = wire_field("deal_qty")
    price: Annotated[Decimal, values.level] = wire_field("uv_exrt")
    amount: int = wire_field("deal_amt")
    fee: int = wire_field("cmsn")
    vat: int = wire_field("gold_spot_vat")
    settled: int = wire_field("exct_amt")
    """Amount paid or received in won, including fee and tax."""
    cash: int = wire_field("entra_remn")
    """Cash after the transaction, in won."""
    holding: int = wire_field("spot_remn")
    """Grams held after the transaction."""
    filled_on: date | None = wire_field("cntr_dt")


@dataclass(frozen=True, slots=True)
class GoldQuote(Model):
    """Today's prices of a gold product (ka50100)."""

    direction: Direction | str = wire_field("pred_pre_sig")
    change: int = wire_field("pred_pre")
    change_rate: Decimal = wire_field("flu_rt")
    volume: int = wire_field("trde_qty")
    open: Price = wire_field("open_pric")
    high: Price = wire_field("high_pric")
    low: Price = wire_field("low_pric")
    upper_limit: Price = wire_field("upl_pric")
    lower_limit: Price = wire_field("lst_pric")
    previous_close: Price = wire_field("pred_close_pric")


@dataclass(frozen=True, slots=True)
class GoldTick(Model):
    """A trade of gold, with the best bid and ask at its time (ka50101)."""

    at: time | None = wire_field("tm")
    price: Price = wire_field("cntr_pric")
    direction: Direction | str = wire_field("pre_sig")
    change: int = wire_field("pred_pre")
    change_rate: Decimal = wire_field("flu_rt")
    quantity: int = wire_field("cntr_trde_qty")
    volume: int = wire_field("trde_qty")
    """Grams traded in the day so far."""
    ask: Price = wire_field("pri_sel_bid_unit")
    bid: Price = wire_field("pri_buy_bid_unit")


class GoldMarket(DualMethods):
    """Gold orders and inquiries. Of these, the mock domain offers only the inquiries of orders and prices."""

    @Method
    def buy_gold(
        self, product: GoldProduct, quantity: int, price: int, *, kind: GoldKind = GoldKind.LIMIT
    ) -> Flow[Accepted]:
        """Place an order to buy gold (kt50000). ``quantity`` is in grams, ``price`` in won per gram."""
        return (yield from _place(self._session, "kt50000", product, quantity, price, kind))

    @Method
    def sell_gold(
        self, product: GoldProduct, quantity: int, price: int, *, kind: GoldKind = GoldKind.LIMIT
    ) -> Flow[Accepted]:
        """Place an order to sell gold (kt50001). ``quantity`` is in grams, ``price`` in won per gram."""
        return (yield from _place(self._session, "kt50001", product, quantity, price, kind))

    @Method
    def modify_gold(self, number: str, product: GoldProduct, price: int, quantity: int = 0) -> Flow[Modified]:
        """Modify the price of an open gold order, in won per gram (kt50002).

        ``quantity`` is the number of open grams to modify, and 0 means all of them.
        """
        fields = {"stk_cd": product, "orig_ord_no": number, "mdfy_qty": str(quantity), "mdfy_uv": str(price)}
        return (yield from send_order(self._session, "kt50002", fields, Modified))

    @Method
    def cancel_gold(self, number: str, product: GoldProduct, quantity: int = 0) -> Flow[Cancelled]:
        """Cancel open grams of a gold order (kt50003). A ``quantity`` of 0 means all of them."""
        fields = {"orig_ord_no": number, "stk_cd": product, "cncl_qty": str(quantity)}
        return (yield from send_order(self._session, "kt50003", fields, Cancelled))

    @Method
    def gold_balance(self) -> Flow[GoldBalance]:
        """Return cash and holdings of the gold account with their value, from all pages (kt50020)."""
        return GoldBalance.of((yield from self._session.whole("kt50020", {})))

    @Method
    def gold_deposit(self) -> Flow[GoldDeposit]:
        """Return the settled, orderable and withdrawable cash of the gold account (kt50021)."""
        return GoldDeposit.of((yield from self._session.call("kt50021", {})))

    @ListMethod
    def gold_executions_of_day(
        self, day: date, *, product: GoldProduct | None = None, side: Side | None = None, newest_first: bool = False
    ) -> protocol.ItemFlow[GoldOrder]:
        """Iterate over the gold orders of a day with their fills (kt50030)."""
        fields = _of_day(day, product, newest_first) | {"slby_tp": side or "0"}
        yield from rows_of_pages(self._session, "kt50030", fields, "acnt_ord_cntr_prst", GoldOrder)

    @ListMethod
    def gold_orders_of_day(
        self,
        day: date | None = None,
        *,
        show: Show = Show.IN_ORDER,
        product: GoldProduct | None = None,
        side: Side | None = None,
    ) -> protocol.ItemFlow[DayOrder]:
        """Iterate over the gold orders of a day in detail, by default today (kt50031)."""
        fields = {
            "ord_dt": day_text(day),
            "qry_tp": show,
            "stk_bond_tp": "0",
            "sell_tp": side or "0",
            "stk_cd": product or "",
            "fr_ord_no": "",
            "dmst_stex_tp": "%",
        }
        yield from rows_of_pages(self._session, "kt50031", fields, "acnt_ord_cntr_prps_dtl", DayOrder)

    @ListMethod
    def gold_history(
        self,
        first: date | None = None,
        last: date | None = None,
        *,
        deals: GoldDeal = GoldDeal.ALL,
        product: GoldProduct | None = None,
    ) -> protocol.ItemFlow[GoldEntry]:
        """Iterate over the transactions of cash and gold between two days (kt50032)."""
        fields = {"strt_dt": day_text(first), "end_dt": day_text(last), "tp": deals, "stk_cd": product or ""}
        yield from rows_of_pages(self._session, "kt50032", fields, "gold_trde_hist", GoldEntry)

    @ListMethod
    def open_gold_orders(
        self, day: date, *, product: GoldProduct | None = None, side: Side | None = None, newest_first: bool = False
    ) -> protocol.ItemFlow[GoldOrder]:
        """Iterate over the open gold orders of a day (kt50075)."""
        fields = _of_day(day, product, newest_first) | {"sell_tp": side or "0"}
        yield from rows_of_pages(self._session, "kt50075", fields, "acnt_ord_oso_prst", GoldOrder)

    @Method
    def gold_quote(self, product: GoldProduct) -> Flow[GoldQuote]:
        """Return today's prices of a gold product (ka50100)."""
        return GoldQuote.of((yield from self._session.call("ka50100", {"stk_cd": product})))

    @ListMethod
    def gold_ticks(self, product: GoldProduct, scope: TickScope = TickScope.ONE) -> protocol.ItemFlow[GoldTick]:
        """Iterate over the trades of a gold product (ka50101), with the best bid and ask at their time."""
        fields = {"stk_cd": product, "tic_scope": scope}
        yield from rows_of_pages(self._session, "ka50101", fields, "gold_bid", GoldTick)


def _place(
    session: RestSession, api_id: str, product: GoldProduct, quantity: int, price: int, kind: GoldKind
) -> Flow[Accepted]:
    fields = {"stk_cd": product, "ord_qty": str(quantity), "ord_uv": str(price), "trde_tp": kind}
    return (yield from send_order(session, api_id, fields, Accepted))


def _of_day(day: date, product: GoldProduct | None, newest_first: bool) -> dict[str, str]:
    return {
        "ord_dt": day_text(day),
        "qry_tp": "2" if newest_first else "1",
        "mrkt_deal_tp": "5",
        "stk_bond_tp": "0",
        "stk_cd": product or "",
        "fr_ord_no": "",
        "dmst_stex_tp": "%",
    }
