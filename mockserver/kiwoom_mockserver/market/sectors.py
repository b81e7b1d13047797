"""The sector that an instrument belongs to: the shares of a sector move together (assumed)."""

from __future__ import annotations

from kiwoom_mockserver.market.factor import drawing

SECTORS = (
    "semiconductors", "batteries", "cars", "finance", "internet", "games", "health", "shipbuilding", "chemicals",
    "telecom", "consumer", "machinery",
)  # fmt: skip

_KNOWN = {
    "semiconductors": ("005930", "000660", "009150", "066570"),
    "batteries": ("373220", "006400", "051910", "247540", "086520", "222080"),
    "cars": ("005380", "000270", "012330"),
    "finance": ("105560", "055550", "039490", "032830", "316140"),
    "internet": ("035420", "035720", "018260"),
    "games": ("112040", "293490", "263750", "035900", "041510"),
    "health": ("207940", "068270", "196170"),
    "shipbuilding": ("329180", "042660", "011200"),
    "chemicals": ("096770", "005490", "010130"),
    "telecom": ("017670", "030200", "015760"),
    "consumer": ("033780", "090430", "028260", "003550"),
    "machinery": ("012450", "034020", "277810"),
}
_SECTOR_OF = {code: sector for sector, codes in _KNOWN.items() for code in codes}


def sector_of(code: str) -> str:
    """Return the sector of a share; that of a code that is not well known is drawn by the code."""
    return _SECTOR_OF.get(code) or SECTORS[int(drawing("sector", code)() * len(SECTORS))]
