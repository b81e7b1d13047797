"""Card 1: the life of an order that never fills."""

from __future__ import annotations

from datetime import datetime

from kiwoom_contracts.cards.model import Card, Power, Step, Target, demand
from kiwoom_contracts.model import Evidence
from kiwoom_reference_client import KST, Balance, Kiwoom, OrderRejected, Record, Side

NOTHING_LEFT = "RC4033"


class OrderChain:
    """One share, bought at the lower daily limit, so far from the market that it does not fill."""

    def __init__(self, client: Kiwoom, target: Target) -> None:
        self._client = client
        self._code = target.instrument
        self._price = 0
        self._before = (0, 0)
        self._root = ""
        self._newest = ""
        self._may_be_open = False

    def take_token(self) -> None:
        token = self._client.token()
        demand(bool(token.text), "the token is empty")
        demand(token.expires > datetime.now(KST), f"the token ended at {token.expires:%Y-%m-%d %H:%M:%S}")

    def look(self) -> None:
        self._before = self._found()
        quote = self._client.call("ka10001", stk_cd=self._code)
        self._price = quote.price("lst_pric")
        base = quote.whole("base_pric")
        demand(0 < self._price < base, f"lower limit {self._price}, reference price {base}")

    def buy(self) -> None:
        self._may_be_open = True
        placed = self._client.buy(self._code, 1, self._price)
        self._root = self._newest = placed.number
        demand(len(placed.number) == 7, f"ord_no is {placed.number}")
        demand(placed.venue == "KRX", f"dmst_stex_tp is {placed.venue}")
        demand(self._open_numbers() >= {placed.number}, f"{placed.number} is not among the open orders")

    def modify(self) -> None:
        before = self._newest
        modified = self._client.modify(before, self._code, price_above(self._price))
        self._newest = modified.number
        demand(modified.number != before, f"the order kept its number {before}")
        demand(modified.root == self._root, f"base_orig_ord_no is {modified.root}, the root is {self._root}")
        demand(modified.quantity == 1, f"mdfy_qty is {modified.quantity}")
        numbers = self._open_numbers()
        demand(modified.number in numbers, f"{modified.number} is not among the open orders")
        demand(before not in numbers, f"{before} is still among the open orders")

    def cancel(self) -> None:
        cancelled = self._client.cancel(self._newest, self._code)
        demand(cancelled.number not in (self._root, self._newest), f"ord_no {cancelled.number} is not new")
        demand(cancelled.root == self._root, f"base_orig_ord_no is {cancelled.root}, the root is {self._root}")
        demand(cancelled.quantity == 1, f"cncl_qty is {cancelled.quantity}")
        numbers = self._open_numbers()
        demand(not numbers & {self._root, self._newest, cancelled.number}, "the order is still among the open ones")

    def cancel_the_dead(self) -> None:
        self._demand_dead(self._newest)
        self._demand_dead(self._root)

    def leave(self) -> None:
        after = self._found()
        demand(after == self._before, f"{self._before} (orderable won, shares held) became {after}")

    def tidy_up(self) -> None:
        """Cancel what the steps left open: known by its price and size, since a number may have been lost."""
        if not self._may_be_open:
            return
        for number in self._left_open():
            self._client.cancel(number, self._code)
        left = self._left_open()
        demand(not left, f"still open: {', '.join(left)}")

    def _demand_dead(self, number: str) -> None:
        try:
            self._client.cancel(number, self._code)
        except OrderRejected as rejection:
            demand(rejection.code == NOTHING_LEFT, f"{number} was refused with {rejection.code}")
        else:
            demand(False, f"{number} was cancelled although nothing was left of it")

    def _open(self) -> tuple[Record, ...]:
        answer = self._client.call("ka10075", all_stk_tp="1", trde_tp=Side.BUY, stk_cd=self._code, stex_tp="1")
        return answer.rows("oso")

    def _open_numbers(self) -> set[str]:
        return {row.text("ord_no") for row in self._open()}

    def _left_open(self) -> list[str]:
        prices = (self._price, price_above(self._price))
        return [
            row.text("ord_no") for row in self._open() if row.whole("oso_qty") == 1 and row.price("ord_pric") in prices
        ]

    def _found(self) -> tuple[int, int]:
        balance = self._client.balance()
        return balance.orderable, _held(balance, self._code)


def _held(balance: Balance, code: str) -> int:
    return sum(holding.quantity for holding in balance.holdings if holding.code == code)


def price_above(price: int) -> int:
    """The next price above with three digits that count: by a percent at most, and on every tick grid of shares."""
    unit: int = 10 ** max(len(str(price)) - 3, 0)
    return (price // unit + 1) * unit


CARD = Card(
    number=1,
    title="An order is bought, modified and cancelled, and every number of its chain leads to its root",
    evidence=Evidence(
        level="observed",
        where="mock domain for buy, cancel and RC4033; pages 422 to 428 of the document for the root of a chain",
    ),
    skip_when={
        "RC4010": "the market is closed today",
        "RC4057": "the market has not opened yet",
        "RC4058": "the market has closed",
        "RC4025": "the account has not enough cash for one share",
        "RC4091": "the account has ended",
    },
    needs=Power.NONE,
    play=OrderChain,
    steps=(
        Step("token", "a token that ends in the future of the client's own clock", OrderChain.take_token),
        Step("look", "ka10001 tells a lower daily limit below the reference price", OrderChain.look),
        Step(
            "buy",
            "one share at the lower limit is taken under a number of 7 digits and stands open",
            OrderChain.buy,
            may_skip=True,
        ),
        Step("modify", "one share moves to a new number, the root stays, the old number is gone", OrderChain.modify),
        Step("cancel", "one share is cancelled under a new number, the root stays", OrderChain.cancel),
        Step("cancel the dead", "each number of the chain is refused with RC4033", OrderChain.cancel_the_dead),
        Step("leave", "cash to order with and shares held are what they were", OrderChain.leave),
    ),
)
