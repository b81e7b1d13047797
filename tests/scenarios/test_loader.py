from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kiwoom_scenarios.loader import library_scenario, load_instruments, load_scenario, names, scenario_of
from kiwoom_scenarios.model import DaySpec, InstrumentSpec
from kiwoom_scenarios.origin import ScenarioError
from kiwoom_scenarios.timeline import (
    AuctionStep,
    CancelStep,
    ExpectStep,
    FrameStep,
    HaltStep,
    IndexStep,
    InterruptionStep,
    JumpStep,
    OrderBookStep,
    OrderStep,
    ResumeStep,
    TimelineStep,
    TradeStep,
    WalkFeed,
    WalkStep,
)

HEAD = "name: mine\ndescription: d\n"
ACTIONS = "trade, order_book, walk, jump, index, halt, resume, vi, circuit_breaker, sidecar, session, auction, order, cancel, frame, expect"
SESSIONS = (
    "before-open, previous-close, opening-collecting, opening-auction, continuous, closing-auction, after-hours-collecting, "
    "after-hours, single-price, after-market, after-close, holiday"
)
TYPES = "00, 04, 0A, 0B, 0C, 0D, 0E, 0F, 0G, 0H, 0I, 0J, 0U, 0g, 0m, 0s, 0u, 0w, 1h"


def write(tmp_path: Path, text: str | bytes) -> str:
    path = tmp_path / "mine.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def action(tmp_path: Path, text: str) -> object:
    """What the only step of a timeline does."""
    (step,) = load_scenario(write(tmp_path, f"{HEAD}timeline:\n  - at: 1s\n    {text}\n")).timeline
    assert step.at == 1_000_000
    return step.action


def said(tmp_path: Path, text: str | bytes) -> str:
    """What is said of a file that is no scenario, from the file name on."""
    file = write(tmp_path, text)
    with pytest.raises(ScenarioError) as caught:
        load_scenario(file)
    error = caught.value
    assert (error.file, error.line > 0) == (file, True)
    assert str(error) == f"{file}:{error.line}: {error.text}"
    return str(error).removeprefix(file.removesuffix("mine.yaml"))


def test_a_file_says_what_it_says(tmp_path: Path) -> None:
    scenario = load_scenario(
        write(
            tmp_path,
            "name: mine\ndescription: d\nconsume_depth: true\nseed: 3\nloop: 2m\nsession: closing-auction\n"
            "instruments: [{code: '005930', price: 70000, asks: [[70100, 3]]}]\n"
            "days: {2026-11-23: {closed: true}}\nsettings: {page_size: 20, reissue: replace, venues: [KRX], realtime.missed_pings: 3}\nfictitious: 2\n",
        )
    )
    assert (scenario.consume_depth, scenario.seed, scenario.loop) == (True, 3, 120_000_000)
    assert (scenario.session, scenario.fictitious, scenario.feed) == ("closing-auction", 2, None)
    assert scenario.instruments == (InstrumentSpec("005930", price=70_000, asks=((70_100, 3),)),)
    assert scenario.days == {date(2026, 11, 23): DaySpec(closed=True)}
    assert scenario.settings == {
        "page_size": 20, "reissue": "replace", "venues": ("KRX",), "realtime.missed_pings": 3,
    }  # fmt: skip


def test_a_date_can_be_text_and_a_number_cannot(tmp_path: Path) -> None:
    assert load_scenario(write(tmp_path, "name: 2026-01-01\ndescription: 2026-13-45\n")).name == "2026-01-01"
    text = "name: mine\ndescription: 2026\n"
    assert said(tmp_path, text) == "mine.yaml:2: description: expected text, got 2026; write it in quotes"


def test_a_feed_is_still_or_walks(tmp_path: Path) -> None:
    assert load_scenario(write(tmp_path, f"{HEAD}feed: still\n")).feed == "still"
    assert load_scenario(write(tmp_path, f"{HEAD}feed: {{}}\n")).feed == WalkFeed()
    walk = load_scenario(
        write(tmp_path, f"{HEAD}feed: {{codes: ['005930'], every: 2s, step: 3, drift: -5, band: 1}}\n")
    )
    assert walk.feed == WalkFeed(codes=("005930",), every=2_000_000, step=3, drift=-5, band=1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "trade: {code: '005930', quantity: 5, side: sell}",
            TradeStep(code="005930", quantity=5, side="sell", price=None),
        ),
        (
            "order_book: {code: '005930', bids: [[9, 1], [8, 2]], asks: [], last: 9}",
            OrderBookStep(code="005930", bids=((9, 1), (8, 2)), asks=(), last=9),
        ),
        (
            "walk: {codes: ['005930'], for: 1h, drift: 40}",
            WalkStep(codes=("005930",), lasts=3_600_000_000, every=500_000, step=1, drift=40, band=3),
        ),
        ("jump: {code: '005930', percent: -3}", JumpStep(code="005930", to=None, percent=-3)),
        ("index: {code: '001', to: 410000}", IndexStep(code="001", to=410_000, by=None)),
        ("halt: {code: '005930'}", HaltStep(code="005930")),
        ("resume: {code: '005930'}", ResumeStep(code="005930")),
        ("vi: {code: '005930'}", InterruptionStep(code="005930", percent=10)),
        ("session: after-market", "after-market"),
        (
            "auction: {code: '005930', bids: [[9, 1]], asks: [[8, 2]]}",
            AuctionStep(code="005930", bids=((9, 1),), asks=((8, 2),)),
        ),
        (
            "order: {accounts: [1, 2], side: buy, code: '005930', quantity: 1, price: market}",
            OrderStep(accounts=(1, 2), side="buy", code="005930", quantity=1, price="market"),
        ),
        (
            "order: {side: buy, code: '005930', quantity: 1}",
            OrderStep(accounts="all", side="buy", code="005930", quantity=1, price="touch"),
        ),
        ("cancel: {accounts: all}", CancelStep(accounts="all")),
        (
            "frame: {type: 0B, item: '005930', values: {10: '+9', '20': '090000'}}",
            FrameStep(type="0B", item="005930", values={"10": "+9", "20": "090000"}, name=None),
        ),
        (
            "expect: {code: '005930', price: 9, session: continuous, interrupted: no}",
            ExpectStep(code="005930", price=9, session="continuous", interrupted=False),
        ),
        ("expect: {session: holiday}", ExpectStep(session="holiday")),
    ],
)
def test_each_action(tmp_path: Path, text: str, expected: object) -> None:
    assert action(tmp_path, text) == expected


def test_what_is_anchored_can_be_repeated(tmp_path: Path) -> None:
    text = (
        f"{HEAD}timeline:\n"
        "  - {at: 0s, halt: &samsung {code: '005930'}}\n"
        "  - {at: 1s, resume: *samsung}\n"
    )  # fmt: skip
    timeline = load_scenario(write(tmp_path, text)).timeline
    assert timeline == (
        TimelineStep(at=0, halt=HaltStep(code="005930")),
        TimelineStep(at=1_000_000, resume=ResumeStep(code="005930")),
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("name: x\n", '1: missing field "description"'),
        (f"{HEAD}instrument: []\n", '3: unknown field "instrument"; did you mean "instruments"?'),
        (
            f"{HEAD}xyz: []\n",
            '3: unknown field "xyz"; expected one of instruments, fictitious, name, description, seed, feed, consume_depth, '
            "session, days, settings, keys, refusals, ticks, loop, timeline",
        ),
        (f"{HEAD}name: again\n", '3: field "name" is there twice, first in line 1'),
        (
            f"{HEAD}instruments: [{{code: '005930', price: cheap}}]\n",
            '3: instruments[0].price: expected an integer of at least 1, got "cheap"',
        ),
        (
            f"{HEAD}instruments: [{{code: '005930', price: 0}}]\n",
            "3: instruments[0].price: expected an integer of at least 1, got 0",
        ),
        (
            f"{HEAD}instruments: [{{code: '005930', price: 1_000_000_000}}]\n",
            "3: instruments[0].price: expected an integer of at most 999,999,999, got 1_000_000_000",
        ),
        (
            f"{HEAD}instruments: [{{code: '005930', bids: [[1, 2, 3]]}}]\n",
            "3: instruments[0].bids[0]: expected a list of 2, got 3",
        ),
        (
            f"{HEAD}instruments: [{{code: '5930-A'}}]\n",
            '3: instruments[0].code: expected a code such as "005930", got "5930-A"',
        ),
        (
            f"{HEAD}instruments:\n  - code: 000660\n",
            '4: instruments[0].code: expected a code such as "005930", got 000660; write it in quotes',
        ),
        (f"{HEAD}fictitious: 9000\n", "3: fictitious: expected an integer of at most 5,000, got 9000"),
        (f"{HEAD}fictitious: -1\n", "3: fictitious: expected an integer from 0 to 5000, got -1"),
        (f"{HEAD}consume_depth: maybe\n", '3: consume_depth: expected true or false, got "maybe"'),
        (f"{HEAD}days: {{tomorrow: {{}}}}\n", '3: days: expected a date such as 2026-11-23, got "tomorrow"'),
        (f"{HEAD}days:\n  2026-11-23:\n", "4: days.2026-11-23: expected a mapping, got nothing"),
        (f"{HEAD}settings: {{realtime: {{}}}}\n", "3: settings.realtime: expected text or an integer or true or false or a list, got a mapping"),
        (f"{HEAD}refusals: [{{code: 8103}}]\n", '3: refusals[0].code: expected an error code such as "509193", got 8103; write it in quotes'),
        (
            f"{HEAD}refusals: [{{code: '8103', covers: orders}}]\n",
            '3: refusals[0].covers: expected an API id or the beginning of paths, such as kt10000 or /api/, got "orders"',
        ),
        (
            f"{HEAD}keys: [{{kind: real}}]\n",
            "3: keys[0].kind: expected one of mock, production, given-up, corporate, ended, short-sellers, got \"real\"",
        ),
        (f"{HEAD}feed: wild\n", '3: feed: expected still or a mapping, got "wild"'),
        (f"{HEAD}feed: {{every: 0s}}\n", '3: feed.every: expected a duration such as 500ms, 5s, 2m or 1h, longer than 0s, got "0s"'),
        (f"{HEAD}loop: 15\n", "3: loop: expected a duration such as 500ms, 5s, 2m or 1h, longer than 0s, got 15"),
        (f"{HEAD}timeline: {{}}\n", "3: timeline: expected a list, got a mapping"),
        (f"{HEAD}timeline:\n", "3: timeline: expected a list, got nothing"),
        (f"{HEAD}timeline: &loop\n  - *loop\n", "3: timeline[0]: expected a value, got one that contains itself"),
        (f"{HEAD}timeline: [[]]\n", "3: timeline[0]: expected a mapping, got a list"),
        ("name: mine\ndescription: !shout d\n", "2: description: expected a value without a tag, got !shout"),
        ("name: mine\n[a]: 1\n", "2: expected a name as the key, got a list or a mapping"),
        ("", "1: expected a mapping, got nothing"),
        ("- 3\n", "1: expected a mapping, got a list"),
        ("# a comment\nscenario\n", '2: expected a mapping, got "scenario"'),
        (b"name: mine\ndescription: \xff\n", "2: expected text in UTF-8"),
        ("name: mine\ndescription: d\x01\n", "2: expected YAML: control characters are not allowed"),
        ("name: " + "[" * 60 + "]" * 60, "1: expected at most 50 lists and mappings in each other"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file(tmp_path: Path, text: str | bytes, line: str) -> None:
    assert said(tmp_path, text) == f"mine.yaml:{line}"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("name: mine\n\tdescription: d\n", 2),
        ("name: mine\ndescription: 'd\n", 3),
        ("name: mine\ndescription: d\n---\nname: b\n", 3),
        ("name: mine\ndescription: *d\n", 2),
    ],
)
def test_what_is_no_yaml_is_named_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    assert said(tmp_path, text).startswith(f"mine.yaml:{line}: expected YAML: ")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("at: 1s\n    trade: {code: '005930', side: buy,\n      quantity: many}", '8: timeline[1].trade.quantity: expected an integer of at least 1, got "many"'),
        ("at: 1s\n    trade: {code: '005930', side: buy}", '7: timeline[1].trade: missing field "quantity"'),
        ("at: 1s\n    trade: {code: '005930', side: bye, quantity: 1}", '7: timeline[1].trade.side: expected one of buy, sell, got "bye"; did you mean "buy"?'),
        ("at: 1s\n    trade: {cod: '005930', side: buy, quantity: 1}", '7: timeline[1].trade: unknown field "cod"; did you mean "code"?'),
        ("at: 1s\n    trade:\n      side: buy\n      side: buy", '9: timeline[1].trade: field "side" is there twice, first in line 8'),
        ("at: 1s\n    trade:", "7: timeline[1].trade: expected a mapping, got nothing"),
        ("at: 1s\n    trad: {}", '7: timeline[1]: unknown field "trad"; did you mean "trade"?'),
        ("at: 1s", f"6: timeline[1]: expected one action of {ACTIONS}, got none"),
        ("at: 1s\n    halt: {code: '005930'}\n    session: continuous", f"6: timeline[1]: expected one action of {ACTIONS}, got halt and session"),
        ("halt: {code: '005930'}", '6: timeline[1]: missing field "at"'),
        ("at: soon\n    halt: {code: '005930'}", '6: timeline[1].at: expected a duration such as 500ms, 5s, 2m or 1h, got "soon"'),
        ("at: 1.5s\n    halt: {code: '005930'}", '6: timeline[1].at: expected a duration such as 500ms, 5s, 2m or 1h, got "1.5s"'),
        ("at: 1:30\n    halt: {code: '005930'}", "6: timeline[1].at: expected a duration such as 500ms, 5s, 2m or 1h, got 1:30"),
        ("at: 999ms\n    halt: {code: '005930'}", "6: timeline[1].at: expected 1s or later, as the step before it, got 999ms"),
        ("halt: {code: '005930'}\n    at: 60s", "7: timeline[1].at: expected a time before the end of the loop, 1m, got 1m"),
        ("at: 50s\n    walk: {codes: ['005930'],\n      for: 11s}", "8: timeline[1].walk.for: expected at most 10s, which is the end of the loop, got 11s"),
        ("at: 1s\n    walk: {codes: [], for: 1s}", "7: timeline[1].walk.codes: expected at least one, got an empty list"),
        ("at: 1s\n    walk: {codes: ['005930'], for: 1s, drift: -101}", "7: timeline[1].walk.drift: expected an integer from -100 to 100, got -101"),
        ("at: 1s\n    walk: {codes: ['005930'], for: 1s, lasts: 1s}", '7: timeline[1].walk: unknown field "lasts"; expected one of every, step, drift, band, codes, for'),
        ("at: 1s\n    session: continous", f'7: timeline[1].session: expected one of {SESSIONS}, got "continous"; did you mean "continuous"?'),
        ("at: 1s\n    jump: {code: '005930'}", "7: timeline[1].jump: expected one field of to, percent, got none"),
        ("at: 1s\n    jump: {code: '005930', to: 9, percent: 1}", "7: timeline[1].jump: expected one field of to, percent, got to and percent"),
        ("at: 1s\n    index: {code: '001', to: 1, by: 2}", "7: timeline[1].index: expected one field of to, by, got to and by"),
        ("at: 1s\n    vi: {code: '005930', percent: 0}", "7: timeline[1].vi.percent: expected a move up or down, got 0"),
        ("at: 1s\n    order_book:\n      code: '005930'\n      bids: [[9, 1],\n        [9, 2]]\n      asks: []", "10: timeline[1].order_book.bids[1]: expected a price below 9, best first, got 9"),
        ("at: 1s\n    auction:\n      code: '005930'\n      bids: []\n      asks: [[9, 1], [8, 2]]", "10: timeline[1].auction.asks[1]: expected a price above 9, best first, got 8"),
        ("at: 1s\n    order_book: {code: '005930', bids: [[9, 1]], asks: [[9, 1]]}", "7: timeline[1].order_book.bids[0]: expected a price below the best ask 9, got 9"),
        ("at: 1s\n    order: {side: buy, code: '005930', quantity: 1, price: tuch}", '7: timeline[1].order.price: expected an integer of at least 1 or one of touch, market, got "tuch"; did you mean "touch"?'),
        ("at: 1s\n    order: {accounts: some, side: buy, code: '005930', quantity: 1}", '7: timeline[1].order.accounts: expected all or a list, got "some"'),
        ("at: 1s\n    cancel: {accounts: [0]}", "7: timeline[1].cancel.accounts[0]: expected an integer from 1 to 9999, got 0"),
        ("at: 1s\n    frame: {type: 0X, item: '', values: {}}", f'7: timeline[1].frame.type: expected one of {TYPES}, got "0X"'),
        ("at: 1s\n    frame: {type: 0B, item: '', values: {10: +9}}", "7: timeline[1].frame.values.10: expected text, got +9; write it in quotes"),
        ("at: 1s\n    frame: {type: 0B, item: '0123456789ABC', values: {}}", '7: timeline[1].frame.item: expected text of at most 12 characters, got "0123456789ABC"'),
        ("at: 1s\n    expect: {code: '005930'}", "7: timeline[1].expect: expected something to expect: price, at_least, at_most, session or interrupted"),
        ("at: 1s\n    expect: {price: 9}", '7: timeline[1].expect: missing field "code", which "price" is about'),
        ("at: 1s\n    expect: {code: '005930', at_least: 9,\n      at_most: 8}", "8: timeline[1].expect.at_most: expected at_least 9 or more, got 8"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_step(tmp_path: Path, text: str, line: str) -> None:
    file = f"{HEAD}loop: 1m\ntimeline:\n  - {{at: 1s, session: continuous}}\n  - {text}\n"
    assert said(tmp_path, file) == f"mine.yaml:{line}"


def test_parts_know_where_they_are_said(tmp_path: Path) -> None:
    text = (
        f"{HEAD}settings:\n  page_size: 20\n"
        "instruments:\n  - {code: '005930'}\n  - code: '000660'\n    bids: []\n"
        "timeline:\n  - at: 1s\n    order_book:\n      code: '005930'\n      bids:\n      - [9, 1]\n      asks: []\n"
    )
    file = write(tmp_path, text)
    scenario = load_scenario(file)
    (step,) = scenario.timeline
    assert str(scenario.origin.error("settings.page_size", "no")) == f"{file}:4: settings.page_size: no"
    assert str(scenario.instruments[1].origin.error("bids", "no")) == f"{file}:8: instruments[1].bids: no"
    assert str(step.origin.error("order_book", "no")) == f"{file}:12: timeline[0].order_book: no"
    assert str(step.origin.error("order_book.bids[0]", "no")) == f"{file}:14: timeline[0].order_book.bids[0]: no"
    assert str(step.origin.error("order_book.last", "no")) == f"{file}:10: timeline[0].order_book.last: no"


def test_a_file_that_is_not_there_names_the_library(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario("nothing")
    assert str(caught.value) == f"nothing: No such file or directory; the library has {', '.join(names())}"
    with pytest.raises(ScenarioError, match=r"nothing\.yaml: No such file or directory$"):
        load_instruments(str(tmp_path / "nothing.yaml"))


def test_a_file_of_instruments_is_no_scenario(tmp_path: Path) -> None:
    file = write(tmp_path, "instruments: [{code: '005930', price: 70000}]\nfictitious: 3\n")
    assert load_instruments(file).fictitious == 3
    with pytest.raises(ScenarioError, match=r'mine\.yaml:1: missing field "name"$'):
        load_scenario(file)
    with pytest.raises(ScenarioError, match=r'mine\.yaml:1: unknown field "name"; expected one of instruments, fict'):
        load_instruments(write(tmp_path, HEAD))


def test_a_scenario_of_the_library_is_no_file(tmp_path: Path) -> None:
    assert library_scenario("still").name == "still"
    path = tmp_path / "mine.yaml"
    path.write_text("name: mine\ndescription: d\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"there is no scenario '.*mine.yaml'; the library has after-hours, "):
        library_scenario(str(path))


def test_a_scenario_comes_from_text() -> None:
    assert scenario_of("name: mine\ndescription: d\n").name == "mine"
    with pytest.raises(ScenarioError, match=r'^script:1: missing field "description"'):
        scenario_of("name: mine\n")
    with pytest.raises(
        ScenarioError, match=r"^script:3: ticks: a script that is no file has no file of ticks beside it"
    ):
        scenario_of("name: mine\ndescription: d\nticks: mine.csv\n")
