"""Flows of orders: some are placed, and later steps modify and cancel them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

_BUY, _SELL, _MODIFY, _CANCEL = "kt10000", "kt10001", "kt10002", "kt10003"

LIMITS = ("0", "10", "20")
"""Kinds (``trde_tp``) that name a price: a limit, and one that lives for the moment (IOC, FOK)."""

OTHERS = ("3", "13", "23", "6", "16", "26", "7")
"""Kinds that name none: market, best, and first."""

NONE_YET = "0000000"
"""Stands for the number of a step that was refused; no order has it."""

_PRICES = st.integers(255, 285).map(lambda thousands: thousands * 1_000)


@dataclass(frozen=True, slots=True)
class OrderStep:
    """One request of a flow."""

    api_id: str
    fields: dict[str, str]
    of: int | None = None
    """The step, from 0 on, whose order is modified or cancelled."""

    def body(self, numbers: Sequence[str]) -> dict[str, str]:
        """The body, where the steps before it got these order numbers (``ord_no``), blank where one was refused."""
        if self.of is None:
            return self.fields
        return {**self.fields, "orig_ord_no": numbers[self.of] or NONE_YET}


def order_flows(
    code: str = "005930", prices: SearchStrategy[int] = _PRICES, *, most: int = 20
) -> SearchStrategy[list[OrderStep]]:
    """Flows of up to so many requests about one instrument, on KRX.

    The prices are won, and should lie on its tick grid; by default they do around the simulator's 005930. Every request
    keeps its contract; whether it is taken depends on market and account.
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
    """Modify or cancel the order of an earlier step, mostly one that may live; all of it (0) or a part."""
    may_live = [index for index, step in enumerate(steps) if step.fields.get("trde_tp") == LIMITS[0]]
    of = draw(st.sampled_from(may_live or range(len(steps))) | st.sampled_from(range(len(steps))))
    quantity = str(draw(st.just(0) | st.integers(1, 50)))
    fields = {"dmst_stex_tp": "KRX", "stk_cd": code}
    if draw(st.booleans()):
        return OrderStep(_CANCEL, {**fields, "cncl_qty": quantity}, of)
    return OrderStep(_MODIFY, {**fields, "mdfy_qty": quantity, "mdfy_uv": str(draw(prices)), "mdfy_cond_uv": ""}, of)
