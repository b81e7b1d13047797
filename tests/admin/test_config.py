from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from textwrap import dedent
from typing import get_args

import msgspec
import pytest

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.factory import create_broker
from kiwoom_mockserver.broker.key_kinds import KEY_KINDS
from kiwoom_mockserver.broker.profiles import SETTINGS
from kiwoom_mockserver.exchange.instruments import Designation, Market, ShareType
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.calendar import Hours
from kiwoom_scenarios.loader import load_instruments, load_scenario, scenario_of
from kiwoom_scenarios.model import (
    DaySpec,
    Instruments,
    InstrumentSpec,
    KeyKind,
    KeySpec,
    RefusalSpec,
    Scenario,
    Setting,
)
from kiwoom_scenarios.origin import ScenarioError
from kiwoom_scenarios.timeline import AuctionStep, JumpStep, OrderBookStep, OrderStep, TimelineStep, TradeStep
from wire import Worlds

SATURDAY = kst.moment(datetime(2026, 11, 21, 3, 0))


def test_a_manual_clock_starts_at_ten_of_the_next_exchange_day() -> None:
    now = create_broker(WorldConfig(clock="manual"), SATURDAY).world.now
    assert f"{kst.at(now):%Y-%m-%d %H:%M:%S}" == "2026-11-23 10:00:00"


def test_a_start_may_be_a_closed_day_and_a_real_clock_runs_on_from_it() -> None:
    broker = create_broker(WorldConfig(start=datetime(2026, 11, 22, 23, 59, 59)), SATURDAY)
    broker.catch_up(SATURDAY + 2 * kst.SECOND)
    assert f"{kst.at(broker.world.now):%Y-%m-%d %H:%M:%S}" == "2026-11-23 00:00:01"
    assert broker.world.ledger.day == 20261123


def test_a_scenario_changes_single_settings(worlds: Worlds) -> None:
    scenario = Scenario(name="s", description="", settings={"reissue": "replace", "page_size": 2})
    wire = worlds.open(WorldConfig(clock="manual", scenario=scenario))
    assert wire.kiwoom.broker.profile.page_size == 2
    first = wire.token
    assert wire.login().token != first
    assert "[8005:" in wire.send("ka00001", {}, authorization=f"Bearer {first}").json()["return_msg"]


def test_what_is_asked_for_by_name_beats_the_scenario() -> None:
    scenario = Scenario(name="s", description="", settings={"hours": "krx"})
    assert create_broker(WorldConfig(scenario=scenario), SATURDAY).profile.hours is Hours.KRX
    assert create_broker(WorldConfig(scenario=scenario, hours=Hours.OPEN), SATURDAY).profile.hours is Hours.OPEN


def test_keys_are_those_of_the_accounts_in_their_order() -> None:
    scenario = Scenario(
        name="s", description="", keys=(KeySpec("corporate"), KeySpec(token="here", terminals=("::1",)))
    )
    broker = create_broker(WorldConfig(scenario=scenario, accounts=3), SATURDAY)
    assert [(key.appkey[-2:], key.kind, key.terminals) for key in broker.state.keys.values()] == [
        ("ey", "corporate", ()),
        ("-2", "mock", ("::1",)),
        ("-3", "mock", ()),
    ]
    first, second, third = broker.state.keys.values()
    assert first.token is third.token is None
    assert second.token is not None
    assert (second.token.text, second.token.address) == ("here", "")
    assert second.token.expires == SATURDAY + kst.DAY


def test_every_kind_of_key_that_a_scenario_can_name_is_known() -> None:
    assert get_args(KeyKind) == tuple(KEY_KINDS)


def test_more_keys_than_accounts_are_named() -> None:
    scenario = Scenario(name="s", description="", keys=(KeySpec(), KeySpec()))
    with pytest.raises(ScenarioError, match="there are no more accounts than 1"):
        create_broker(WorldConfig(scenario=scenario), SATURDAY)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (RefusalSpec("4711"), "code: 4711 is not an error code"),
        (
            RefusalSpec("8103", "kt99999"),
            "covers: kt99999 is not an API; `kiwoom-mockserver contracts coverage` lists all",
        ),
        (RefusalSpec("8103"), "values: the text of 8103 takes 1 values: 토큰 인증 또는"),
        (RefusalSpec("8005", values=("x",)), "values: the text of 8005 takes 0 values"),
    ],
)
def test_a_rule_that_makes_no_sense_is_named(spec: RefusalSpec, said: str) -> None:
    scenario = Scenario(name="s", description="", refusals=(RefusalSpec("8005"), spec))
    with pytest.raises(ScenarioError, match=re.escape(said)):
        create_broker(WorldConfig(scenario=scenario), SATURDAY)


def test_an_instrument_is_listed_once() -> None:
    twice = Instruments(instruments=(InstrumentSpec("005930", price=270_000), InstrumentSpec("005930")))
    with pytest.raises(ScenarioError, match="005930 is listed twice"):
        create_broker(WorldConfig(instruments=twice), SATURDAY)


def test_depth_of_ones_own_stays_over_the_days() -> None:
    spec = InstrumentSpec("005930", bids=((268_500, 3),), asks=())
    world = create_broker(WorldConfig(clock="manual", instruments=Instruments(instruments=(spec,))), SATURDAY).world
    world.advance(world.now + 2 * kst.DAY)
    market_data = world.ledger.market_data["005930"]
    assert (market_data.bids, market_data.asks) == ([(268_500, 3)], [])


def test_a_scenario_opens_a_session_and_names_days() -> None:
    days = {date(2026, 11, 23): DaySpec(closed=True), date(2026, 11, 24): DaySpec(shift=60)}
    scenario = Scenario(name="s", description="", session="closing-auction", days=days, settings={"hours": "krx"})
    world = create_broker(WorldConfig(clock="manual", scenario=scenario), SATURDAY).world
    assert str(world.ledger.phase) == "closing-auction"
    world.advance(kst.moment(datetime(2026, 11, 24, 9, 29)))
    assert (world.ledger.day, str(world.ledger.phase)) == (20261124, "before-open")
    world.advance(kst.moment(datetime(2026, 11, 24, 9, 30)))
    assert str(world.ledger.phase) == "previous-close"


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("page_size", -1, "expected `int` >= 0"),
        ("page_size", "many", "expected `int`, got `str`"),
        ("reissue", "sometimes", "invalid enum value 'sometimes'"),
        ("venues", "KRX", "expected `array`, got `str`"),
        ("realtime.missed_pings", -1, "expected `int` >= 0"),
        ("realtime.missed_ping", 1, 'unknown setting; did you mean "realtime.missed_pings"?'),
        ("realtime.limits", 1, 'unknown setting; did you mean "realtime.limits.codes"?'),
        ("name", "mine", f"unknown setting; expected one of {', '.join(SETTINGS)}"),
    ],
)
def test_a_setting_that_is_none_is_named(setting: str, value: Setting, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        create_broker(WorldConfig(scenario=Scenario(name="s", description="", settings={setting: value})), SATURDAY)
    assert str(caught.value) == f"settings.{setting}: {said}"


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (InstrumentSpec("999999"), "999999 is new and lacks name, market, base"),
        (InstrumentSpec("005930", bids=((200_000, 1), (200_500, 1))), "best first"),
        (InstrumentSpec("005930", price=100), "100 is beyond the daily limits 188,500 to 349,500"),
        (InstrumentSpec("005930", asks=((350_000, 1),)), "350,000 is beyond the daily limits"),
        (InstrumentSpec("005930", bids=((200_000, 1),), asks=((200_000, 1),)), "bids lie below asks"),
    ],
)
def test_instruments_that_make_no_sense_are_named(spec: InstrumentSpec, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        create_broker(WorldConfig(instruments=Instruments(instruments=(spec,))), SATURDAY)


@pytest.mark.parametrize(
    "step",
    [
        TimelineStep(at=kst.SECOND, trade=TradeStep(code="005930", quantity=1, side="buy", price=72_100)),
        TimelineStep(at=kst.SECOND, jump=JumpStep(code="005930", to=72_100)),
        TimelineStep(at=kst.SECOND, order=OrderStep(code="005930", quantity=1, side="buy", price=72_100)),
        TimelineStep(at=kst.SECOND, order_book=OrderBookStep(code="005930", bids=((72_100, 1),), asks=())),
        TimelineStep(at=kst.SECOND, auction=AuctionStep(code="005930", bids=(), asks=((72_100, 1),))),
    ],
)
def test_a_step_beyond_the_limits_of_the_first_day_is_named(step: TimelineStep) -> None:
    scenario = Scenario(name="s", description="", timeline=(step,))
    said = rf"^{step.kind}: 72,100 is beyond the daily limits 188,500 to 349,500 of 005930"
    with pytest.raises(ScenarioError, match=said):
        create_broker(WorldConfig(clock="manual", scenario=scenario), SATURDAY)

    cheaper = msgspec.structs.replace(scenario, instruments=(InstrumentSpec("005930", base=72_000),))
    create_broker(WorldConfig(clock="manual", scenario=cheaper), SATURDAY)


@pytest.mark.parametrize(
    "step",
    [
        TimelineStep(at=0, trade=TradeStep(code="005930", quantity=1, side="buy", price=270_001)),
        TimelineStep(at=0, jump=JumpStep(code="005930", to=270_001)),
        TimelineStep(at=0, order=OrderStep(code="005930", quantity=1, side="buy", price=270_001)),
        TimelineStep(at=0, order_book=OrderBookStep(code="005930", bids=(), asks=(), last=270_001)),
        TimelineStep(at=0, auction=AuctionStep(code="005930", bids=((270_001, 1),), asks=())),
    ],
)
def test_a_step_off_the_tick_grid_is_named_with_the_nearest_prices(step: TimelineStep) -> None:
    """A recorded tick may lie there: orders at the middle of two prices trade at such a price."""
    scenario = Scenario(name="s", description="", timeline=(step,))
    said = (
        rf"^{step.kind}: 270,001 is off the tick grid of 005930: its tick is 500 there, the nearest prices are 270,000 "
        r"and 270,500, and the daily limits 188,500 to 349,500"
        rf"{'; force takes it all the same' if step.kind in ('trade', 'jump', 'order_book') else ''}$"
    )
    with pytest.raises(ScenarioError, match=said):
        create_broker(WorldConfig(clock="manual", scenario=scenario), SATURDAY)

    tick = TradeStep(code="005930", quantity=1, side="buy", price=269_250, moves_depth=True)
    recorded = Scenario(name="s", description="", timeline=(TimelineStep(at=0, trade=tick),))
    create_broker(WorldConfig(clock="manual", scenario=recorded), SATURDAY)


@pytest.mark.parametrize("price", [270_001, 72_100])
@pytest.mark.parametrize(
    "step",
    [
        "trade: {code: '005930', quantity: 1, side: buy, price: PRICE, force: true}",
        "jump: {code: '005930', to: PRICE, force: true}",
        "order_book: {code: '005930', bids: [[PRICE, 1]], asks: [], last: PRICE, force: true}",
    ],
)
def test_a_step_with_force_has_a_price_that_cannot_be(worlds: Worlds, step: str, price: int) -> None:
    """What the client reads is the price that the step names."""
    text = f"name: forced\ndescription: Forced.\ntimeline:\n  - at: 1s\n    {step.replace('PRICE', str(price))}\n"
    scenario = scenario_of(text)
    wire = worlds.open(WorldConfig(clock="manual", start=datetime(2026, 11, 23, 10), scenario=scenario))
    wire.kiwoom.clock.advance(1)
    assert wire.call("ka10001", stk_cd="005930")["cur_prc"].lstrip("+-") == str(price)
    assert wire.kiwoom.invariants() == []


WRONG = [
    (
        """
        timeline:
          - at: 1s
            walk: {codes: ["005930", "000660"], for: 1s}
          - at: 2s
            trade: {code: "999999", quantity: 1, side: buy}
        """,
        "mine.yaml:7: timeline[1].trade: instrument 999999 is not listed",
    ),
    (
        """
        timeline:
          - at: 2s
            order_book:
              code: "005930"
              bids: []
              asks: [[72100, 1]]
        """,
        "mine.yaml:6: timeline[0].order_book: 72,100 is beyond the daily limits 188,500 to 349,500 of 005930, "
        "whose base is 269,000",
    ),
    (
        '\ntimeline:\n  - at: 1s\n    index: {code: "005930", by: 150}\n',
        "mine.yaml:5: timeline[0].index: expected the code of an index, got 005930",
    ),
    (
        '\ntimeline:\n  - at: 1s\n    vi: {code: "57JBHH"}\n',
        "mine.yaml:5: timeline[0].vi: instrument 57JBHH has no volatility interruptions",
    ),
    (
        '\ntimeline:\n  - at: 1s\n    vi: {code: "990070"}\n',
        "mine.yaml:5: timeline[0].vi: instrument 990070 has no volatility interruptions",
    ),
    (
        "\ntimeline:\n  - at: 1s\n    circuit_breaker: {market: kospi, stage: 2}\n",
        "mine.yaml:5: timeline[0].circuit_breaker: expected stage 1 of kospi, which had none today, got 2",
    ),
    (
        """
        timeline:
          - at: 1s
            circuit_breaker: {market: kospi, stage: 1}
          - at: 2s
            circuit_breaker: {market: kosdaq, stage: 1}
          - at: 31m
            circuit_breaker: {market: kospi, stage: 1}
        """,
        "mine.yaml:9: timeline[2].circuit_breaker: expected stage 2 of kospi, which had stage 1 today, got 1",
    ),
    (
        "\ntimeline:\n  - at: 1s\n    sidecar: {market: kospi, side: buy}\n"
        "  - at: 9m\n    sidecar: {market: kospi, side: sell}\n",
        "mine.yaml:7: timeline[1].sidecar: kospi has one sidecar a day",
    ),
    (
        "\nsettings: {hours: krx}\ntimeline:\n  - at: 290m\n    circuit_breaker: {market: kosdaq, stage: 1}\n"
        "  - at: 291m\n    sidecar: {market: kospi, side: sell}\n",
        "mine.yaml:8: timeline[1].sidecar: expected a time from 09:05:00 to 14:50:00, got 14:51:00",
    ),
    ('\nfeed:\n  codes: ["999999"]\n', "mine.yaml:4: feed: instrument 999999 is not listed"),
    ("\nsettings:\n  page_size: 20\n  token_life: 0\n", "mine.yaml:5: settings.token_life: expected `int` >= 1"),
    (
        "\nsettings:\n  realtime.missed_ping: 3\n",
        'mine.yaml:4: settings.realtime.missed_ping: unknown setting; did you mean "realtime.missed_pings"?',
    ),
    (
        '\ninstruments:\n  - {code: "005930"}\n  - {code: "005930"}\n',
        "mine.yaml:5: instruments[1]: instrument 005930 is listed twice",
    ),
    ("\nticks: ticks.csv\n", "ticks.csv:3: trade: instrument 999999 is not listed"),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_what_makes_no_sense_is_named_with_file_and_line(tmp_path: Path, text: str, said: str) -> None:
    ticks = "at,code,price,quantity\n0s,005930,270000,1\n1s,999999,1,1\n"
    (tmp_path / "ticks.csv").write_text(ticks, encoding="utf-8")
    file = tmp_path / "mine.yaml"
    file.write_text("name: mine\ndescription: d" + dedent(text), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        create_broker(WorldConfig(clock="manual", scenario=load_scenario(str(file))), SATURDAY)
    assert str(caught.value).startswith(f"{tmp_path / said}")


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ('{code: "900900", name: 우리}', "instruments[1]: instrument 900900 is new and lacks market, base"),
        (
            '{code: "069500", designation: overheated}',
            "instruments[1].designation: 069500 is no share of konex, kosdaq, kospi, but of market etf",
        ),
        (
            '{code: "000660", follows: bonds}',
            "instruments[1].follows: 000660 is no etf or etn, but of market kospi",
        ),
        (
            '{code: "900900", name: 우리, market: gold, base: 10, share_type: reit}',
            "instruments[1].share_type: 900900 is no share of konex, kosdaq, kospi, but of market gold",
        ),
        (
            '{code: "990010", price: 4890}',
            "instruments[1]: 4,890 is beyond the daily limits 3,615 to 4,885 of 990010, whose base is 4,250",
        ),
        ('{code: "000660", price: 1}', "instruments[1]: 1 is beyond the daily limits"),
        ('{code: "000660", bids: [[1100000, 1], [1110000, 1]]}', "instruments[1]: instrument 000660: bids and asks go"),
    ],
)
def test_a_file_of_instruments_is_named_with_its_line(tmp_path: Path, spec: str, said: str) -> None:
    file = tmp_path / "some.yaml"
    file.write_text(f'instruments:\n  - {{code: "005930"}}\n  - {spec}\n', encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        create_broker(WorldConfig(instruments=load_instruments(str(file)), scenario=load_scenario("quiet")), SATURDAY)
    assert str(caught.value).startswith(f"{file}:3: {said}")


def test_where_a_script_was_read_is_no_part_of_the_world(tmp_path: Path) -> None:
    text = "name: mine\ndescription: d\ntimeline:\n  - {at: 1s, halt: {code: '005930'}}\n"
    hashes = set()
    for name, before in (("one.yaml", ""), ("other.yaml", "# a line more\n")):
        (tmp_path / name).write_text(before + text, encoding="utf-8")
        scenario = load_scenario(str(tmp_path / name))
        hashes.add(create_broker(WorldConfig(clock="manual", scenario=scenario), SATURDAY).world.state_hash())
    assert len(hashes) == 1


def test_any_number_of_fictitious_shares() -> None:
    world = create_broker(WorldConfig(instruments=Instruments(fictitious=500)), SATURDAY).world
    invented = [
        market_data.instrument for code, market_data in world.ledger.market_data.items() if code.startswith("90")
    ]
    assert len(invented) == 500
    assert len({instrument.code for instrument in invented}) == 500
    assert all(1_000 <= instrument.base <= 2_000_000 for instrument in invented)


def test_a_world_that_is_far_behind_catches_up_in_pieces() -> None:
    scenario = load_scenario("whole-day")
    broker = create_broker(WorldConfig(start=datetime(2026, 11, 21, 3), scenario=scenario), SATURDAY)
    behind = SATURDAY + 600 * kst.SECOND
    moments = []
    while not broker.catch_up(behind):
        moments.append(broker.world.now)
    assert len(moments) > 10
    assert moments == sorted(moments)
    assert broker.world.now == behind


def test_a_file_of_instruments_designates_shares(tmp_path: Path) -> None:
    file = tmp_path / "some.yaml"
    file.write_text(
        "instruments:\n"
        '  - {code: "005930", designation: administrative}\n'
        '  - {code: "990070", designation: none}\n'
        '  - {code: "900905", name: 우리우, market: kosdaq, base: 9980, listed: 499999, share_type: preferred}\n'
        '  - {code: "900910", name: 우리코넥스, market: konex, base: 9980}\n',
        encoding="utf-8",
    )
    world = create_broker(WorldConfig(instruments=load_instruments(str(file))), SATURDAY).world
    listed = {code: world.ledger.market_data[code].instrument for code in ("005930", "990070", "900905", "900910")}
    assert listed["005930"].designation is Designation.ADMINISTRATIVE
    assert listed["990070"].designation is None
    assert listed["900905"].share_type is ShareType.PREFERRED
    assert listed["900910"].market is Market.KONEX
