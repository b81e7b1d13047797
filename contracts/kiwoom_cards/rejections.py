"""Cards of orders that are not taken: prices are those of the day, and nothing stays open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from kiwoom_cards.answers import check_refusal
from kiwoom_cards.model import Card, CardStep, WorldSetup
from kiwoom_cards.target import Capability
from kiwoom_cards.trading import BUY, CANCEL, MODIFY, SELL, SKIP_WHEN, TradingRun
from kiwoom_contracts import catalogue


class RejectionRun(TradingRun):
    """An order, and another one that may stand open meanwhile."""

    number = "9999999"

    def place(self) -> None:
        self.number = self.buy().record.text("ord_no")

    def order(self, **changes: str) -> dict[str, str]:
        body = {"dmst_stex_tp": "KRX", "stk_cd": self.context.code, "trde_tp": "0"}
        return body | {"ord_qty": "1", "ord_uv": str(self.low)} | changes

    def change(self, **changes: str) -> dict[str, str]:
        return {"dmst_stex_tp": "KRX", "orig_ord_no": self.number, "stk_cd": self.context.code} | changes

    def modify_one(self) -> dict[str, str]:
        return self.change(mdfy_qty="1", mdfy_uv=str(self.low))


class Rejection(NamedTuple):
    """An order, and the code that it is refused with."""

    code: str
    title: str
    api_id: str
    body: Callable[[RejectionRun], Mapping[str, str]]
    setup: WorldSetup = WorldSetup()
    needs: Capability = Capability.NONE
    after_another: bool = False
    """Whether an order stands open by then."""


REJECTIONS = (
    Rejection("RC4003", "A price off the tick grid", BUY, lambda new_run: new_run.order(ord_uv=str(new_run.low + 1))),
    Rejection(
        "RC4027", "A price below the limit", BUY, lambda new_run: new_run.order(ord_uv=str(far_below(new_run.low)))
    ),
    Rejection("RC4025", "A buy for more than there is", BUY, lambda new_run: new_run.order(ord_qty="900000000")),
    Rejection("RC4099", "An order for nothing", BUY, lambda new_run: new_run.order(ord_qty="0")),
    Rejection(
        "800033",
        "A sale of more than there is",
        SELL,
        lambda new_run: new_run.order(ord_qty="900000000", ord_uv=str(new_run.high)),
    ),
    Rejection("RC4032", "A modify of an order that never was", MODIFY, RejectionRun.modify_one),
    Rejection(
        "RC4034", "A modify to the price that the order has", MODIFY, RejectionRun.modify_one, after_another=True
    ),
    Rejection("1902", "An order for what is not listed", BUY, lambda new_run: new_run.order(stk_cd="118970")),
    Rejection("1511", "A cancel that names no quantity", CANCEL, lambda new_run: new_run.change()),
    Rejection(
        "521790",
        "A kind of order for which it is not the time",
        BUY,
        lambda new_run: new_run.order(trde_tp="81", ord_uv=""),
        needs=Capability.FAULTS,
    ),
    Rejection(
        "RC9000",
        "An order to SOR",
        BUY,
        lambda new_run: new_run.order(dmst_stex_tp="SOR"),
        WorldSetup(profile="mockapi"),
    ),
)


def far_below(price: int) -> int:
    """A price on the tick grid, and below the daily limits of what stands at this one."""
    unit: int = 10 ** max(len(str(price)) - 2, 0)
    return max(price // 2 // unit, 1) * unit


def _card(number: int, rejection: Rejection) -> Card[RejectionRun]:
    error = catalogue.errors()[rejection.code]

    def refuse(new_run: RejectionRun) -> None:
        check_refusal(
            rejection.code, rejection.api_id, new_run.context.answer(rejection.api_id, rejection.body(new_run))
        )

    before = (CardStep("buy", "an order stands open at the lower limit", RejectionRun.place, may_skip=True),)
    return Card(
        number,
        f"{rejection.title} is refused with {rejection.code}",
        error.evidence,
        RejectionRun,
        (
            CardStep("look", "ka10001 tells daily limits around the base price", RejectionRun.look),
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


CARDS = tuple(_card(221 + place, rejection) for place, rejection in enumerate(REJECTIONS))
"""Cards 221 and on."""
