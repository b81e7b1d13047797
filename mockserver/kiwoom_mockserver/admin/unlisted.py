"""What is said of an instrument that is not listed: the code, and the one that may have been meant."""

from __future__ import annotations

from difflib import get_close_matches

from kiwoom_mockserver.exchange.ledger import Ledger
from kiwoom_mockserver.exchange.market_data import MarketData


def listed(ledger: Ledger, code: str) -> MarketData:
    """The market data of an instrument. Raises LookupError with the nearest code or name that is listed."""
    market_data = ledger.market_data.get(code) if isinstance(code, str) else None
    if market_data is None:
        raise LookupError(not_listed(ledger, code))
    return market_data


def not_listed(ledger: Ledger, code: str) -> str:
    """The error text for a code that is not listed, with the nearest listed code or name."""
    names = {one: data.instrument.name for one, data in ledger.market_data.items()}
    codes = {name: one for one, name in names.items()}
    near = get_close_matches(str(code), [*names, *codes], 1)
    if not near:
        return f"instrument {code} is not listed"
    meant = codes.get(near[0], near[0])
    return f"instrument {code} is not listed; did you mean {meant} ({names[meant]})?"
