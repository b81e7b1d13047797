"""Applies the commands of a test to a world, with errors that say what was wrong with them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kiwoom_mockserver.admin.interruption_refusals import interruption_refusal
from kiwoom_mockserver.admin.market_stop_refusals import stop_refusal
from kiwoom_mockserver.admin.type_errors import convert
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.exchange.commands import BeginSidecar, CircuitBreaker, Command, PrintTrade
from kiwoom_mockserver.exchange.events import Event, Reason, Refused

SENTENCES = {
    Reason.NO_SUCH_INSTRUMENT: (
        "no account holds instrument {code}: stocks, ETF, ETN and ELW are held in the stock account, gold in the gold "
        "account, and indices in none"
    ),
    Reason.BAD_QUANTITY: "a quantity is at least 1, or 0 for a holding that goes, and a multiple of the trading unit",
    Reason.BAD_QUOTE: (
        "expected bids that fall and asks that rise in price, bids below asks, and prices and quantities of at least 1"
    ),
}
"""What a refusal means for whoever wrote the command; the text of the reason itself for all others."""


def apply_command(broker: Broker, command: Command) -> Sequence[Event]:
    """Apply a command and publish its events.

    Raises ValueError for a value of the wrong type or size, and for a command that the exchange refuses.
    """
    convert(msgspec.to_builtins(command), type(command))
    events = broker.apply_and_flush(command)
    refused = next((event for event in events if isinstance(event, Refused)), None)
    if refused is not None and isinstance(command, CircuitBreaker | BeginSidecar):
        raise ValueError(stop_refusal(broker.world, command, refused.reason))
    if refused is not None and refused.reason is Reason.NO_INTERRUPTION and isinstance(command, PrintTrade):
        raise ValueError(interruption_refusal(broker.world, command))
    if refused is not None:
        sentence = SENTENCES.get(refused.reason, refused.reason.value)
        raise ValueError(sentence.format(code=getattr(command, "code", "")))
    return events
