"""Faults of LOGIN: a call that comes over the WebSocket, and is answered with a frame."""

from __future__ import annotations

from collections.abc import Sequence

from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.broker.fault_actions import LOGIN, Error, Hang, Reset
from kiwoom_mockserver.broker.fault_filter import FaultSubject
from kiwoom_mockserver.broker.fault_rules import Hit
from kiwoom_mockserver.broker.fault_targets import call_actions
from kiwoom_mockserver.broker.journal import EntryKind
from kiwoom_mockserver.broker.tokens import AppKey
from kiwoom_mockserver.faults.calls import injected_error


def match_login(broker: Broker, key: AppKey, path: str, frame: bytes) -> Sequence[Hit]:
    """Return the faults that hit a LOGIN, and count each hit. Raises ApiError if one of them refuses it.

    The frame of a LOGIN that is not carried out is recorded in the journal here: its session belongs to no world.
    """
    subject = FaultSubject(LOGIN, path, key.appkey, key.accounts, frame)
    hits = broker.state.faults.match(call_actions(LOGIN), subject, broker.world.now)
    refusing = next((hit.action for hit in hits if isinstance(hit.action, Error)), None)
    if refusing is not None or is_lost(hits):
        names = tuple(hit.action.name for hit in hits)
        broker.journal.add(
            broker.world.now, EntryKind.RECEIVED, LOGIN, key.accounts, frame, injected=names, secrets=key.secrets
        )
    if refusing is not None:
        raise injected_error(refusing, broker, "", path)
    return hits


def is_lost(hits: Sequence[Hit]) -> bool:
    """Return whether a fault keeps the LOGIN from being carried out, and its connection without an answer."""
    return any(isinstance(hit.action, Reset | Hang) and not hit.action.carried_out for hit in hits)
