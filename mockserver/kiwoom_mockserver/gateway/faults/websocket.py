"""Faults of frames: which leave, as what, in which order, and how they go over the line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kiwoom_mockserver.gateway.delivery import Delivery, Kept
from kiwoom_mockserver.gateway.faults import actions
from kiwoom_mockserver.gateway.faults.rules import Hit, Subject
from kiwoom_mockserver.gateway.realtime.protocol import Session, State

if TYPE_CHECKING:
    from kiwoom_mockserver.gateway.counter import Counter


def pass_on(counter: Counter, name: str, text: str, sessions: Sequence[Session]) -> bool:
    """Hand a frame to sessions as faults will have it, and take it down; whether it reaches any."""
    struck: dict[tuple[str, ...], list[tuple[Session, list[Hit], Subject]]] = {}
    for session in sessions:
        subject = Subject(name, "", session.appkey, session.accounts, text.encode())
        hits = counter.state.faults.strike(actions.Frame, subject, counter.world.now)
        struck.setdefault(tuple(hit.action.name for hit in hits), []).append((session, hits, subject))
    left = False
    for names, group in struck.items():
        counter.note(name, _told(text, group[0][1]), [session for session, _, _ in group], names)
        for session, hits, subject in group:
            left |= _hand_over(session, text, hits, subject)
    return left


def _told(text: str, hits: list[Hit]) -> str:
    """What the journal keeps: the frame as it was sent, or would have been."""
    return next((hit.action.text for hit in hits if isinstance(hit.action, actions.Garbage)), text)


def _hand_over(session: Session, text: str, hits: list[Hit], subject: Subject) -> bool:
    text = _told(text, hits)
    times, delivery, reorder = 1, None, None
    for action, share, _ in hits:
        if isinstance(action, actions.Drop) or _ends(session, action):
            return False
        if isinstance(action, actions.Duplicate):
            times += action.times
        elif isinstance(action, actions.Delay):
            seconds = action.seconds + action.jitter * share
            delivery = (delivery or Delivery())._replace(seconds=seconds)
        elif isinstance(action, actions.SlowFrames):
            delivery = (delivery or Delivery())._replace(bytes_per_second=action.bytes_per_second)
        elif isinstance(action, actions.Reorder):
            reorder = action
    frames = [(text, delivery)] * times
    if reorder is not None:
        behind = {**reorder.behind, **({reorder.same: subject.fields.get(reorder.same, "")} if reorder.same else {})}
        session.kept += [Kept(*frame, behind) for frame in frames]
        return True
    for frame in [*frames, *_released(session, subject)]:
        _send(session, *frame)
    return True


def _ends(session: Session, action: actions.Any) -> bool:
    """End a session where that is the fault; what is said in parting still leaves."""
    if session.state is State.CLOSED or not isinstance(action, actions.Close | actions.Kick):
        return False
    if isinstance(action, actions.Close):
        session.break_off(action.code, action.reason)
    else:
        session.end("R10001")
    return True


def _released(session: Session, subject: Subject) -> list[tuple[str, Delivery | None]]:
    """The frames that have waited for this one."""
    free = [
        kept for kept in session.kept if all(subject.fields.get(name) == wanted for name, wanted in kept.behind.items())
    ]
    session.kept = [kept for kept in session.kept if kept not in free]
    return [(kept.text, kept.delivery) for kept in free]


def _send(session: Session, text: str, delivery: Delivery | None) -> None:
    if delivery is None:
        session.send(text)
    else:
        session.deliver(text, delivery)
