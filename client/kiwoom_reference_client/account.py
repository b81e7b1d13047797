"""Cash and holdings of the account. Amounts are won, prices won a share, rates percent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Self

from kiwoom_reference_client import protocol
from kiwoom_reference_client.calling import listed, number_text
from kiwoom_reference_client.faces import Listing, Method, Methods
from kiwoom_reference_client.orders import Side
from kiwoom_reference_client.protocol import Flow
from kiwoom_reference_client.shapes import Code, Price, Shape, wire


@dataclass(frozen=True, slots=True)
class Holding(Shape):
    """What is held of one instrument."""

    code: Code = wire("stk_cd")
    """Instrument code without the letter of its class."""
    name: str = wire("stk_nm")
    quantity: int = wire("rmnd_qty")
    """Shares held."""
    sellable: int = wire("trde_able_qty")
    """Shares that no open sell order has reserved."""
    average_price: int = wire("pur_pric")
    price: Price = wire("cur_prc")
    """Last price."""
    cost: int = wire("pur_amt")
    value: int = wire("evlt_amt")
    profit: int = wire("evltv_prft")
    """Won or lost by selling now, fees and tax taken off."""
    profit_rate: Decimal = wire("prft_rt")
    """Percent of the cost."""
    share: Decimal = wire("poss_rt")
    """Percent of all that is held."""
    credit_type: str = wire("crd_tp")
    """``00`` for what was bought with cash."""
    loan_day: date | None = wire("crd_loan_dt")


@dataclass(frozen=True, slots=True)
class Holdings(Shape):
    """All that is held."""

    cost: int = wire("tot_pur_amt")
    value: int = wire("tot_evlt_amt")
    profit: int = wire("tot_evlt_pl")
    profit_rate: Decimal = wire("tot_prft_rt")
    estimated_assets: int = wire("prsm_dpst_aset_amt")
    """Cash and holdings if all were sold now."""
    loans: int = wire("tot_loan_amt")
    credit_loans: int = wire("tot_crd_loan_amt")
    rows: tuple[Holding, ...] = wire("acnt_evlt_remn_indv_tot")


@dataclass(frozen=True, slots=True)
class Deposit(Shape):
    """Cash of the account."""

    cash: int = wire("entr")
    """Settled cash today."""
    cash_d1: int = wire("d1_entra")
    """Cash on the next business day, fills of before settled."""
    cash_d2: int = wire("d2_entra")
    """Cash in two business days, when all fills of today have settled."""
    withdrawable: int = wire("pymn_alow_amt")
    withdrawable_d1: int = wire("d1_pymn_alow_amt")
    withdrawable_d2: int = wire("d2_pymn_alow_amt")
    orderable: int = wire("ord_alow_amt")
    """What buy orders can still take; may be negative."""
    reserved: int = wire("profa_ch")
    """What open buy orders hold."""
    loans: int = wire("loan_sum")


@dataclass(frozen=True, slots=True)
class Balance:
    """Cash and holdings of the account, asked for one after the other."""

    cash: int
    """Settled cash today."""
    cash_d1: int
    """Cash on the next business day, fills of before settled."""
    cash_d2: int
    """Cash in two business days, when all fills of today have settled."""
    orderable: int
    """What buy orders can still take; may be negative."""
    holdings: tuple[Holding, ...]
    raw: dict[str, dict[str, Any]] = field(repr=False)
    """The answers by API id."""

    @classmethod
    def of(cls, deposit: Deposit, holdings: Holdings) -> Self:
        """Puts the two together."""
        raw = {one.record.api_id: one.raw for one in (deposit, holdings)}
        return cls(deposit.cash, deposit.cash_d1, deposit.cash_d2, deposit.orderable, holdings.rows, raw)


@dataclass(frozen=True, slots=True)
class ValuedHolding(Shape):
    """What is held of one instrument, one row for each loan."""

    code: Code = wire("stk_cd")
    name: str = wire("stk_nm")
    quantity: int = wire("rmnd_qty")
    settled: int = wire("setl_remn")
    """Shares of which the purchase has settled."""
    average_price: int = wire("avg_prc")
    price: Price = wire("cur_prc")
    cost: int = wire("pur_amt")
    value: int = wire("evlt_amt")
    profit: int = wire("pl_amt")
    profit_rate: Decimal = wire("pl_rt")
    loan_day: date | None = wire("loan_dt")


@dataclass(frozen=True, slots=True)
class AccountValue(Shape):
    """What the account is worth."""

    holder: str = wire("acnt_nm")
    branch: str = wire("brch_nm")
    cash: int = wire("entr")
    cash_d2: int = wire("d2_entra")
    value: int = wire("tot_est_amt")
    """Of the holdings."""
    assets: int = wire("aset_evlt_amt")
    estimated_assets: int = wire("prsm_dpst_aset_amt")
    cost: int = wire("tot_pur_amt")
    profit_today: int = wire("tdy_lspft")
    profit_this_month: int = wire("lspft2")
    profit: int = wire("lspft")
    rows: tuple[ValuedHolding, ...] = wire("stk_acnt_evlt_prst")


@dataclass(frozen=True, slots=True)
class ExecutedHolding(Shape):
    """What fills have left of one instrument, settled or not."""

    code: Code = wire("stk_cd")
    name: str = wire("stk_nm")
    quantity: int = wire("cur_qty")
    settled: int = wire("setl_remn")
    average_price: int = wire("buy_uv")
    price: Price = wire("cur_prc")
    cost: int = wire("pur_amt")
    value: int = wire("evlt_amt")
    profit: int = wire("evltv_prft")
    profit_rate: Decimal = wire("pl_rt")
    credit_type: str = wire("crd_tp")
    loan_day: date | None = wire("loan_dt")
    expires: date | None = wire("expr_dt")
    """When the loan is to be paid back."""


@dataclass(frozen=True, slots=True)
class ExecutedBalance(Shape):
    """Cash and holdings as the fills have left them."""

    cash: int = wire("entr")
    cash_d1: int = wire("entr_d1")
    cash_d2: int = wire("entr_d2")
    withdrawable: int = wire("pymn_alow_amt")
    orderable: int = wire("ord_alowa")
    cost: int = wire("stk_buy_tot_amt")
    value: int = wire("evlt_amt_tot")
    profit: int = wire("tot_pl_tot")
    profit_rate: Decimal = wire("tot_pl_rt")
    loans: int = wire("crd_loan_tot")
    rows: tuple[ExecutedHolding, ...] = wire("stk_cntr_remn")


@dataclass(frozen=True, slots=True)
class Return(Shape):
    """What one instrument has earned today and so far."""

    code: Code = wire("stk_cd")
    name: str = wire("stk_nm")
    quantity: int = wire("rmnd_qty")
    settled: int = wire("setl_remn")
    average_price: int = wire("pur_pric")
    price: Price = wire("cur_prc")
    cost: int = wire("pur_amt")
    profit_of_sales: int = wire("tdy_sel_pl")
    """Of what was sold today."""
    fee: int = wire("tdy_trde_cmsn")
    tax: int = wire("tdy_trde_tax")
    credit_type: str = wire("crd_tp")
    loan_day: date | None = wire("loan_dt")
    loan: int = wire("crd_amt")
    interest: int = wire("crd_int")
    expires: date | None = wire("expr_dt")


@dataclass(frozen=True, slots=True)
class Orderable(Shape):
    """What can be ordered of one instrument, and drawn."""

    cash: int = wire("ord_alowa")
    """Won to order with."""
    quantity: int = wire("profa_100ord_alowq")
    """Shares, paid in full."""
    withdrawable: int = wire("wthd_alowa")
    withdrawable_d1: int = wire("nxdy_wthd_alowa")
    amount: int = wire("pur_amt")
    """Price times quantity of the order that was asked about."""
    fee: int = wire("cmsn")
    total: int = wire("pur_exct_amt")
    """Amount and fee."""
    cash_d2: int = wire("d2entra")


class Account(Methods):
    """Inquiries about cash and holdings."""

    @Method
    def account_number(self) -> Flow[str]:
        """The number of the account that the app key belongs to, 10 digits (ka00001)."""
        answer = yield from self._session.call("ka00001", {})
        return answer.text("acctNo")

    @Method
    def deposit(self) -> Flow[Deposit]:
        """Cash, and what of it can be ordered with and drawn (kt00001)."""
        return Deposit.of((yield from self._session.call("kt00001", {"qry_tp": "3"})))

    @Method
    def holdings(self, *, by_loan: bool = False) -> Flow[Holdings]:
        """All that is held, and what it is worth (kt00018), one row for each instrument or loan; all pages."""
        fields = {"qry_tp": "2" if by_loan else "1", "dmst_stex_tp": "KRX"}
        return Holdings.of((yield from self._session.whole("kt00018", fields)))

    @Method
    def balance(self) -> Flow[Balance]:
        """Cash (kt00001) and holdings (kt00018); two moments, if others trade."""
        deposit = Deposit.of((yield from self._session.call("kt00001", {"qry_tp": "3"})))
        holdings = yield from self._session.whole("kt00018", {"qry_tp": "1", "dmst_stex_tp": "KRX"})
        return Balance.of(deposit, Holdings.of(holdings))

    @Method
    def account_value(self) -> Flow[AccountValue]:
        """What the account is worth, and what it has earned (kt00004); all pages."""
        fields = {"qry_tp": "0", "dmst_stex_tp": "KRX"}
        return AccountValue.of((yield from self._session.whole("kt00004", fields)))

    @Method
    def executed_balance(self) -> Flow[ExecutedBalance]:
        """Cash and holdings as the fills have left them (kt00005); all pages. The mock domain does not offer it."""
        return ExecutedBalance.of((yield from self._session.whole("kt00005", {"dmst_stex_tp": "KRX"})))

    @Method
    def orderable(self, code: str, side: Side, price: int, quantity: int | None = None) -> Flow[Orderable]:
        """What can be ordered at a price, and drawn (kt00010). The mock domain does not offer it."""
        fields = {"stk_cd": code, "trde_tp": side, "uv": str(price), "trde_qty": number_text(quantity)}
        return Orderable.of((yield from self._session.call("kt00010", fields)))

    @Listing
    def returns(self) -> protocol.Listing[Return]:
        """What each instrument has earned (ka10085), one by one."""
        yield from listed(self._session, "ka10085", {"stex_tp": "0"}, "acnt_prft_rt", Return)
