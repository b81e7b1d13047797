"""Cards of orders that are refused; prices come from the limits of the day, and nothing stays open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from kiwoom_cards.answers import check_refusal
from kiwoom_cards.model import Card, CardStep, WorldSetup
from kiwoom_cards.orders import LOOK
from kiwoom_cards.target import Capability
from kiwoom_cards.trading import SKIP_WHEN, STOCK, TradingRun
from kiwoom_contracts import catalogue


class RejectionRun(TradingRun):
    """A run with one refused order, and an order that may be open before it."""

    number = "9999999"

    def place(self) -> None:
        """Open an order at the lower limit, for the refused request to name."""
        self.number = self.buy().record.text("ord_no")

    def new_order(self, **changes: str) -> dict[str, str]:
        """Return the request for one share at the lower limit, with some fields changed."""
        body = {"trde_tp": self.limit_order, "ord_qty": "1", "ord_uv": str(self.low)}
        return self.instrument_fields() | body | changes

    def change(self, **changes: str) -> dict[str, str]:
        """Return a request that modifies or cancels the order, with these fields."""
        return self.instrument_fields() | {"orig_ord_no": self.number} | changes

    def modification(self) -> dict[str, str]:
        """Return the request to modify one share of the order to the lower limit."""
        return self.change(mdfy_qty="1", mdfy_uv=str(self.low))


class Rejection(NamedTuple):
    """A request to an order API, and the error code that refuses it."""

    number: str
    """Number of the card."""
    code: str
    title: str
    api_id: str
    body: Callable[[RejectionRun], Mapping[str, str]]
    setup: WorldSetup = WorldSetup()
    needs: Capability = Capability.NONE
    after_another: bool = False
    """Whether an order is opened first, which the request names."""


REJECTIONS = (
    Rejection(
        "221", "RC4003", "A price off the tick grid", STOCK.buy, lambda run: run.new_order(ord_uv=str(run.low + 1))
    ),
    Rejection(
        "222",
        "RC4027",
        "A price below the daily limit",
        STOCK.buy,
        lambda run: run.new_order(ord_uv=str(far_below(run.low))),
    ),
    Rejection(
        "223", "RC4025", "A buy beyond the orderable cash", STOCK.buy, lambda run: run.new_order(ord_qty="900000000")
    ),
    Rejection("224", "RC4099", "An order of quantity 0", STOCK.buy, lambda run: run.new_order(ord_qty="0")),
    Rejection(
        "225",
        "800033",
        "A sale beyond the sellable shares",
        STOCK.sell,
        lambda run: run.new_order(ord_qty="900000000", ord_uv=str(run.high)),
    ),
    Rejection("226", "RC4032", "A modification of an unknown order", STOCK.modify, RejectionRun.modification),
    Rejection(
        "227",
        "RC4034",
        "A modification to the price that the order has",
        STOCK.modify,
        RejectionRun.modification,
        after_another=True,
    ),
    Rejection("228", "1902", "An order for an unlisted code", STOCK.buy, lambda run: run.new_order(stk_cd="118970")),
    Rejection("229", "1511", "A cancellation without a quantity", STOCK.cancel, lambda run: run.change()),
    Rejection(
        "230",
        "521790",
        "An after-hours order during the session",
        STOCK.buy,
        lambda run: run.new_order(trde_tp="81", ord_uv=""),
        needs=Capability.FAULTS,
    ),
    Rejection(
        "231",
        "RC9000",
        "An order to SOR",
        STOCK.buy,
        lambda run: run.new_order(dmst_stex_tp="SOR"),
        WorldSetup(profile="mockapi"),
    ),
    Rejection("232", "407022", "An order of an unknown kind", STOCK.buy, lambda run: run.new_order(trde_tp="2")),
    Rejection("233", "1517", "A quantity with decimals", STOCK.buy, lambda run: run.new_order(ord_qty="1.0")),
    Rejection(
        "234",
        "571412",
        "A modification under SOR of an order to KRX",
        STOCK.modify,
        lambda run: run.change(mdfy_qty="1", mdfy_uv=str(run.next_price()), dmst_stex_tp="SOR"),
        needs=Capability.FAULTS,
        after_another=True,
    ),
)


def far_below(price: int) -> int:
    """Return a valid price so low that it is below the daily limits of an instrument with that lower limit."""
    unit: int = 10 ** max(len(str(price)) - 2, 0)
    return max(price // 2 // unit, 1) * unit


def _rejection_card(rejection: Rejection) -> Card[RejectionRun]:
    error = catalogue.errors()[rejection.code]

    def refuse(run: RejectionRun) -> None:
        check_refusal(rejection.code, rejection.api_id, run.context.call_raw(rejection.api_id, rejection.body(run)))

    before = (CardStep("buy", "an order is open at the lower limit", RejectionRun.place, may_skip=True),)
    return Card(
        rejection.number,
        f"{rejection.title} is refused with {rejection.code}",
        error.evidence,
        RejectionRun,
        (
            LOOK,
            *(before if rejection.after_another else ()),
            CardStep(
                "order", f"HTTP {error.http_status}, class {error.return_code}, {error.text}", refuse, may_skip=True
            ),
        ),
        rejection.needs,
        {code: why for code, why in SKIP_WHEN.items() if code != rejection.code},
        rejection.setup,
        in_hours=True,
        trades=rejection.needs is Capability.NONE,
    )


CARDS = tuple(_rejection_card(rejection) for rejection in REJECTIONS)
"""Cards 221 to 234."""
