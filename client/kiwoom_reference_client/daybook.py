"""Orders and fills of the account. Prices are won a share, amounts won, times Korean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Annotated

from kiwoom_reference_client import orders, protocol
from kiwoom_reference_client.calling import day_text, listed
from kiwoom_reference_client.faces import Listing, Method, Methods
from kiwoom_reference_client.orders import OrderKind, OrderState, Show, Side, Venue
from kiwoom_reference_client.protocol import Flow
from kiwoom_reference_client.shapes import Code, OrderNumber, Price, Shape, wire

OrderSide = Annotated[Side | None, orders.side]
KindName = Annotated[OrderKind | str, orders.kind]


@dataclass(frozen=True, slots=True)
class OpenOrder(Shape):
    """An order of today of which something is left."""

    number: OrderNumber = wire("ord_no")
    parent: OrderNumber = wire("orig_ord_no")
    """The order that it modified; zeros if none."""
    code: Code = wire("stk_cd")
    name: str = wire("stk_nm")
    side: OrderSide = wire("io_tp_nm")
    kind: KindName = wire("trde_tp")
    state: OrderState | str = wire("ord_stt")
    quantity: int = wire("ord_qty")
    price: int = wire("ord_pric")
    """0 for a kind without one."""
    open: int = wire("oso_qty")
    """Shares that are left."""
    filled: int = wire("cntr_qty")
    filled_amount: int = wire("cntr_tot_amt")
    at: time | None = wire("tm")
    last_price: Price = wire("cur_prc")
    stop_price: int = wire("stop_pric")
    fee: int = wire("tdy_trde_cmsn")
    tax: int = wire("tdy_trde_tax")
    venue: Venue | str = wire("stex_tp_txt")
    is_sor: bool = wire("sor_yn")


@dataclass(frozen=True, slots=True)
class Fill(Shape):
    """A fill of today."""

    number: OrderNumber = wire("ord_no")
    """Of the order."""
    parent: OrderNumber = wire("orig_ord_no")
    code: Code = wire("stk_cd")
    name: str = wire("stk_nm")
    side: OrderSide = wire("io_tp_nm")
    kind: KindName = wire("trde_tp")
    state: OrderState | str = wire("ord_stt")
    quantity: int = wire("cntr_qty")
    price: int = wire("cntr_pric")
    order_quantity: int = wire("ord_qty")
    order_price: int = wire("ord_pric")
    open: int = wire("oso_qty")
    """Shares of the order that are left."""
    ordered_at: time | None = wire("ord_tm")
    fee: int = wire("tdy_trde_cmsn")
    tax: int = wire("tdy_trde_tax")
    venue: Venue | str = wire("stex_tp_txt")
    is_sor: bool = wire("sor_yn")


@dataclass(frozen=True, slots=True)
class DayOrder(Shape):
    """An order of a day, whatever has become of it."""

    number: OrderNumber = wire("ord_no")
    parent: OrderNumber = wire("ori_ord")
    code: Code = wire("stk_cd")
    name: str = wire("stk_nm")
    side: OrderSide = wire("io_tp_nm")
    kind: KindName = wire("trde_tp")
    state: OrderState | str = wire("acpt_tp")
    change: str = wire("mdfy_cncl")
    """``정정`` for a modification, ``취소`` for a cancellation."""
    credit: str = wire("crd_tp")
    loan_day: date | None = wire("loan_dt")
    quantity: int = wire("ord_qty")
    price: int = wire("ord_uv")
    open: int = wire("ord_remnq")
    filled: int = wire("cntr_qty")
    filled_price: int = wire("cntr_uv")
    """Average of its fills."""
    stop_price: int = wire("cond_uv")
    at: time | None = wire("ord_tm")
    confirmed_at: time | None = wire("cnfm_tm")
    venue: Venue | str = wire("dmst_stex_tp")


@dataclass(frozen=True, slots=True)
class ExecutedOrder(Shape):
    """An order of a day with its last fill."""

    number: OrderNumber = wire("ord_no")
    parent: OrderNumber = wire("orig_ord_no")
    code: Code = wire("stk_cd")
    name: str = wire("stk_nm")
    side: OrderSide = wire("io_tp_nm")
    kind: KindName = wire("trde_tp")
    state: OrderState | str = wire("acpt_tp")
    change: str = wire("mdfy_cncl_tp")
    credit: str = wire("crd_deal_tp")
    quantity: int = wire("ord_qty")
    price: int = wire("ord_uv")
    filled: int = wire("cntr_qty")
    filled_price: int = wire("cntr_uv")
    filled_at: time | None = wire("cntr_tm")
    stop_price: int = wire("cond_uv")
    venue: Venue | str = wire("dmst_stex_tp")


@dataclass(frozen=True, slots=True)
class Executions(Shape):
    """Orders of a day with their fills, and what was agreed on in all."""

    sold: int = wire("sell_grntl_engg_amt")
    bought: int = wire("buy_engg_amt")
    agreed: int = wire("engg_amt")
    rows: tuple[ExecutedOrder, ...] = wire("acnt_ord_cntr_prst_array")


class Daybook(Methods):
    """Inquiries about orders and fills. ``side`` and ``code`` leave those alone; all of them if they are left out."""

    @Listing
    def open_orders(self, code: str = "", *, side: Side | None = None) -> protocol.Listing[OpenOrder]:
        """What is left of today's orders (ka10075), newest first."""
        fields = {"all_stk_tp": "1" if code else "0", "trde_tp": side or "0", "stk_cd": code, "stex_tp": "0"}
        yield from listed(self._session, "ka10075", fields, "oso", OpenOrder)

    @Listing
    def fills_of_today(self, code: str = "", *, side: Side | None = None, before: str = "") -> protocol.Listing[Fill]:
        """Today's fills (ka10076), newest first; those of orders before a number, if there is one."""
        fields = {
            "stk_cd": code,
            "qry_tp": "1" if code else "0",
            "sell_tp": side or "0",
            "ord_no": before,
            "stex_tp": "0",
        }
        yield from listed(self._session, "ka10076", fields, "cntr", Fill)

    @Listing
    def orders_of_day(
        self, day: date | None = None, *, show: Show = Show.IN_ORDER, code: str = "", side: Side | None = None
    ) -> protocol.Listing[DayOrder]:
        """The orders of a day, of today if none is said (kt00007)."""
        fields = {
            "ord_dt": day_text(day),
            "qry_tp": show,
            "stk_bond_tp": "0",
            "sell_tp": side or "0",
            "stk_cd": code,
            "fr_ord_no": "",
            "dmst_stex_tp": "%",
        }
        yield from listed(self._session, "kt00007", fields, "acnt_ord_cntr_prps_dtl", DayOrder)

    @Method
    def executions_of_day(
        self, day: date | None = None, *, code: str = "", side: Side | None = None, filled_only: bool = False
    ) -> Flow[Executions]:
        """The orders of a day with what they agreed on (kt00009); all pages."""
        fields = {
            "ord_dt": day_text(day),
            "stk_bond_tp": "0",
            "mrkt_tp": "0",
            "sell_tp": side or "0",
            "qry_tp": "1" if filled_only else "0",
            "stk_cd": code,
            "fr_ord_no": "",
            "dmst_stex_tp": "%",
        }
        return Executions.of((yield from self._session.whole("kt00009", fields)))
