"""0F, 0w and 0I. What the seed draws is taken from the formulas' docstrings and written out here."""

from __future__ import annotations

from kiwoom_mockserver.realtime.investor_flows import BROKERS, FOREIGN
from kiwoom_mockserver.world.rng import seeded_rng
from realtime.market import BUY, ETF, GOLD, SELL, small_market, trade, values


def test_brokers_by_hand() -> None:
    """Of 1,000 shares the leading five sold, and bought, 250, 200, 150, 100 and 50."""
    world = small_market()
    trade(world, 70_000, 1_000)
    said = values(world, "0F")
    sellers = [(said[str(146 + place)], said[str(141 + place)], said[str(161 + place)]) for place in range(5)]
    buyers = [(said[str(156 + place)], said[str(151 + place)], said[str(171 + place)]) for place in range(5)]
    assert sellers == [
        ("012", "NH투자증권", "250"),
        ("033", "JP모간", "200"),
        ("017", "KB증권", "150"),
        ("002", "신한투자증권", "100"),
        ("045", "골드만삭스", "50"),
    ]
    assert buyers == [
        ("045", "골드만삭스", "250"),
        ("050", "키움증권", "200"),
        ("005", "미래에셋", "150"),
        ("030", "삼성증권", "100"),
        ("036", "모간스탠리", "50"),
    ]
    assert [said[fid] for fid in ("261", "263", "267")] == ["250", "300", "+50"]
    assert [said[fid] for fid in ("166", "262", "264", "268", "271", "285", "337")] == [
        "0", "0", "0", "0", "!!!!", "!!!!", "2",
    ]  # fmt: skip


def test_brokers_are_known_members() -> None:
    said = values(small_market(), "0F", ETF)
    codes = {said[str(fid)] for fid in (*range(146, 151), *range(156, 161))}
    assert codes <= {code for code, _ in BROKERS}
    assert {code for code, _ in BROKERS} > FOREIGN
    assert said["161"] == said["261"] == "0"


def test_programs_by_hand() -> None:
    world = small_market()
    trade(world, 70_000, 60_000, BUY)
    trade(world, 69_900, 40_000, SELL)
    rng = seeded_rng(1, "programs 005930")
    selling, buying = 10 + rng.below(21), 10 + rng.below(21)
    assert (selling, buying) == (10, 23)
    assert values(world, "0w") == {
        "20": "100000",
        "10": "-69900",
        "25": "5",
        "11": "-100",
        "12": "-0.14",
        "13": "100000",
        "202": "4000",  # 10 % of 40,000
        "204": "279",  # 4,000 x 69,960, the day's average
        "206": "13800",  # 23 % of 60,000
        "208": "965",
        "210": "9800",
        "212": "686",
        "213": "0",
        "211": "0",
    }


def test_programs_before_any_trade() -> None:
    said = values(small_market(), "0w")
    assert [said[fid] for fid in ("10", "25", "202", "204", "206", "212")] == [" 70000", "3", "0", "0", "0", "0"]


def test_gold_by_hand() -> None:
    """The seed's dollar costs 1,427 won, and an ounce is 31.1034768 g."""
    world = small_market()
    assert values(world, "0I", "MGD") == {"10": " 193500", "25": "3", "11": "0", "12": "0.00"}
    trade(world, 192_540, 1, code=GOLD)
    assert values(world, "0I", "MGD") == {"10": "-192540", "25": "5", "11": "-960", "12": "-0.50"}
    # 192,540 x 31.1034768 / 1,427 = 4,196.68 dollars; at base 4,217.60
    assert values(world, "0I", "MGU") == {"10": "-419668", "25": "5", "11": "-2092", "12": "-0.50"}
