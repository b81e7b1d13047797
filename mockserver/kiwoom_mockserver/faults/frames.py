"""Faults of frames: which frames are sent, with which text, in which order and under which network conditions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kiwoom_mockserver.broker import fault_actions
from kiwoom_mockserver.broker.fault_rules import FaultSubject, Hit
from kiwoom_mockserver.broker.network import HeldFrame, NetworkConditions
from kiwoom_mockserver.broker.subscriber import SessionState, Subscriber

if TYPE_CHECKING:
    from kiwoom_mockserver.broker.broker import Broker


def send_with_faults(broker: Broker, name: str, text: str, sessions: Sequence[Subscriber]) -> bool:
    """Send a frame of that ``trnm`` to sessions with the faults that hit it, and record it in the journal.

    Returns whether it reaches any session.
    """
    # Rules match each session by itself. Sessions with the same faults share one journal entry.
    by_faults: dict[tuple[str, ...], list[tuple[Subscriber, list[Hit], FaultSubject]]] = {}
    for session in sessions:
        subject = FaultSubject(name, "", session.appkey, session.accounts, text.encode())
        hits = broker.state.faults.match(fault_actions.FrameFault, subject, broker.world.now)
        by_faults.setdefault(tuple(hit.action.name for hit in hits), []).append((session, hits, subject))
    reached = False
    for names, group in by_faults.items():
        broker.record_push(name, _text_sent(text, group[0][1]), [session for session, _, _ in group], names)
        for session, hits, subject in group:
            reached |= _send_to(session, text, hits, subject)
    return reached


def _text_sent(text: str, hits: list[Hit]) -> str:
    """Return the text as it is sent; of a frame that is dropped, as it would have been."""
    return next((hit.action.text for hit in hits if isinstance(hit.action, fault_actions.Garbage)), text)


def _send_to(session: Subscriber, text: str, hits: list[Hit], subject: FaultSubject) -> bool:
    text = _text_sent(text, hits)
    times, conditions, reorder = 1, None, None
    for action, jitter_share, _ in hits:
        if isinstance(action, fault_actions.Drop) or _ends_session(session, action):
            return False
        if isinstance(action, fault_actions.Duplicate):
            times += action.times
        elif isinstance(action, fault_actions.Delay):
            seconds = action.seconds + action.jitter * jitter_share
            conditions = (conditions or NetworkConditions())._replace(seconds=seconds)
        elif isinstance(action, fault_actions.SlowFrames):
            conditions = (conditions or NetworkConditions())._replace(bytes_per_second=action.bytes_per_second)
        elif isinstance(action, fault_actions.Reorder):
            reorder = action
    frames = [(text, conditions)] * times
    if reorder is not None:
        # The value of the shared field is taken from the held frame: the frame that releases it is not known yet.
        same = {reorder.same: subject.fields.get(reorder.same, "")} if reorder.same else {}
        session.held += [HeldFrame(*frame, {**reorder.behind, **same}) for frame in frames]
        return True
    # Held frames follow the frame that releases them: that is what makes the order wrong.
    for frame in [*frames, *_released_frames(session, subject)]:
        _send(session, *frame)
    return True


def _ends_session(session: Subscriber, action: fault_actions.AnyFault) -> bool:
    """End the session if that is the action, and return whether it did.

    Ending sends a SYSTEM frame through this same path. The session is closed by then, so this frame still leaves.
    """
    if session.state is SessionState.CLOSED or not isinstance(action, fault_actions.Close | fault_actions.Kick):
        return False
    if isinstance(action, fault_actions.Close):
        session.abort(action.code, action.reason)
    else:
        session.end("R10001")
    return True


def _released_frames(session: Subscriber, subject: FaultSubject) -> list[tuple[str, NetworkConditions | None]]:
    """Remove and return the held frames of a session that have waited for this frame."""
    released = [
        held for held in session.held if all(subject.fields.get(name) == value for name, value in held.behind.items())
    ]
    session.held = [held for held in session.held if held not in released]
    return [(held.text, held.conditions) for held in released]


def _send(session: Subscriber, text: str, conditions: NetworkConditions | None) -> None:
    if conditions is None:
        session.send(text)
    else:
        session.send_degraded(text, conditions)
