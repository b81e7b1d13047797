"""The examples of the official document: those whose state can be set up come out of a world, all fit their formats."""

from __future__ import annotations

import pytest

from kiwoom_contracts import catalogue
from kiwoom_contracts.formats import Format
from kiwoom_mockserver.exchange.commands import Quote
from kiwoom_mockserver.exchange.instruments import Instrument, Market
from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.realtime.frames import serializer
from kiwoom_mockserver.realtime.trade import Marks, indication
from kiwoom_mockserver.world.world import World
from realtime.market import SHARE, at, values, written

EXAMPLES: dict[str, dict[str, str]] = {
    "00": {
        "9201": "1111111111", "9203": "0000018", "9205": "", "9001": "005930", "912": "JJ", "913": "접수",
        "302": "삼성전자", "900": "1", "901": "0", "902": "1", "903": "0", "904": "0000000", "905": "+매수",
        "906": "시장가", "907": "2", "908": "094022", "909": "", "910": "", "911": "", "10": "+60700", "27": "+60700",
        "28": "-60000", "914": "", "915": "", "938": "0", "939": "0", "919": "0", "920": "", "921": "0701002",
        "922": "00", "923": "00000000", "10010": "", "2134": "1", "2135": "KRX", "2136": "Y",
    },
    "04": {
        "9201": "1111111111", "9001": "005930", "917": "00", "916": "00000000", "302": "삼성전자", "10": "-60150",
        "930": "102", "931": "154116", "932": "15719834", "933": "102", "945": "4", "946": "2", "950": "0", "951": "0",
        "27": "-60200", "28": "-60100", "307": "60300", "8019": "0.00", "957": "0", "958": "0", "918": "00000000",
        "990": "0", "991": "0.00", "992": "0", "993": "0.00", "959": "0", "924": "0",
    },
    "0A": {
        "10": "+86800", "11": "+19500", "12": "+28.97", "27": "+85200", "28": "+85100", "13": "367090", "14": "31642",
        "16": "+87400", "17": "+87400", "18": " 67300", "25": "2", "26": "+131995", "29": "+15843118000",
        "30": "+156.15", "31": "0.01", "32": "157", "311": "5181771", "567": "154912", "568": "000000",
    },
    "0C": {"27": "-20800", "28": "-20700"},
    "0D": {
        "21": "165207", "41": "-20800", "61": "82", "81": "0", "51": "-20700", "71": "23847", "91": "0",
        "42": "+20900", "62": "393", "82": "0", "52": "-20650", "72": "834748", "92": "0", "50": "+21350",
        "70": "1242991", "90": "0", "60": "-20250", "80": "1062405", "100": "0", "121": "12622527",
        "122": "-1036021", "125": "14453430", "126": "+1062126", "23": "20850", "24": "332941", "128": "+1830903",
        "129": "114.51", "138": "-1830903", "139": "87.33", "200": "0", "201": "0.00", "238": "3", "291": "0",
        "292": "0", "293": "3", "294": "0", "295": "0.00", "6044": "0", "6087": "0", "6100": "0", "6115": "0",
    },
    "0E": {"21": "165208", "131": "43955", "132": "+156", "135": "0", "136": "0"},
    "0F": {
        "141": "", "161": "9350409", "166": "+8593585", "146": "993", "271": "!!!!", "151": "", "171": "9321128",
        "176": "+8557163", "156": "993", "281": "!!!!", "261": "0", "262": "0", "263": "0", "264": "0", "267": "0",
        "268": "0", "337": "2",
    },
    "0G": {
        "36": "+7488.27", "37": "+9.57", "38": "+0.13", "39": "1.82", "20": "105732", "10": "+7485", "11": "+45",
        "12": "+0.60", "13": "16874", "25": "2", "265": "+10.04", "266": "-0.04",
    },
    "0H": {"20": "110206", "10": "+60500", "11": "+200", "12": "+0.33", "15": "-7805", "13": "768293", "25": "2"},
    "0I": {"10": "-337782", "25": "5", "11": "-1674", "12": "-0.49"},
    "0J": {
        "20": "110430", "10": "-1762.61", "11": "-189.51", "12": "-9.71", "15": "2800", "13": "725277",
        "14": "60711859", "16": "-1949.04", "17": "+1961.28", "18": "-1756.13", "25": "5", "26": "-1482363",
    },
    "0U": {
        "20": "110710", "252": "46", "251": "1", "253": "166", "255": "204", "254": "16", "13": "741784",
        "14": "62093941", "10": "-1757.42", "11": "-194.70", "12": "-9.97", "256": "416", "257": "43.20", "25": "5",
    },
    "0g": {
        "297": "동정적VI", "592": " ", "593": " ", "305": "+78300", "306": "-42300", "307": "60300", "689": "", "594": "",
        "382": "", "370": "",
    },
    "0m": {
        "20": "140000", "10": " 450", "670": "0", "671": "0.00", "672": "0", "673": "0", "674": "0.000000",
        "675": "0.000000", "676": "0.000000", "706": " 0.00",
    },
    "0s": {"215": "b", "20": "170000", "214": "000000"},
    "0u": {"20": "111847", "666": "69.13", "1211": "0", "667": "1037.04", "668": "+44.73", "669": "+44.78"},
    "0w": {
        "20": "113442", "10": "-60200", "25": "5", "11": "-100", "12": "-0.17", "13": "128152628", "202": "0",
        "204": "0", "206": "8043", "208": "483", "210": "8043", "212": "483", "213": "0", "211": "0",
    },
    "1h": {
        "9001": "005930", "302": "삼성전자", "13": "1077818", "14": "4201", "9068": "1", "9008": "101", "9075": "1",
        "1221": "4125", "1223": "111454", "1224": "111703", "1225": "정적", "1236": "3750", "1237": "0",
        "1238": "+10.00", "1239": "0.00", "1489": "+10.00", "1490": "1", "9069": "1", "1279": "+정적",
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_example_fits_its_formats(kind: str) -> None:
    specs = {field.fid: field.format for field in catalogue.realtime()[kind].fields}
    example = EXAMPLES[kind]
    said = serializer(kind).write({fid: Format.of(specs[fid]).decode(text) for fid, text in example.items()})
    assert {fid: said[fid] for fid in example} == example


SHORTENED = {"0D", "0F"}
"""Examples of which a part stands above."""


@pytest.mark.parametrize("kind", sorted(EXAMPLES.keys() - SHORTENED))
def test_a_frame_has_the_keys_of_the_example_in_its_order(kind: str) -> None:
    assert list(serializer(kind).write({})) == list(EXAMPLES[kind])


FLAT_WITHOUT_SLOT = {("0D", "23"), ("0D", "291"), ("0g", "305"), ("0g", "306")}
"""Expected prices, for an example prints 23 flat and without, and daily limits, which are never flat."""


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_flat_price_keeps_its_sign_slot(kind: str) -> None:
    """As 10010 was recorded, and as 0A and 0m print 18 and 10."""
    prices = [field.fid for field in catalogue.realtime()[kind].fields if "±" in field.format]
    said = serializer(kind).write(dict.fromkeys(prices, (70_000, 70_000)))
    assert {(kind, fid) for fid in prices if said[fid][0] != " "} <= FLAT_WITHOUT_SLOT


def market_of(*instruments: Instrument, now: int = at(10)) -> World:
    world = World.create(now, 1)
    for instrument in instruments:
        world.list_instrument(instrument, depth=Quote(instrument.code, instrument.base, [], []))
    return world


def test_0a() -> None:
    """All but 32, which was reckoned with the tax of an earlier year."""
    world = market_of(Instrument(SHARE, "삼성전자", Market.KOSPI, 67_300, 5_969_782_259))
    market_data = world.ledger.market_data[SHARE]
    market_data.last, market_data.open, market_data.high, market_data.low = 86_800, 87_400, 87_400, 67_300
    market_data.bids, market_data.asks = [(85_100, 1)], [(85_200, 1)]
    market_data.volume, market_data.volume_yesterday = 367_090, 367_090 - 131_995
    market_data.value = 31_642_000_000
    market_data.value_yesterday = market_data.value - 15_843_118_000
    said = written("0A", indication(world, SHARE, Marks(upper=at(15, 49, 12))))
    assert said | {"32": "157"} == EXAMPLES["0A"]


def test_0h() -> None:
    world = market_of(Instrument(SHARE, "삼성전자", Market.KOSPI, 60_300), now=at(11, 2, 6))
    world.open_phase(Phase.OPENING_AUCTION)
    world.apply(Quote(SHARE, 60_300, [(60_500, 768_293)], [(60_500, 768_293 + 7_805)]))
    said = values(world, "0H")
    assert (said["13"], said["15"]) == ("768293", "-7805")
    assert said == EXAMPLES["0H"]


def test_0i() -> None:
    """The document's example answers MGU; the numbers are taken as those of MGD here, which needs no exchange rate."""
    world = market_of(Instrument("M04020000", "금 99.99_1kg", Market.GOLD, 339_456))
    world.ledger.market_data["M04020000"].last = 337_782
    assert values(world, "0I", "MGD") == EXAMPLES["0I"]


def kospi(now: int, shares: int = 1) -> World:
    """An index that stood at 1,952.12, whose first share alone has weight, and stands where the index does."""
    return market_of(
        Instrument("001", "종합(KOSPI)", Market.INDEX, 195_212),
        Instrument(SHARE, "삼성전자", Market.KOSPI, 195_212, 1_000),
        *(Instrument(f"8{number:05d}", "주식", Market.KOSPI, 10_000) for number in range(1, shares)),
        now=now,
    )


def test_0j() -> None:
    world = kospi(at(11, 4, 30))
    share, index = world.ledger.market_data[SHARE], world.ledger.market_data["001"]
    share.last, share.volume, share.value = 176_261, 725_277, 60_711_859_000_000
    share.volume_yesterday = 725_277 + 1_482_363
    index.open, index.high, index.low, index.trade = 194_904, 196_128, 175_613, 2_800
    assert values(world, "0J", "001") == EXAMPLES["0J"]


def test_0u() -> None:
    """Of 963 shares 416 had a price: 46 up (one to its limit), 166 flat, 204 down (16 to their limit)."""
    world = kospi(at(11, 7, 10), 963)
    first, *others = [
        market_data
        for market_data in world.ledger.market_data.values()
        if market_data.instrument.market is Market.KOSPI
    ]
    first.print(175_742, 741_784)
    first.value = 62_093_941_000_000
    lasts = [13_000] + 45 * [10_100] + 166 * [10_000] + 16 * [7_000] + 187 * [9_900]
    for market_data, last in zip(others, lasts, strict=False):
        market_data.print(last, 0)
    assert values(world, "0U", "001") == EXAMPLES["0U"]
