"""A client that believes 00 alone: it keeps its positions from 905, 907, 911 and 915 of each 체결."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

CASH, CREDIT = "cash", "credit"
Positions = dict[tuple[str, str], int]
"""Shares by code, and by whose money paid for them."""


class NaiveClient:
    """Counts what its orders have bought and sold."""

    def __init__(self) -> None:
        self.filled: dict[str, int] = {}
        """Shares that each order has traded, as 911 told last."""
        self.positions: Positions = {}

    def hears(self, values: Mapping[str, str]) -> None:
        """Take one 00. The new shares are what 911 grew by, and 915 must say the same."""
        if values["913"] != "체결":
            return
        number, so_far, left = values["9203"], int(values["911"]), int(values["902"])
        new = so_far - self.filled.get(number, 0)
        assert new == int(values["915"]) > 0
        assert so_far + left == int(values["900"])
        self.filled[number] = so_far
        buys = values["907"] == "2"
        assert values["905"].startswith("+매수" if buys else "-매도")
        held = values["9001"], CREDIT if "신용" in values["905"] else CASH
        self.positions[held] = self.positions.get(held, 0) + (new if buys else -new)
        if not self.positions[held]:
            del self.positions[held]


def positions_of(rows: Iterable[Mapping[str, str]]) -> Positions:
    """The positions in the rows of kt00018 with loans added up."""
    return {(row["stk_cd"][1:], CREDIT if row["crd_tp"] == "99" else CASH): int(row["rmnd_qty"]) for row in rows}
