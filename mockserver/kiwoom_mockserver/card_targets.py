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
from kiwoom_mockserver.dispatch.coverage import coverage
from kiwoom_mockserver.server.mock_server import MockServer
from kiwoom_reference_client import RateLimit
from kiwoom_scenarios.loader import names, scenario_file

__all__ = ["Keys", "check", "chosen", "record_mock", "simulated_cards", "target_factory", "worlds"]

MOCK, MOCKAPI = "mock", "mockapi"


class Keys(NamedTuple):
    """The app key and secret key of the account on which cards run."""

    appkey: str
    secretkey: str


WELL_KNOWN = Keys(APPKEY, SECRETKEY)


def chosen(card_ids: Collection[str]) -> list[AnyCard]:
    """Return the cards with these ids, in the order of all cards; all cards if no id is given.

    Raises ValueError for an id that no card has.
    """
    unknown = set(card_ids) - {card.id for card in CARDS}
    if unknown:
        raise ValueError(f"there is no card {min(unknown)}")
    return [card for card in CARDS if not card_ids or card.id in card_ids]


def simulated_cards() -> list[AnyCard]:
    """Return all cards but those of the inquiries that this simulator does not simulate, which it would skip."""
    not_simulated = {row.api_id for row in coverage() if not row.does.startswith("simulated")}
    return [card for card in CARDS if card.id not in not_simulated]


@contextmanager
def target_factory(
    target: str, keys: Keys | None = None, share: str = "", control_token: str | None = None
) -> Iterator[TargetFactory]:
    """Open the targets that ``--target`` names: ``mock``, ``mockapi``, or a base URL.

    A kiwoom-mockserver at a URL creates a world for each card, over its control API. With ``keys``, the cards run on
    that account instead; there, and on any other server, the target has no capabilities.

    Raises TargetRefused for the production domain of the broker, and ValueError for ``mockapi`` without keys in the
    environment and for a server that requires another control token.
    """
    if target == MOCK:
        with MockServer() as server, Control(server.rest_url) as control:
            yield worlds(control, server.rest_url)
    elif target == MOCKAPI:
        real = Target.mockapi(share or CHEAP_SHARE)
        yield lambda card: nullcontext(real)
    else:
        other = Target(target, *(keys or WELL_KNOWN), share or "005930")
        if other.is_mock_domain:
            raise TargetRefused(f"{target} is only run with its rate limits: use --target {MOCKAPI}")
        with Control(target, control_token) as control:
            has_worlds = keys is None and _is_mockserver(control)
            yield worlds(control, target) if has_worlds else lambda card: nullcontext(other)


def record_mock(day: date) -> Recording:
    """Run all cards of what is simulated on this simulator, and return the recording of its answers and frames."""
    recorder = Recorder()
    with target_factory(MOCK) as targets:
        for _ in check(simulated_cards(), recorder.observing(targets)):
            pass
    return recorder.recording(day, "kiwoom-mockserver")


def _is_mockserver(control: Control) -> bool:
    """Whether the server has a control API. Raises ValueError for one that requires another control token."""
    try:
        control.health()
    except NotAllowedError as error:
        raise ValueError(f"{error}; see --control-token, or give the keys of an account") from error
    except ControlError:
        return False
    return True


def worlds(control: Control, url: str) -> TargetFactory:
    """Create a world for each card, set up as the card says, with a clock that the card moves; remove it afterwards."""

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
            world.clock.advance(0)  # runs what the scenario does at 0s
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
    """Advance the clock of a world. Raises CriterionMissed if the control API refuses to."""
    try:
        world.clock.advance(seconds)
    except ControlError as error:
        raise CriterionMissed(f"{seconds:g} seconds did not pass: {error}") from error
