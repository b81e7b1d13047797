"""Checks the invariants of a ledger, in slices."""

from __future__ import annotations

from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.executor import Steps
from kiwoom_mockserver.exchange.invariants import check_in_steps


def checking(broker: Broker) -> Steps[list[str]]:
    """Check the ledger of a world that is paused meanwhile; the result is a sentence for each violated invariant."""
    found = []
    for violation in check_in_steps(broker.world.exchange):
        if violation is not None:
            found.append(violation.message)
        yield None
    return found
