"""Faults of frames: which frames are sent, with which text, in which order and under which network conditions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kiwoom_mockserver.broker import fault_actions
from kiwoom_mockserver.broker.fault_actions import LOGIN
from kiwoom_mockserver.broker.fault_filter import FaultSubject
from kiwoom_mockserver.broker.fault_rules import Hit
from kiwoom_mockserver.broker.fault_targets import frame_actions
from kiwoom_mockserver.broker.network import HeldFrame, NetworkConditions
from kiwoom_mockserver.broker.subscriber import Subscriber

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
        hits = broker.state.faults.match(frame_actions(name), subject, broker.world.now)
        if name == LOGIN:  # a call, too: what hit it changes its answer
            hits, session.login_hits = [*session.login_hits, *hits], []
        by_faults.setdefault(tuple(hit.action.name for hit in hits), []).append((session, hits, subject))
    reached = False
    for names, group in by_faults.items():
        broker.record_push(name, _text_sent(text, group[0][1]), [session for session, _, _ in group], names)
        for session, hits, subject in group:
            reached |= _send_to(session, text, hits, subject)
    return reached


def _text_sent(text: str, hits: list[Hit]) -> str:
    """Return the text as it is sent; of a frame that is dropped, as it would have been."""
    for hit in hits:
        match hit.action:
            case fault_actions.Garbage(text=garbage):
                return garbage
            case fault_actions.Malformed():
                text = text.replace(":", "=", 1)
            case fault_actions.Truncated():
                text = text[: len(text) // 2]
            case fault_actions.Empty():
                text = ""
    return text


def _send_to(session: Subscriber, text: str, hits: list[Hit], subject: FaultSubject) -> bool:
    text = _text_sent(text, hits)
    times, conditions, reorder = 1, None, None
    for action, jitter_share, *_ in hits:
        if isinstance(action, fault_actions.Drop | fault_actions.Hang) or _ends_session(session, action):
            return False
        if isinstance(action, fault_actions.Duplicate):
            times += action.times
        elif isinstance(action, fault_actions.Delay | fault_actions.Latency):
            seconds = action.seconds + action.jitter * jitter_share
            conditions = (conditions or NetworkConditions())._replace(seconds=seconds)
        elif isinstance(action, fault_actions.SlowFrames | fault_actions.Drip):
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


def _ends_session(session: Subscriber, action: fault_actions.AnyAction) -> bool:
    """End the session if that is the action, and return whether it did."""
    match action:
        case fault_actions.Close(code=code, reason=reason):
            session.abort(code, reason)
        case fault_actions.Reset():
            session.abort(fault_actions.ABNORMAL_CLOSURE, "")
        case fault_actions.Kick():
            session.end("R10001")
        case _:
            return False
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
