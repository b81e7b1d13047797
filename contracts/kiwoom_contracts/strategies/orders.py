"""Sequences of order requests: orders are placed, and later steps modify and cancel them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

_BUY, _SELL, _MODIFY, _CANCEL = "kt10000", "kt10001", "kt10002", "kt10003"

LIMITS = ("0", "10", "20")
"""Order kinds (``trde_tp``) with a price: limit, IOC and FOK."""

OTHERS = ("3", "13", "23", "6", "16", "26", "7")
"""Order kinds without a price: market, best and first."""

NONE_YET = "0000000"
"""Order number in place of that of a refused step; no order has it."""

_PRICES = st.integers(255, 285).map(lambda thousands: thousands * 1_000)


@dataclass(frozen=True, slots=True)
class OrderStep:
    """One request of a sequence."""

    api_id: str
    fields: dict[str, str]
    of: int | None = None
    """Index of the step whose order is modified or cancelled; None for a new order."""

    def body(self, numbers: Sequence[str]) -> dict[str, str]:
        """Return the request body, given the order number (``ord_no``) of each step before; blank if it was refused."""
        if self.of is None:
            return self.fields
        return {**self.fields, "orig_ord_no": numbers[self.of] or NONE_YET}


def order_flows(
    code: str = "005930", prices: SearchStrategy[int] = _PRICES, *, most: int = 20
) -> SearchStrategy[list[OrderStep]]:
    """Strategy of sequences of up to ``most`` order requests for one instrument on KRX.

    Prices are in won, and should be on the tick grid; the default is around the base price of 005930 in the simulator.
    Every request is valid; whether the order is accepted depends on the market and the account.
    """
    return _flows(code, prices, most)


@st.composite
def _flows(draw: DrawFn, code: str, prices: SearchStrategy[int], most: int) -> list[OrderStep]:
    steps: list[OrderStep] = []
    for _ in range(draw(st.integers(1, most))):
        changes = bool(steps) and draw(st.booleans())
        steps.append(_change(draw, code, prices, steps) if changes else _place(draw, code, prices))
    return steps


def _place(draw: DrawFn, code: str, prices: SearchStrategy[int]) -> OrderStep:
    kind = draw(st.just(LIMITS[0]) | st.sampled_from(LIMITS + OTHERS))
    price = str(draw(prices)) if kind in LIMITS else ""
    quantity = str(draw(st.integers(1, 50)))
    fields = {"dmst_stex_tp": "KRX", "stk_cd": code, "ord_qty": quantity, "ord_uv": price, "trde_tp": kind}
    return OrderStep(draw(st.sampled_from([_BUY, _BUY, _SELL])), {**fields, "cond_uv": ""})


def _change(draw: DrawFn, code: str, prices: SearchStrategy[int], steps: list[OrderStep]) -> OrderStep:
    """Modify or cancel the order of an earlier step, mostly one that may be open; all of it (0) or a part."""
    may_be_open = [index for index, step in enumerate(steps) if step.fields.get("trde_tp") == LIMITS[0]]
    of = draw(st.sampled_from(may_be_open or range(len(steps))) | st.sampled_from(range(len(steps))))
    quantity = str(draw(st.just(0) | st.integers(1, 50)))
    fields = {"dmst_stex_tp": "KRX", "stk_cd": code}
    if draw(st.booleans()):
        return OrderStep(_CANCEL, {**fields, "cncl_qty": quantity}, of)
    return OrderStep(_MODIFY, {**fields, "mdfy_qty": quantity, "mdfy_uv": str(draw(prices)), "mdfy_cond_uv": ""}, of)
