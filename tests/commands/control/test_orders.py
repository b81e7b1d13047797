"""Orders, from a shell."""

from __future__ import annotations

from commands.control.shell import run, said
from kiwoom_mockserver.admin.mock_world import MockWorld
from wire import Wire


def test_orders_are_shown_filled_and_rejected(client: Wire, kiwoom: MockWorld) -> None:
    client.buy(10, 69_000)
    client.buy(1, 69_000)
    assert [order["number"] for order in said(kiwoom, "orders", "list")] == ["0000001", "0000002"]
    assert said(kiwoom, "orders", "fill", "1", "4", "68500")["open"] == 6
    assert said(kiwoom, "orders", "fill", "0000001")["state"] == "filled"
    assert said(kiwoom, "orders", "reject", "2", "571489")["open"] == 0
    assert said(kiwoom, "orders", "get", "2") == said(kiwoom, "orders", "list")[1]
    assert kiwoom.customer.holdings == {"005930": 10}
    for words in (("get", "3"), ("fill", "3"), ("reject", "x")):
        refused = run(kiwoom, "orders", *words)
        assert (refused.exit_code, refused.stderr) == (
            1,
            f"Error: there is no order {words[1]} today; see docs/control.md#errors\n",
        )
