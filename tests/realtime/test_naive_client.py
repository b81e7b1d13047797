"""A day of trading in a client that believes 00 alone: its positions are those of kt00018 at each step."""

from __future__ import annotations

from kiwoom_mockserver.exchange.commands import (
    EndDay,
    EndInterruption,
    FillOrder,
    OpenPhase,
    Place,
    PrintTrade,
    Quote,
    SetHolding,
)
from kiwoom_mockserver.exchange.invariants import violations
from kiwoom_mockserver.exchange.orders import OrderKind, Side
from kiwoom_mockserver.exchange.session import Phase
from realtime.naive_client import CASH, CREDIT, Positions
from realtime.test_rest_and_frames_agree import Deed, Story, cancel, command, happens, modify, on_credit, order
from rest.stage import ACCOUNT, SHARE


def quoted(bids: list[tuple[int, int]], asks: list[tuple[int, int]]) -> Deed:
    return happens(Quote(SHARE, 70_000, bids, asks))


def counterpart(side: Side, quantity: int, price: int, kind: OrderKind = OrderKind.LIMIT) -> Deed:
    """The other customer trades."""
    return command(lambda story: Place(story.other, SHARE, side, quantity, price, kind))


def filled_by_hand(number: int, quantity: int) -> Deed:
    return happens(FillOrder(ACCOUNT, number, quantity))


DAY: list[tuple[str, Deed, int, int]] = [
    # what happens, and the shares that are held afterwards: paid for, and on credit
    ("a buy fills at two prices and rests", order("kt10000", 9, 70_200, "0"), 7, 0),
    ("a part of the rest is modified and fills", modify(1, 1, 70_300), 8, 0),
    ("what was left under the old number fills", counterpart(Side.SELL, 1, 70_200), 9, 0),
    ("a sale at the market", order("kt10001", 4, 0, "3"), 5, 0),
    ("new depth", quoted([(69_900, 20)], [(70_100, 3), (70_200, 4), (70_300, 10)]), 5, 0),
    ("a buy below the market rests", order("kt10000", 8, 69_000, "0"), 5, 0),
    ("a fill by hand", filled_by_hand(5, 2), 7, 0),
    ("a part is cancelled", cancel(5, 3), 7, 0),
    ("the rest is filled by hand, in two steps", filled_by_hand(5, 1), 8, 0),
    ("and the last of it", filled_by_hand(5, 2), 10, 0),
    ("IOC takes what there is", order("kt10000", 9, 70_200, "10"), 17, 0),
    ("FOK takes nothing", order("kt10000", 11, 70_300, "20"), 17, 0),
    ("a buy on credit at one price, and rests", on_credit("kt10006", 12, 70_300, "0"), 17, 10),
    ("the rest of it meets a sale", counterpart(Side.SELL, 2, 70_300), 17, 12),
    ("one loan is repaid in part", on_credit("kt10007", 2, 0, "3"), 17, 10),
    ("any loans are repaid in part", on_credit("kt10007", 3, 0, "3"), 17, 7),
    ("a jump interrupts trading", happens(PrintTrade(SHARE, 77_000, 1, Side.BUY)), 17, 7),
    ("a sale waits in the auction", order("kt10001", 6, 76_900, "0"), 17, 7),
    ("so does a buy", counterpart(Side.BUY, 4, 77_000), 17, 7),
    ("the auction ends", happens(EndInterruption(SHARE)), 13, 7),
    ("the closing auction begins", happens(OpenPhase(Phase.CLOSING_AUCTION)), 13, 7),
    ("a buyer comes", counterpart(Side.BUY, 9, 76_900), 13, 7),
    ("a sale at the market joins", order("kt10001", 5, 0, "3"), 13, 7),
    ("the market closes", happens(OpenPhase(Phase.AFTER_HOURS_COLLECTING)), 6, 7),
    ("a sale at the close", order("kt10001", 3, 0, "81"), 6, 7),
    ("its buyer", counterpart(Side.BUY, 2, 0, OrderKind.AFTER_HOURS), 6, 7),
    ("closing-price trading", happens(OpenPhase(Phase.AFTER_HOURS)), 4, 7),
    ("the day ends, and what is open expires", happens(EndDay(20261124)), 4, 7),
]


def held(cash: int, credit: int) -> Positions:
    return {(SHARE, money): shares for money, shares in ((CASH, cash), (CREDIT, credit)) if shares}


def test_a_day_of_trading() -> None:
    story = Story(used_up=True)
    story.broker.apply(SetHolding(story.other, SHARE, 100, 70_000))
    for what, deed, cash, credit in DAY:
        answer = deed(story)
        assert answer is None or answer["return_code"] == 0, (what, answer)
        story.hear()
        assert story.naive.positions == held(cash, credit), what
        assert story.positions() == held(cash, credit), what
        assert violations(story.broker.world.exchange) == []
    states = {values["913"] for values in story.orders}
    assert states == {"접수", "체결", "확인"}
    assert {values["905"] for values in story.orders} == {
        "+매수", "-매도", "+매수정정", "매수취소", "+매수신용", "-매도신용",
    }  # fmt: skip
