"""Where contract cards are run: on worlds of this simulator, on a server at some URL, on the real mock domain."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager, nullcontext
from datetime import date
from typing import NamedTuple

from kiwoom_cards import CARDS, AnyCard, Capability, CriterionMissed, Target, TargetFactory, check
from kiwoom_cards.recorder import Recorder
from kiwoom_cards.recording import Recording
from kiwoom_cards.target import CHEAP_SHARE, TargetRefused
from kiwoom_mockserver.admin.config import APPKEY, SECRETKEY
from kiwoom_mockserver.broker.profiles import PROFILES
from kiwoom_mockserver.control.client import Control
from kiwoom_mockserver.control.errors import ControlError, NotAllowedError
from kiwoom_mockserver.control.world import RemoteWorld
from kiwoom_mockserver.server.mock_server import MockServer
from kiwoom_reference_client import RateLimit
from kiwoom_scenarios.loader import names, scenario_file

__all__ = ["Keys", "check", "chosen", "record_mock", "target_factory", "worlds"]

MOCK, MOCKAPI = "mock", "mockapi"


class Keys(NamedTuple):
    """Those of the account on which cards are to run."""

    appkey: str
    secretkey: str


WELL_KNOWN = Keys(APPKEY, SECRETKEY)


def chosen(numbers: Collection[int]) -> list[AnyCard]:
    """The cards of these numbers, all for none. Raises ValueError for a number that no card has."""
    unknown = set(numbers) - {card.number for card in CARDS}
    if unknown:
        raise ValueError(f"there is no card {min(unknown)}")
    return [card for card in CARDS if not numbers or card.number in numbers]


@contextmanager
def target_factory(
    said: str, keys: Keys | None = None, share: str = "", control_token: str | None = None
) -> Iterator[TargetFactory]:
    """The ground that ``--target`` names: ``mock``, ``mockapi``, or a base URL.

    A server of ours at a URL gives each card a world of its own, over its control API. Keys name an account to run on
    instead; on it, and on servers of others, no card has any power.

    Raises TargetRefused for the real broker, and ValueError for ``mockapi`` without keys in the environment and for a
    server that wants another control token.
    """
    if said == MOCK:
        with MockServer() as server, Control(server.rest_url) as control:
            yield worlds(control, server.rest_url)
    elif said == MOCKAPI:
        real = Target.mockapi(share or CHEAP_SHARE)
        yield lambda card: nullcontext(real)
    else:
        other = Target(said, *(keys or WELL_KNOWN), share or "005930")
        if other.is_mock_domain:
            raise TargetRefused(f"the limits of {said} are kept by --target {MOCKAPI} alone")
        with Control(said, control_token) as control:
            is_ours = keys is None and _is_steered_by(control)
            yield worlds(control, said) if is_ours else lambda card: nullcontext(other)


def record_mock(day: date) -> Recording:
    """What this simulator answers and tells while all cards are run on it."""
    recorder = Recorder()
    with target_factory(MOCK) as here:
        for _ in check(CARDS, recorder.at(here)):
            pass
    return recorder.recording(day, "kiwoom-mockserver")


def _is_steered_by(control: Control) -> bool:
    """Whether the server is one of ours. Raises ValueError for one that wants another token."""
    try:
        control.health()
    except NotAllowedError as error:
        raise ValueError(f"{error}; see --control-token, or give the keys of an account") from error
    except ControlError:
        return False
    return True


def worlds(control: Control, url: str) -> TargetFactory:
    """A new world for each card, set up as the card says, with a clock that the card moves; gone after it."""

    @contextmanager
    def world(card: AnyCard) -> Iterator[Target]:
        setup = card.setup
        is_in_library = setup.scenario in names()
        world = control.create_world(
            scenario=setup.scenario if is_in_library else None,
            script=None if is_in_library else scenario_file(setup.scenario) or None,
            profile=setup.profile,
            hours=setup.hours or None,
            start=setup.start,
            holdings=setup.holdings,
        )
        try:
            world.clock.advance(0)  # its script begins
            yield _target(world, url, PROFILES[setup.profile].requests_per_second)
        finally:
            world.remove()

    return world


def _target(world: RemoteWorld, url: str, requests_per_second: int) -> Target:
    return Target(
        url,
        world.appkey,
        world.secretkey,
        capabilities=frozenset(Capability),
        rate_limit=RateLimit(requests_per_second, lambda: world.clock.now.timestamp()),
        let_pass=lambda seconds: _advance(world, seconds),
    )


def _advance(world: RemoteWorld, seconds: float) -> None:
    """Raises CriterionMissed where time stands still."""
    try:
        world.clock.advance(seconds)
    except ControlError as error:
        raise CriterionMissed(f"{seconds:g} seconds did not pass: {error}") from error
