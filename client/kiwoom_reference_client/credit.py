"""What can be bought with money lent by the broker."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiwoom_reference_client import protocol
from kiwoom_reference_client.base import rows_of_pages
from kiwoom_reference_client.dual import DualMethods, ListMethod, Method
from kiwoom_reference_client.models import Code, Model, Price, wire_field
from kiwoom_reference_client.protocol import Flow


class Grade(StrEnum):
    """How good an instrument is as a security for its own loan; A is the best."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"


class Market(StrEnum):
    """The markets of stocks (``mrkt_deal_tp`` of kt20016)."""

    KOSPI = "1"
    KOSDAQ = "0"


@dataclass(frozen=True, slots=True)
class Creditable(Model):
    """An instrument that is lent on."""

    code: Code = wire_field("stk_cd")
    name: str = wire_field("stk_nm")
    margin: str = wire_field("crd_assr_rt")
    """What is paid in cash: ``45%``."""
    replacement_price: int = wire_field("repl_pric")
    """Won a share that count as security."""
    previous_close: Price = wire_field("pred_close_pric")
    is_used_up: bool = wire_field("crd_limit_over_yn")
    """Whether the broker lends no more on it."""
    note: str = wire_field("crd_limit_over_txt")


@dataclass(frozen=True, slots=True)
class CreditNotice(Model):
    """Whether an instrument is lent on, in words."""

    text: str = wire_field("crd_alow_yn")
    """``< A군 신용융자 가능 >``."""


class Credit(DualMethods):
    """Inquiries about credit. The mock domain does not offer them."""

    @ListMethod
    def creditable(
        self, code: str = "", *, grade: Grade | None = None, market: Market | None = None
    ) -> protocol.ItemFlow[Creditable]:
        """The instruments that are lent on (kt20016), one by one."""
        fields = {"crd_stk_grde_tp": grade or "%", "mrkt_deal_tp": market or "%", "stk_cd": code}
        yield from rows_of_pages(self._session, "kt20016", fields, "crd_loan_pos_stk", Creditable)

    @Method
    def credit_notice(self, code: str) -> Flow[CreditNotice]:
        """Whether one instrument is lent on (kt20017). Raises UnknownInstrument."""
        return CreditNotice.of((yield from self._session.call("kt20017", {"stk_cd": code})))
