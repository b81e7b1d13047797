"""Which pairs of type and item each event moves, and who hears of an order."""

from __future__ import annotations

import json
from collections import Counter as Tally
from collections import deque
from functools import partial
from typing import Any

import pytest

from kiwoom_contracts import catalogue
from kiwoom_mockserver.broker.broker import Outgoing
from kiwoom_mockserver.broker.profiles import OPEN
from kiwoom_mockserver.broker.subscriber import SessionState
from kiwoom_mockserver.broker.subscription_groups import RegistrationLimits, RegistrationRequest, pair_of
from kiwoom_mockserver.broker.subscriptions import Subscriptions
from kiwoom_mockserver.dispatch.broker_factory import open_broker
from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.commands import (
    Cancel,
    Command,
    EndDay,
    EndInterruption,
    FillOrder,
    Halt,
    Modify,
    OpenPhase,
    Place,
    PrintTrade,
    Quote,
    RejectOrder,
)
from kiwoom_mockserver.exchange.events import Refused
from kiwoom_mockserver.exchange.orders import Funding, OrderKind, TimeInForce
from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.realtime.protocol import RealtimeSession
from kiwoom_mockserver.realtime.publisher import frames_for
from kiwoom_mockserver.world.events import FailedExpectation, ScriptedFrame
from kiwoom_scenarios.timeline import OrderStep, TimelineStep, TradeStep
from realtime.market import ACCOUNT, BUY, DOUBLE, ELW, ETF, GOLD, KOSDAQ, SELL, SHARE, quote, small_market
from realtime.market import OTHER as OTHER_SHARE

OTHER = "8100000211"
Row = tuple[str, str]


class Room:
    """A small market with depth in its share and its ETF, two accounts, and a listener of all for each."""

    def __init__(self) -> None:
        self.world = small_market()
        self.world.open_account(Account(OTHER, "이영희", 100_000_000))
        quote(self.world, [(69_900, 5), (69_800, 5)], [(70_000, 3), (70_100, 4)])
        quote(self.world, [(10_000, 50)], [(10_005, 50)], ETF)
        self.subscriptions = Subscriptions()
        self.mine, self.theirs = (self.listener(account) for account in (ACCOUNT, OTHER))

    def listener(self, account: str, *pairs: Row) -> RealtimeSession:
        """A session that has registered some pairs, or everything."""
        session = RealtimeSession(None, lambda text: None, lambda code, reason: None)  # type: ignore[arg-type]
        session.state = SessionState.LOGGED_IN
        items = ["", *self.world.ledger.market_data, "MGD", "MGU"]
        everything = [pair_of(kind, item) for kind in catalogue.realtime() for item in items]
        session.subscription_groups.add(RegistrationRequest("1", True, list(pairs) or everything), RegistrationLimits())
        self.subscriptions.add(session, f"key of {account} {pairs}", (account,))
        self.subscriptions.follow_changes(session)
        return session

    def does(self, command: Command) -> list[Outgoing]:
        return frames_for(self.world, self.subscriptions, self.world.apply(command))

    def waits(self, to: int) -> list[Outgoing]:
        """What is told on the way to a moment."""
        broker = open_broker(self.world, OPEN, (), None)
        broker.subscriptions = self.subscriptions
        told: list[Outgoing] = []
        for session in (self.mine, self.theirs):
            session.send = partial(lambda one, text: told.append((text, [one])), session)
        deque(broker.run_timers(to), maxlen=0)
        return told

    def rows(self, told: list[Outgoing], session: RealtimeSession | None = None) -> list[Any]:
        """What a session is told, the first account's if none is named."""
        listener = session or self.mine
        return [row for text, audience in told if listener in audience for row in json.loads(text)["data"]]

    def pairs(self, command: Command) -> set[Row]:
        """Type and item of what a command tells, each once but for 00 and 04."""
        told = Tally((row["type"], row["item"]) for row in self.rows(self.does(command)))
        assert all(count == 1 for (kind, _), count in told.items() if kind not in ("00", "04"))
        return set(told)


@pytest.fixture
def room() -> Room:
    return Room()


def of(item: str, kinds: str) -> set[Row]:
    return {(kind, item) for kind in kinds.split()}


STOCK_TRADED = "0B 0C 0D 0F 0w"
QUOTED = "0A 0C 0D"
KOSPI = of("001", "0J 0U")
STOCKS = (SHARE, OTHER_SHARE, KOSDAQ, ETF, DOUBLE, ELW)
BOOKS = set().union(*(of(code, QUOTED) for code in (*STOCKS, GOLD)), of(ETF, "0G"), of(DOUBLE, "0G"))


@pytest.mark.parametrize(
    ("command", "moved"),
    [
        (PrintTrade(SHARE, 70_000, 1, BUY), of(SHARE, STOCK_TRADED) | KOSPI),
        (PrintTrade(KOSDAQ, 20_000, 1, BUY), of(KOSDAQ, STOCK_TRADED) | of("101", "0J 0U")),
        (PrintTrade(ETF, 10_000, 1, BUY), of(ETF, STOCK_TRADED + " 0G")),
        (PrintTrade(ELW, 450, 10, BUY), of(ELW, STOCK_TRADED + " 0m 0u")),
        (PrintTrade(GOLD, 193_500, 1, BUY), of(GOLD, "0B 0C 0D") | of("MGD", "0I") | of("MGU", "0I")),
        (PrintTrade("001", 250_100, 1, BUY), KOSPI),
        (PrintTrade("201", 30_100, 1, BUY), of("201", "0J 0U")),
        (Quote(SHARE, 70_000, [], [(70_100, 1)]), of(SHARE, QUOTED)),
        (Quote(ETF, 10_000, [], []), of(ETF, QUOTED + " 0G")),
        (Quote(GOLD, 193_500, [], []), of(GOLD, QUOTED)),
        (Halt(SHARE, halted=True), of(SHARE, QUOTED + " 0g")),
        (OpenPhase(Phase.CONTINUOUS), of("", "0s") | BOOKS),
        (EndDay(20261124), BOOKS),
        (Place(ACCOUNT, SHARE, BUY, 1, 60_000), of(SHARE, QUOTED + " 00")),
        (Place(OTHER, SHARE, BUY, 1, 60_000), of(SHARE, QUOTED)),
        (Place(ACCOUNT, SHARE, BUY, 1, 70_000), of(SHARE, STOCK_TRADED + " 0A 00 04") | KOSPI),
        (Place(OTHER, SHARE, BUY, 1, 70_000), of(SHARE, STOCK_TRADED + " 0A") | KOSPI),
        (PrintTrade(SHARE, 77_000, 1, BUY), of(SHARE, STOCK_TRADED + " 0A 0H 0g 1h") | KOSPI),
    ],
)
def test_moved_by(room: Room, command: Command, moved: set[Row]) -> None:
    assert room.pairs(command) == moved


def test_moved_by_hand(room: Room) -> None:
    room.does(Place(ACCOUNT, SHARE, BUY, 5, 60_000))
    assert room.pairs(FillOrder(ACCOUNT, 1, 2)) == of(SHARE, QUOTED + " 00 04")
    told = room.does(RejectOrder(ACCOUNT, 1, "571489"))
    assert {(row["type"], row["item"]) for row in room.rows(told)} == of(SHARE, QUOTED + " 00")
    assert story(room.rows(told)) == [("00", "0000001", "거부", "0000000", "0", "", "")]
    values = room.rows(told)[0]["values"]
    assert [values[fid] for fid in ("900", "903", "919", "938")] == ["5", "120000", "571489", "420"]
    assert story(room.rows(told, room.theirs)) == []


def test_moved_by_the_end_of_an_interruption(room: Room) -> None:
    room.does(PrintTrade(SHARE, 77_000, 1, BUY))
    assert of(SHARE, "0g 1h 0A 0C 0D") <= room.pairs(EndInterruption(SHARE))


def test_moved_by_an_auction(room: Room) -> None:
    begun = room.pairs(OpenPhase(Phase.OPENING_AUCTION))
    assert begun == of("", "0s") | BOOKS | {("0H", code) for code in STOCKS}
    assert room.pairs(Place(ACCOUNT, SHARE, BUY, 2, 70_000)) == of(SHARE, QUOTED + " 0H 00")
    cleared = room.pairs(OpenPhase(Phase.CONTINUOUS))
    assert of("", "0s") | of(SHARE, STOCK_TRADED + " 0H 00 04") | KOSPI <= cleared


def test_the_end_of_an_auction_is_told_once_and_to_who_registered_a_venue(room: Room) -> None:
    venue = room.listener(ACCOUNT, ("0H", SHARE + "_NX"))
    room.does(OpenPhase(Phase.OPENING_AUCTION))
    room.does(Place(ACCOUNT, SHARE, BUY, 2, 70_000))
    told = room.does(OpenPhase(Phase.CONTINUOUS))
    for session, item in ((room.mine, SHARE), (venue, SHARE + "_NX")):
        rows = [row for row in room.rows(told, session) if row["type"] == "0H" and row["item"] == item]
        assert [(row["values"]["10"], row["values"]["13"]) for row in rows] == [(" 70000", "2")]


def test_the_close_is_told_after_the_trade_that_makes_it(room: Room) -> None:
    room.does(OpenPhase(Phase.CLOSING_AUCTION))
    room.does(Place(ACCOUNT, SHARE, BUY, 2, 70_000))
    rows = room.rows(room.does(OpenPhase(Phase.AFTER_CLOSE)))
    told = [
        (row["type"], row["values"].get("290") or row["values"]["215"]) for row in rows if row["type"] in ("0B", "0s")
    ]
    assert told == [("0B", "2"), ("0s", "4"), ("0s", "8")]


def test_expected_price_is_not_pushed_before_it_is_published(room: Room) -> None:
    for phase in (Phase.PREVIOUS_CLOSE, Phase.OPENING_COLLECTING):
        assert not any(type_ == "0H" for type_, _ in room.pairs(OpenPhase(phase)))
        assert not any(type_ == "0H" for type_, _ in room.pairs(Place(ACCOUNT, SHARE, BUY, 2, 70_000)))
    assert ("0H", SHARE) in room.pairs(OpenPhase(Phase.OPENING_AUCTION))


def test_phase_of_gold_alone_is_no_session_of_the_market(room: Room) -> None:
    moved = room.pairs(OpenPhase(Phase.AFTER_CLOSE, only_gold=True))

    assert ("0s", "") not in moved
    assert {item for _, item in moved} == {GOLD}


def test_moved_after_hours(room: Room) -> None:
    room.does(OpenPhase(Phase.AFTER_HOURS))
    assert ("0E", SHARE) in room.pairs(Place(ACCOUNT, SHARE, BUY, 1, 0, OrderKind.AFTER_HOURS))
    rows = room.rows(room.does(OpenPhase(Phase.AFTER_CLOSE)))
    told = [row["values"] for row in rows if row["type"] == "0E"]
    assert [(values["131"], values["135"]) for values in told] == [("0", "0")], "the order has expired with its board"


def test_nothing_to_tell(room: Room) -> None:
    for command in (Place(ACCOUNT, SHARE, BUY, 1_000_000, 70_000), Cancel(ACCOUNT, SHARE, 77, 0)):
        events = room.world.apply(command)
        assert isinstance(events[0], Refused)
        assert frames_for(room.world, room.subscriptions, events) == []
    assert (
        frames_for(room.world, room.subscriptions, [])
        == frames_for(room.world, room.subscriptions, [FailedExpectation("surprise")])
        == []
    )
    empty = Subscriptions()
    assert frames_for(room.world, empty, room.world.apply(Place(ACCOUNT, SHARE, BUY, 5, 70_100))) == []


# -- own orders --------------------------------------------------------------------------------------------------------


def story(rows: list[Any]) -> list[tuple[str, ...]]:
    """00 as number, notice, parent, left, and this fill; 04 as what is held."""
    return [
        ("00", *(row["values"][fid] for fid in ("9203", "913", "904", "902", "914", "915")))
        if row["type"] == "00"
        else ("04", row["values"]["930"])
        for row in rows
        if row["type"] in ("00", "04")
    ]


def test_an_order_s_life(room: Room) -> None:
    bought = room.rows(room.does(Place(ACCOUNT, SHARE, BUY, 9, 70_100)))
    assert [row["type"] for row in bought[:5]] == ["00", "00", "04", "00", "04"], "its own story comes first"
    assert story(bought) == [
        ("00", "0000001", "접수", "0000000", "9", "", ""),
        ("00", "0000001", "체결", "0000000", "6", "70000", "3"),
        ("04", "3"),
        ("00", "0000001", "체결", "0000000", "2", "70100", "4"),
        ("04", "7"),
    ]
    assert story(room.rows(room.does(Modify(ACCOUNT, SHARE, 1, 1, 69_700)))) == [
        ("00", "0000002", "접수", "0000001", "1", "", ""),
        ("00", "0000002", "확인", "0000001", "1", "", ""),
    ]
    assert story(room.rows(room.does(Cancel(ACCOUNT, SHARE, 1, 0)))) == [
        ("00", "0000003", "접수", "0000001", "1", "", ""),
        ("00", "0000003", "확인", "0000001", "0", "", ""),
    ]


def test_a_fill_on_credit_is_followed_by_its_lot_and_the_sum_of_the_lots(room: Room) -> None:
    rows = room.rows(room.does(Place(ACCOUNT, SHARE, BUY, 5, 70_100, funding=Funding.LOAN)))
    told = [row["values"] for row in rows if row["type"] in ("00", "04")]
    assert [values.get("913") or values["917"] for values in told] == ["접수", "체결", "03", "99", "체결", "03", "99"]
    assert [values["930"] for values in told if "930" in values] == ["3", "3", "5", "5"]
    assert {(values["905"], values["922"]) for values in told if "905" in values} == {("+매수신용", "03")}


def test_a_modify_that_fills_at_once(room: Room) -> None:
    room.does(Place(ACCOUNT, SHARE, BUY, 2, 69_000))
    assert story(room.rows(room.does(Modify(ACCOUNT, SHARE, 1, 2, 70_000)))) == [
        ("00", "0000002", "접수", "0000001", "2", "", ""),
        ("00", "0000002", "확인", "0000001", "2", "", ""),
        ("00", "0000002", "체결", "0000001", "0", "70000", "2"),
        ("04", "2"),
    ]


def test_what_a_lifetime_takes_of_an_order_is_confirmed_with_nothing_left(room: Room) -> None:
    told = room.does(Place(ACCOUNT, SHARE, BUY, 9, 70_000, time_in_force=TimeInForce.IOC))
    assert story(room.rows(told)) == [
        ("00", "0000001", "접수", "0000000", "9", "", ""),
        ("00", "0000001", "체결", "0000000", "6", "70000", "3"),
        ("04", "3"),
        ("00", "0000001", "확인", "0000000", "0", "", ""),
    ]


def test_two_accounts_that_meet_hear_of_their_own_side(room: Room) -> None:
    room.does(Place(ACCOUNT, SHARE, BUY, 3, 70_000))
    room.does(Place(ACCOUNT, SHARE, SELL, 2, 70_000))
    told = room.does(Place(OTHER, SHARE, BUY, 2, 70_000))
    assert story(room.rows(told)) == [("00", "0000002", "체결", "0000000", "0", "70000", "2"), ("04", "1")]
    assert story(room.rows(told, room.theirs)) == [
        ("00", "0000003", "접수", "0000000", "2", "", ""),
        ("00", "0000003", "체결", "0000000", "0", "70000", "2"),
        ("04", "2"),
    ]
    for session, account in ((room.mine, ACCOUNT), (room.theirs, OTHER)):
        own = [row for row in room.rows(told, session) if row["type"] in ("00", "04")]
        assert {row["values"]["9201"] for row in own} == {account}


def test_every_session_of_an_account_hears_of_it(room: Room) -> None:
    orders, balance = room.listener(ACCOUNT, ("00", "")), room.listener(ACCOUNT, ("04", ""))
    told = room.does(Place(ACCOUNT, SHARE, BUY, 1, 70_000))
    assert [row["type"] for row in room.rows(told, orders)] == ["00", "00"]
    assert [row["type"] for row in room.rows(told, balance)] == ["04"]


# -- rows --------------------------------------------------------------------------------------------------------------


def test_several_prints_of_one_command_are_one_row(room: Room) -> None:
    rows = [row for row in room.rows(room.does(Place(ACCOUNT, SHARE, BUY, 7, 70_100))) if row["type"] == "0B"]
    assert [(row["values"]["10"], row["values"]["15"], row["values"]["13"]) for row in rows] == [("+70100", "+7", "7")]


def test_rows_of_two_steps_of_one_moment_add_up_to_the_volume(room: Room) -> None:
    world = room.world
    world.play(
        tuple(TimelineStep(at=1_000, trade=TradeStep(code=SHARE, quantity=quantity, side="buy")) for quantity in (3, 4))
    )
    told = room.waits(world.now + 1_000)
    rows = [row["values"] for row in room.rows(told) if row["type"] == "0B"]
    assert sum(abs(int(row["15"])) for row in rows) == int(rows[-1]["13"]) == 7


def test_an_order_of_the_moment_at_which_its_day_ends_is_told(room: Room) -> None:
    """The step of a script that has waited for more than a day comes before the end of the day at the same moment."""
    world = room.world
    begun = world.now
    until_midnight = 38 * 3_600_000_000
    world.play((TimelineStep(at=until_midnight, order=OrderStep(side="buy", code=SHARE, quantity=1, price=69_000)),))
    told = story(room.rows(room.waits(begun + until_midnight)))
    assert ("00", "0000001", "접수", "0000000", "1", "", "") in told


def test_a_row_is_made_once_for_all_who_listen(room: Room) -> None:
    told = room.does(PrintTrade(SHARE, 70_000, 1, BUY))
    rows = {(row["type"], row["item"]) for row in room.rows(told)}
    assert len(told) == len(rows) > 1
    assert all(audience == [room.mine, room.theirs] for _, audience in told)


def test_a_venue_hears_under_its_own_label(room: Room) -> None:
    suffixed = room.listener(ACCOUNT, ("0B", SHARE + "_NX"), ("0B", SHARE + "_AL"))
    rows = room.rows(room.does(PrintTrade(SHARE, 70_000, 1, BUY)), suffixed)
    assert [(row["item"], row["values"]["9081"]) for row in rows] == [(SHARE + "_NX", "NXT"), (SHARE + "_AL", "KRX")]


def test_an_interruption_is_told_once_to_who_registered_it_twice(room: Room) -> None:
    any_item, own = room.listener(ACCOUNT, ("1h", "")), room.listener(ACCOUNT, ("1h", SHARE))
    another = room.listener(ACCOUNT, ("1h", KOSDAQ))
    told = room.does(PrintTrade(SHARE, 77_000, 1, BUY))
    for session, count in ((room.mine, 1), (any_item, 1), (own, 1), (another, 0)):
        rows = [row for row in room.rows(told, session) if row["type"] == "1h"]
        assert [(row["item"], row["values"]["9001"]) for row in rows] == [(SHARE, SHARE)] * count


@pytest.mark.parametrize(
    ("literal", "row"),
    [
        (
            ScriptedFrame("0B", SHARE, {"20": "100001", "10": "+1"}, None),
            {"values": {"20": "100001", "10": "+1"}, "type": "0B", "name": "주식체결", "item": SHARE},
        ),
        (ScriptedFrame("00", "whatever", {}, "이름"), {"values": {}, "type": "00", "name": "이름", "item": "whatever"}),
    ],
)
def test_a_literal_frame_is_told_word_for_word(room: Room, literal: ScriptedFrame, row: dict[str, Any]) -> None:
    before = room.world.state_hash()
    told = frames_for(room.world, room.subscriptions, [literal])
    assert room.rows(told) == room.rows(told, room.theirs) == [row]
    assert room.world.state_hash() == before
    assert frames_for(room.world, room.subscriptions, [ScriptedFrame("0B", "nobody's", {}, None)]) == []


def test_a_live_search_hears_what_comes_in_and_goes_out(room: Room) -> None:
    room.mine.searches["0"] = {}
    room.subscriptions.follow_changes(room.mine)
    found = []
    for price in (70_100, 70_200, 69_900):
        told = [row for row in room.rows(room.does(PrintTrade(SHARE, price, 1, BUY))) if row["type"] == "02"]
        found.append([(row["item"], row["values"]["843"]) for row in told])
    assert found == [[(SHARE, "I")], [], [(SHARE, "D")]]
    assert room.rows(room.does(PrintTrade("001", 250_100, 1, BUY)))[-1]["type"] != "02"
