"""Checks the invariants of a ledger while its world goes on."""

from __future__ import annotations

from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.executor import Steps
from kiwoom_mockserver.exchange.invariants import check_in_steps

FEWER_PAUSES = 8
"""How many times fewer pauses a check has after each time that it was disturbed."""


def checking(broker: Broker) -> Steps[list[str]]:
    """Check the ledger of a world as long work; the result is a sentence for each violated invariant.

    It begins again if anything changes the ledger in one of its pauses, each time with fewer pauses. So it comes to an
    end however busy the world is.
    """
    world, pause_every = broker.world, 1
    while True:
        changes, found = world.changes, list[str]()
        for count, violation in enumerate(check_in_steps(world.exchange), start=1):
            if violation is not None:
                found.append(violation.message)
            if count % pause_every == 0:
                yield None
                if world.changes != changes:
                    break
        else:
            return found
        pause_every *= FEWER_PAUSES
