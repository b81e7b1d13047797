"""Faults of frames: which leave, as what, in which order, and how they go over the line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kiwoom_mockserver.broker import fault_actions
from kiwoom_mockserver.broker.fault_rules import Hit, Subject
from kiwoom_mockserver.broker.network import HeldFrame, NetworkConditions
from kiwoom_mockserver.broker.subscriber import SessionState, Subscriber

if TYPE_CHECKING:
    from kiwoom_mockserver.broker.broker import Broker


def send_with_faults(broker: Broker, name: str, text: str, sessions: Sequence[Subscriber]) -> bool:
    """Hand a frame to sessions as faults will have it, and take it down; whether it reaches any."""
    struck: dict[tuple[str, ...], list[tuple[Subscriber, list[Hit], Subject]]] = {}
    for session in sessions:
        subject = Subject(name, "", session.appkey, session.accounts, text.encode())
        hits = broker.state.faults.match(fault_actions.FrameFault, subject, broker.world.now)
        struck.setdefault(tuple(hit.action.name for hit in hits), []).append((session, hits, subject))
    left = False
    for names, group in struck.items():
        broker.note(name, _text_sent(text, group[0][1]), [session for session, _, _ in group], names)
        for session, hits, subject in group:
            left |= _hand_over(session, text, hits, subject)
    return left


def _text_sent(text: str, hits: list[Hit]) -> str:
    """What the journal keeps: the frame as it was sent, or would have been."""
    return next((hit.action.text for hit in hits if isinstance(hit.action, fault_actions.Garbage)), text)


def _hand_over(session: Subscriber, text: str, hits: list[Hit], subject: Subject) -> bool:
    text = _text_sent(text, hits)
    times, delivery, reorder = 1, None, None
    for action, share, _ in hits:
        if isinstance(action, fault_actions.Drop) or _ends(session, action):
            return False
        if isinstance(action, fault_actions.Duplicate):
            times += action.times
        elif isinstance(action, fault_actions.Delay):
            seconds = action.seconds + action.jitter * share
            delivery = (delivery or NetworkConditions())._replace(seconds=seconds)
        elif isinstance(action, fault_actions.SlowFrames):
            delivery = (delivery or NetworkConditions())._replace(bytes_per_second=action.bytes_per_second)
        elif isinstance(action, fault_actions.Reorder):
            reorder = action
    frames = [(text, delivery)] * times
    if reorder is not None:
        behind = {**reorder.behind, **({reorder.same: subject.fields.get(reorder.same, "")} if reorder.same else {})}
        session.held += [HeldFrame(*frame, behind) for frame in frames]
        return True
    for frame in [*frames, *_released(session, subject)]:
        _send(session, *frame)
    return True


def _ends(session: Subscriber, action: fault_actions.AnyFault) -> bool:
    """End a session where that is the fault; what is said in parting still leaves."""
    if session.state is SessionState.CLOSED or not isinstance(action, fault_actions.Close | fault_actions.Kick):
        return False
    if isinstance(action, fault_actions.Close):
        session.abort(action.code, action.reason)
    else:
        session.end("R10001")
    return True


def _released(session: Subscriber, subject: Subject) -> list[tuple[str, NetworkConditions | None]]:
    """The frames that have waited for this one."""
    free = [
        held for held in session.held if all(subject.fields.get(name) == wanted for name, wanted in held.behind.items())
    ]
    session.held = [held for held in session.held if held not in free]
    return [(held.text, held.delivery) for held in free]


def _send(session: Subscriber, text: str, delivery: NetworkConditions | None) -> None:
    if delivery is None:
        session.send(text)
    else:
        session.deliver(text, delivery)
