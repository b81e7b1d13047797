"""The market, from a shell."""

from __future__ import annotations

from commands.control.shell import run, said
from kiwoom_mockserver.admin.mock_world import MockWorld
from rest.stage import SHARE
from wire import Wire


def test_the_market(client: Wire, kiwoom: MockWorld) -> None:
    assert said(kiwoom, "instrument", SHARE)["price"] == 70_000
    assert said(kiwoom, "set-price", SHARE, "69000")["price"] == kiwoom.market.price(SHARE) == 69_000
    assert said(kiwoom, "trade", SHARE, "69100", "3", "--sell")["price"] == 69_100
    assert kiwoom.broker.world.ledger.market_data[SHARE].trade == -3
    book = said(kiwoom, "set-order-book", SHARE, "--bid", "68900", "5", "--bid", "68800", "1", "--ask", "69200", "2")
    assert (book["bids"], book["asks"]) == ([[68_900, 5], [68_800, 1]], [[69_200, 2]])
    assert said(kiwoom, "halt", SHARE)["halted"]
    assert "RC4007" in client.buy(1, 69_000)["return_msg"]
    assert not said(kiwoom, "resume", SHARE)["halted"]
    assert said(kiwoom, "sidecar", "kosdaq", "buy") == "2026-11-23T10:05:00+09:00"
    assert said(kiwoom, "circuit-breaker", "kosdaq", "1") == "2026-11-23T10:20:00+09:00"
    assert (
        run(kiwoom, "circuit-breaker", "kosdaq", "2").stderr
        == "Error: stage 1 of the circuit breaker of kosdaq is on; see docs/control.md#errors\n"
    )
    assert said(kiwoom, "session") == "continuous"
    assert said(kiwoom, "open-session", "after-close") == kiwoom.market.session == "after-close"
    assert said(kiwoom, "play", "still")["name"] == kiwoom.name
    assert (
        run(kiwoom, "instrument", "999999").stderr
        == "Error: instrument 999999 is not listed; see docs/control.md#errors\n"
    )


def test_prices_and_interruptions(client: Wire, kiwoom: MockWorld) -> None:
    assert run(kiwoom, "set-price", SHARE, "80050").stderr.startswith(
        "Error: price: 80,050 is off the tick grid of 005930"
    )
    assert said(kiwoom, "set-price", SHARE, "80050", "--force")["price"] == 80_050
    assert said(kiwoom, "trade", SHARE, "80060", "--force")["interrupted"] is None
    assert said(kiwoom, "set-price", SHARE, "70000", "--interrupt")["interrupted"].startswith("2026-11-23T10:02:")
    assert said(kiwoom, "resume", SHARE)["interrupted"] is None
    until = said(kiwoom, "vi", SHARE, "--percent", "-5")
    assert until == said(kiwoom, "instrument", SHARE)["interrupted"]
    assert said(kiwoom, "instrument", SHARE)["price"] == 66_500
    (begin, *_) = said(kiwoom, "journal", "find", "vi", "--kind", "event", "--field", "state", "begin")
    assert begin["answer"]["price"] == "70000"
