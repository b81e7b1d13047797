"""Creates the broker of a world, with the publisher and the frame faults that it pushes through."""

from __future__ import annotations

from collections.abc import Iterable

from kiwoom_mockserver.broker.broker import Broker, PushPipeline, RunningClock
from kiwoom_mockserver.broker.profiles import Profile
from kiwoom_mockserver.broker.tokens import AppKey
from kiwoom_mockserver.faults.frames import send_with_faults
from kiwoom_mockserver.realtime.publisher import frames_for
from kiwoom_mockserver.world.world import World


def open_broker(world: World, profile: Profile, keys: Iterable[AppKey], clock: RunningClock | None) -> Broker:
    """Create a broker whose events are published as realtime frames, with the faults of its world applied.

    Without a running clock the world's time is moved by hand.
    """
    return Broker(world, profile, keys, clock, PushPipeline(frames_for, send_with_faults))
